import { env, type InferenceSession, Tensor as OnnxTensor } from "onnxruntime-node";
import { BadInputError } from "../bad-input.ts";
import type { TensorData } from "../model/session.ts";
import type { Shape, SymbolicShape } from "../model/shape.ts";
import { openOnnx } from "./open-onnx.ts";

/**
 * Graphs that others exported, by onnxruntime on one thread: sizes may be symbolic, so each feed brings its own, and they are
 * checked when the graph runs. Graphs of ours have known sizes and run by `onnx-session.ts`.
 */
export interface SymbolicSession {
  readonly inputs: readonly SymbolicSpec[];
  readonly outputs: readonly SymbolicSpec[];
  /**
   * Returns the outputs that `wanted` names. Throws RangeError when a feed is missing, unknown, of another type, number of
   * sizes or size, or when two sizes of one name differ.
   */
  run(
    feeds: Readonly<Record<string, SymbolicTensor>>,
    wanted: readonly string[],
  ): Promise<Readonly<Record<string, SymbolicTensor>>>;
  /** Frees what the runtime holds; a session leaks otherwise. */
  close(): Promise<void>;
}

export interface SymbolicSpec {
  readonly name: string;
  /** As onnxruntime calls it: `float32`, `float16`, `int64`, `bool`, ... */
  readonly type: string;
  readonly shape: SymbolicShape;
}

export interface SymbolicTensor {
  /** Row-major; bool as bytes. */
  readonly data: TensorData;
  readonly shape: Shape;
}

/**
 * Opens a session on an ONNX file, by path so that weights in files beside it are found, or by its bytes. Throws
 * BadInputError when it is not a model that onnxruntime can run, or takes something else than tensors.
 */
export async function openSymbolicSession(
  onnx: Uint8Array | string,
  subject: string,
): Promise<SymbolicSession> {
  const session = await openOnnx(onnx, subject);
  const inputs = session.inputMetadata.map((metadata) => symbolicSpec(metadata, subject));
  return {
    inputs,
    outputs: session.outputMetadata.map((metadata) => symbolicSpec(metadata, subject)),
    async run(feeds, wanted) {
      const results = await session.run(checkedFeeds(inputs, feeds), [...wanted]);
      return Object.fromEntries(
        Object.entries(results).map(([name, { data, dims }]) => [
          name,
          { data: data as TensorData, shape: dims },
        ]),
      );
    },
    close: () => session.release(),
  };
}

/** The version of onnxruntime. */
export const runtimeVersion: string = env.versions.node ?? env.versions.common;

const typeOf = (data: TensorData): "float32" | "int64" | "bool" =>
  data instanceof Float32Array ? "float32" : data instanceof BigInt64Array ? "int64" : "bool";

function checkedFeeds(
  inputs: readonly SymbolicSpec[],
  feeds: Readonly<Record<string, SymbolicTensor>>,
): Record<string, OnnxTensor> {
  const unknown = Object.keys(feeds).find((name) => inputs.every((input) => input.name !== name));
  if (unknown !== undefined) throw new RangeError(`the graph has no input "${unknown}"`);
  const sizes = new Map<string, number>();
  return Object.fromEntries(
    inputs.map(({ name, type, shape }) => {
      const feed = feeds[name];
      if (feed === undefined) throw new RangeError(`the input "${name}" [${shape}] is not fed`);
      if (typeOf(feed.data) !== type) {
        throw new RangeError(`the input "${name}" takes ${type}, got ${typeOf(feed.data)}`);
      }
      const fits =
        feed.shape.length === shape.length && shape.every((size, i) => matches(size, feed.shape[i], sizes));
      if (!fits) throw new RangeError(`the input "${name}" takes [${shape}], got [${feed.shape}]`);
      return [name, new OnnxTensor(type as "float32", feed.data as Float32Array, [...feed.shape])];
    }),
  );
}

/** Returns whether a size is the one that is asked for, and remembers what the symbolic ones are. */
function matches(size: number | string, got: number, sizes: Map<string, number>): boolean {
  if (typeof size === "number") return size === got;
  // Exporters leave a size without a name where they know none: it may be anything.
  if (size === "") return true;
  const known = sizes.get(size);
  if (known === undefined) sizes.set(size, got);
  return known === undefined || known === got;
}

function symbolicSpec(metadata: InferenceSession.ValueMetadata, subject: string): SymbolicSpec {
  const { name } = metadata;
  if (!metadata.isTensor) {
    throw new BadInputError("unreadable-model", {
      subject: `${subject}, the value "${name}"`,
      expected: "a tensor",
      got: "something else",
    });
  }
  return {
    name,
    type: metadata.type,
    shape: metadata.shape.map((size) => (typeof size === "number" && size < 0 ? "" : size)),
  };
}
