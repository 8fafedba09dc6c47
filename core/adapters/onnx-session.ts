import { type InferenceSession, Tensor as OnnxTensor } from "onnxruntime-node";
import { BadInputError } from "../bad-input.ts";
import type { Feeds, Session, TensorData, ValueSpec } from "../model/session.ts";
import { type ElementType, elementCount } from "../model/shape.ts";
import { openOnnx } from "./open-onnx.ts";

/** Graphs of known sizes, run by onnxruntime. */

/** What holds the elements of each type. */
const arrays = { float32: Float32Array, int64: BigInt64Array, bool: Uint8Array } as const satisfies Record<
  ElementType,
  unknown
>;
const elementTypes: readonly string[] = Object.keys(arrays);

/**
 * Opens a session on the bytes of an ONNX file; `subject` names the file in errors. Feeds are checked at every run:
 * onnxruntime ignores what it does not know. Throws BadInputError when the bytes are not a model that it can run.
 */
export async function openOnnxSession(onnx: Uint8Array, subject = "the graph"): Promise<Session> {
  const session = await openOnnx(onnx, subject);
  const inputs = session.inputMetadata.map(valueSpec);
  const outputs = session.outputMetadata.map(valueSpec);
  return {
    inputs,
    outputs,
    async run(feeds) {
      const results = await session.run(checkedFeeds(inputs, feeds));
      return Object.fromEntries(
        Object.entries(results).map(([name, { data }]) => [name, data as TensorData]),
      );
    },
    close: () => session.release(),
  };
}

function checkedFeeds(inputs: readonly ValueSpec[], feeds: Feeds): Record<string, OnnxTensor> {
  for (const name of Object.keys(feeds)) {
    if (!inputs.some((input) => input.name === name))
      throw new RangeError(`the graph has no input "${name}"`);
  }
  return Object.fromEntries(
    inputs.map(({ name, type, shape }) => {
      const data = feeds[name];
      if (data === undefined) throw new RangeError(`the input "${name}" [${shape}] is not fed`);
      if (data.length !== elementCount(shape)) {
        throw new RangeError(`the input "${name}" takes ${elementCount(shape)} values, got ${data.length}`);
      }
      if (!(data instanceof arrays[type])) {
        throw new RangeError(`the input "${name}" takes ${type}, got a ${data.constructor.name}`);
      }
      return [name, new OnnxTensor(type, data, shape)];
    }),
  );
}

function valueSpec(metadata: InferenceSession.ValueMetadata): ValueSpec {
  const { name } = metadata;
  if (!metadata.isTensor || !elementTypes.includes(metadata.type)) {
    throw new BadInputError("unreadable-model", {
      subject: `the value "${name}" of the graph`,
      expected: `a tensor of ${elementTypes.join(", ")}`,
      got: metadata.isTensor ? metadata.type : "something else",
    });
  }
  // A symbolic size has no number; such a graph is not one of ours.
  const shape = metadata.shape.map((size) => {
    if (typeof size === "number" && size >= 0) return size;
    throw new BadInputError("unreadable-model", {
      subject: `the value "${name}" of the graph`,
      expected: "sizes known when the graph was made",
      got: `[${metadata.shape}]`,
    });
  });
  return { name, type: metadata.type as ElementType, shape };
}
