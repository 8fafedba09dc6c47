/**
 * Arrays on the wire: one binary message holds the simulator's structure-of-arrays buffers, unchanged, behind a small
 * header. All integers and floats are little-endian; every buffer starts at a multiple of 8.
 *
 * | byte | field    | type | content                                                    |
 * |------|----------|------|------------------------------------------------------------|
 * | 0    | magic    | u32  | 0x464e5442, "BTNF"                                         |
 * | 4    | version  | u8   | {@link FRAME_VERSION}                                      |
 * | 5    | domain   | u8   | 0 ran, 1 agent                                             |
 * | 6    | kind     | u8   | 0 phones, 1 pipeline, 2 history                            |
 * | 7    | fields   | u8   | number of rows in the field table                          |
 * | 8    | epoch    | u32  | which run of this side; a restart counts one up            |
 * | 12   | sequence | u32  | counts the frames of an epoch                              |
 * | 16   | timeS    | f64  | simulated time                                             |
 * | 24   | table    |      | per field 12 bytes: id u8, type u8, zero u16, offset u32, length u32 (elements) |
 *
 * Law: `decodeFrame(encodeFrame(frame))` equals `frame`.
 */
import type { Domain } from "#core";

/** Of the header and of every kind's fields; a frame of another version is refused. */
export const FRAME_VERSION = 1;

/** What every frame says about itself. */
interface FrameHeader<K extends string, D extends Domain> {
  readonly kind: K;
  readonly domain: D;
  readonly epoch: number;
  readonly sequence: number;
  readonly timeS: number;
}

/** Where the phones are, [user] each. */
export interface PhonesFrame extends FrameHeader<"phones", "ran"> {
  readonly xM: Float32Array;
  readonly yM: Float32Array;
  /** Index of the serving cell in the layout; -1 without one. */
  readonly serving: Int16Array;
  /** {@link phonePhases} */
  readonly phase: Uint8Array;
  readonly sinrDb: Float32Array;
}

/** What the pipeline does: [stage], `edgeProgress` [edge], `tasksDone` [1]. */
export interface PipelineFrame extends FrameHeader<"pipeline", "agent"> {
  /** {@link stagePhases} */
  readonly stagePhase: Uint8Array;
  /** 0...1 of the phase */
  readonly stageProgress: Float32Array;
  /** Tokens that the stage has prefilled since the start of the run. */
  readonly stageTokensRead: Uint32Array;
  /** 0...1 while a hand-off travels; -1 while none does. */
  readonly edgeProgress: Float32Array;
  readonly tasksDone: Uint32Array;
}

/** One KPI over simulated time, [point] each: its running value and 95 % interval; NaN is undefined. */
export interface HistoryFrame extends FrameHeader<"history", Domain> {
  readonly pointS: Float32Array;
  readonly value: Float32Array;
  readonly low: Float32Array;
  readonly high: Float32Array;
}

export type Frame = PhonesFrame | PipelineFrame | HistoryFrame;

/** Why bytes are not a frame. */
export class FrameError extends Error {
  override readonly name = "FrameError";
}

type ElementType = "u8" | "i16" | "u32" | "f32";

const MAGIC = 0x464e5442;
const HEADER_BYTES = 24;
const TABLE_ROW_BYTES = 12;
const ALIGNMENT = 8;

const domainCodes: readonly Domain[] = ["ran", "agent"];
const elementTypes: readonly ElementType[] = ["u8", "i16", "u32", "f32"];
const arrayOf = { u8: Uint8Array, i16: Int16Array, u32: Uint32Array, f32: Float32Array } as const;

/** Per kind, by code: its domains and its fields; a field's id is its place. */
const layouts = [
  {
    kind: "phones",
    domains: ["ran"],
    fields: [
      ["xM", "f32"],
      ["yM", "f32"],
      ["serving", "i16"],
      ["phase", "u8"],
      ["sinrDb", "f32"],
    ],
    equalLengths: true,
  },
  {
    kind: "pipeline",
    domains: ["agent"],
    fields: [
      ["stagePhase", "u8"],
      ["stageProgress", "f32"],
      ["stageTokensRead", "u32"],
      ["edgeProgress", "f32"],
      ["tasksDone", "u32"],
    ],
    equalLengths: false,
  },
  {
    kind: "history",
    domains: ["ran", "agent"],
    fields: [
      ["pointS", "f32"],
      ["value", "f32"],
      ["low", "f32"],
      ["high", "f32"],
    ],
    equalLengths: true,
  },
] as const satisfies readonly {
  kind: Frame["kind"];
  domains: readonly Domain[];
  fields: readonly (readonly [string, ElementType])[];
  equalLengths: boolean;
}[];

