import { readFile } from "node:fs/promises";
import crc from "crc-32";
import { BadInputError } from "../bad-input.ts";
import type { TrainingState } from "../model/train.ts";
import type { TrainingGraph } from "../model/training-graph.ts";
import { sha256 } from "./model-store.ts";
import { writeWhole } from "./write-whole.ts";

/**
 * The state of training on disk, so that a run that was stopped goes on as if it had not been. Little-endian:
 *
 * | byte | field      | type     | content                                                     |
 * |------|------------|----------|-------------------------------------------------------------|
 * | 0    | magic      | u32      | 0x4b435442, "BTCK"                                          |
 * | 4    | version    | u32      | 1                                                           |
 * | 8    | step       | u32      | steps taken                                                 |
 * | 12   | count      | u32      | number of parameters                                        |
 * | 16   | graph      | 32 bytes | SHA-256 of the training step's ONNX file                    |
 * | 48   | checksum   | u32      | CRC-32 (ISO 3309) of everything before it and of the values |
 * | 52   | values     | f32      | parameters, first and second moments, count each            |
 */

const MAGIC = 0x4b435442;
const VERSION = 1;
const GRAPH_AT = 16;
const CHECKSUM_AT = 48;
const HEADER_BYTES = 52;

/**
 * Writes `state` to `path`, whole or not at all. The file is bound to `graph`: a changed model, optimiser or schedule
 * cannot go on from it. Throws RangeError when the state is not one of this graph.
 */
export async function saveCheckpoint(
  path: string,
  state: TrainingState,
  graph: TrainingGraph,
): Promise<void> {
  const values = [state.parameters, state.firstMoment, state.secondMoment];
  if (values.some(({ length }) => length !== graph.parameterCount)) {
    throw new RangeError(`a checkpoint of ${graph.parameterCount} parameters, got ${values[0].length}`);
  }
  const bytes = new Uint8Array(HEADER_BYTES + 12 * graph.parameterCount);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, VERSION, true);
  view.setUint32(8, state.step, true);
  view.setUint32(12, graph.parameterCount, true);
  bytes.set(graphHash(graph), GRAPH_AT);
  let at = HEADER_BYTES;
  for (const part of values) {
    bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at);
    at += part.byteLength;
  }
  view.setUint32(CHECKSUM_AT, checksum(bytes), true);
  await writeWhole(path, bytes);
}

/**
 * Returns the state that `saveCheckpoint` wrote for this `graph`, bit for bit. Throws BadInputError when the file is
 * missing, damaged, of another version or of another graph, or a value is not finite.
 */
export async function loadCheckpoint(path: string, graph: TrainingGraph): Promise<TrainingState> {
  const wrong = (expected: string, got: string): BadInputError =>
    new BadInputError("bad-checkpoint", {
      subject: path,
      expected,
      got,
      remedy: "delete the file and train from the start",
    });
  const file = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw wrong("the checkpoint of a training run", error.code ?? String(error));
  });
  // A Buffer's slice would share its memory.
  const bytes = new Uint8Array(file);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength < HEADER_BYTES || view.getUint32(0, true) !== MAGIC) {
    throw wrong("the checkpoint of a training run", `${bytes.byteLength} bytes that are none`);
  }
  const version = view.getUint32(4, true);
  if (version !== VERSION) throw wrong(`format version ${VERSION}`, `version ${version}`);
  const count = view.getUint32(12, true);
  const size = HEADER_BYTES + 12 * count;
  if (bytes.byteLength !== size) throw wrong(`${size} bytes`, `${bytes.byteLength} bytes`);
  if (view.getUint32(CHECKSUM_AT, true) !== checksum(bytes)) {
    throw wrong("an undamaged file", "another checksum");
  }
  const hash = graphHash(graph);
  if (count !== graph.parameterCount || !hash.every((byte, i) => byte === bytes[GRAPH_AT + i])) {
    throw wrong("a checkpoint of this model, optimiser and schedule", "one of another");
  }
  const values = new Float32Array(bytes.slice(HEADER_BYTES).buffer);
  if (!values.every(Number.isFinite)) throw wrong("finite values", "values that are not");
  const part = (i: number): Float32Array => values.slice(i * count, (i + 1) * count);
  return {
    step: view.getUint32(8, true),
    parameters: part(0),
    firstMoment: part(1),
    secondMoment: part(2),
  };
}

function graphHash(graph: TrainingGraph): Uint8Array {
  const digits = sha256(graph.onnx);
  return Uint8Array.from({ length: 32 }, (_, i) => Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16));
}

function checksum(bytes: Uint8Array): number {
  const head = crc.buf(bytes.subarray(0, CHECKSUM_AT));
  return crc.buf(bytes.subarray(HEADER_BYTES), head) >>> 0;
}
