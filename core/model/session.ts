import type { Awaitable } from "../awaitable.ts";
import type { ElementType, Shape } from "./shape.ts";

/** A graph made ready to run. core knows only this much of a runtime; `adapters/onnx-session.ts` has the real one. */
export interface Session {
  readonly inputs: readonly ValueSpec[];
  readonly outputs: readonly ValueSpec[];
  /** Returns all outputs. Throws RangeError when a feed is missing, unknown, of another size or type. */
  run(feeds: Feeds): Awaitable<Readonly<Record<string, TensorData>>>;
  /** Frees what the runtime holds; a session leaks otherwise. */
  close(): Awaitable<void>;
}

export interface ValueSpec {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: Shape;
}

/** Elements of a value, row-major, of its element type; bool as bytes 0 and 1. */
export type TensorData = Float32Array | BigInt64Array | Uint8Array;

export type Feeds = Readonly<Record<string, TensorData>>;

/** Opens a session on the bytes of an ONNX file. */
export type OpenSession = (onnx: Uint8Array) => Promise<Session>;