/** Returns the bytes of a frame, in a buffer of their own. */
export function encodeFrame(frame: Frame): ArrayBuffer {
  const kindCode = layouts.findIndex(({ kind }) => kind === frame.kind);
  const { fields } = layouts[kindCode];
  const arrays = fields.map(([name]) => fieldOf(frame, name));
  const offsets: number[] = [];
  let end = align(HEADER_BYTES + fields.length * TABLE_ROW_BYTES);
  for (const array of arrays) {
    offsets.push(end);
    end = align(end + array.byteLength);
  }
  const buffer = new ArrayBuffer(end);
  const view = new DataView(buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint8(4, FRAME_VERSION);
  view.setUint8(5, domainCodes.indexOf(frame.domain));
  view.setUint8(6, kindCode);
  view.setUint8(7, fields.length);
  view.setUint32(8, frame.epoch, true);
  view.setUint32(12, frame.sequence, true);
  view.setFloat64(16, frame.timeS, true);
  for (const [id, [, type]] of fields.entries()) {
    const at = HEADER_BYTES + id * TABLE_ROW_BYTES;
    const array = arrays[id];
    view.setUint8(at, id);
    view.setUint8(at + 1, elementTypes.indexOf(type));
    view.setUint32(at + 4, offsets[id], true);
    view.setUint32(at + 8, array.length, true);
    new Uint8Array(buffer, offsets[id]).set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  }
  return buffer;
}

/** Returns the frame whose arrays are views of `buffer`. Throws FrameError, and nothing else, when it is not one. */
export function decodeFrame(buffer: ArrayBuffer): Frame {
  if (buffer.byteLength < HEADER_BYTES)
    throw new FrameError(`expected a frame, got ${buffer.byteLength} bytes`);
  const view = new DataView(buffer);
  if (view.getUint32(0, true) !== MAGIC) throw new FrameError("expected the magic number of a frame");
  const version = view.getUint8(4);
  if (version !== FRAME_VERSION)
    throw new FrameError(`expected frame version ${FRAME_VERSION}, got ${version}`);
  const domain = domainCodes[view.getUint8(5)];
  const layout = layouts[view.getUint8(6)];
  if (domain === undefined || layout === undefined) throw new FrameError("unknown domain or kind of frame");
  const { kind, fields } = layout;
  if (!layout.domains.some((allowed) => allowed === domain)) {
    throw new FrameError(`a frame of kind "${kind}" cannot be of domain "${domain}"`);
  }
  if (view.getUint8(7) !== fields.length)
    throw new FrameError(`a frame of kind "${kind}" has ${fields.length} fields`);
  const frame: Record<string, unknown> = {
    kind,
    domain,
    epoch: view.getUint32(8, true),
    sequence: view.getUint32(12, true),
    timeS: view.getFloat64(16, true),
  };
  if (!Number.isFinite(frame.timeS)) throw new FrameError("the time of a frame is not finite");
  let length: number | undefined;
  for (const [id, [name, type]] of fields.entries()) {
    const array = readField(view, id, name, type);
    length ??= array.length;
    if (layout.equalLengths && array.length !== length) {
      throw new FrameError(`field ${name}: expected ${length} elements, got ${array.length}`);
    }
    frame[name] = array;
  }
  return frame as unknown as Frame;
}

type FieldArray = Uint8Array | Int16Array | Uint32Array | Float32Array;

function readField(view: DataView, id: number, name: string, type: ElementType): FieldArray {
  const at = HEADER_BYTES + id * TABLE_ROW_BYTES;
  if (at + TABLE_ROW_BYTES > view.byteLength) throw new FrameError("the field table is cut off");
  if (
    view.getUint8(at) !== id ||
    elementTypes[view.getUint8(at + 1)] !== type ||
    view.getUint16(at + 2, true) !== 0
  ) {
    throw new FrameError(`row ${id} of the field table: expected ${name} as ${type}`);
  }
  const ArrayType = arrayOf[type];
  const offset = view.getUint32(at + 4, true);
  const length = view.getUint32(at + 8, true);
  if (offset % ALIGNMENT !== 0 || offset + length * ArrayType.BYTES_PER_ELEMENT > view.byteLength) {
    throw new FrameError(`field ${name} does not lie inside the frame`);
  }
  return new ArrayType(view.buffer as ArrayBuffer, offset, length);
}

function fieldOf(frame: Frame, name: string): FieldArray {
  return (frame as unknown as Record<string, FieldArray>)[name];
}

function align(offset: number): number {
  return Math.ceil(offset / ALIGNMENT) * ALIGNMENT;
}
