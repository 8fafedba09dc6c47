import crc from "crc-32";
import { fromFloat16Bits, toFloat16Bits } from "./float16.ts";
import { fnv1a } from "./hash.ts";

/**
 * The latent on the wire: a header of 24 bytes and the values, all little-endian.
 *
 * | byte | field      | type | content                                                        |
 * |------|------------|------|----------------------------------------------------------------|
 * | 0    | magic      | u16  | 0x5442, "BT"                                                   |
 * | 2    | version    | u8   | 1                                                              |
 * | 3    | precision  | u8   | 0 fp32, 1 fp16, 2 int8                                         |
 * | 4    | model      | u32  | FNV-1a of the model id                                         |
 * | 8    | dimension  | u32  | number of values                                               |
 * | 12   | sequence   | u32  | which hand-off of this entity it belongs to                    |
 * | 16   | scale      | f32  | int8: value of one step; else 1                                |
 * | 20   | checksum   | u32  | CRC-32 (ISO 3309) of everything before it and of the values    |
 * | 24   | values     |      | dimension x 4, 2 or 1 bytes                                    |
 *
 * Law: `decodePayload(encodePayload(z))` equals z exactly in fp32, to half a unit in the last place in fp16, and to
 * half a step in int8, where a step is max|z| / 127 (rounded to fp32) but never subnormal.
 */

/** How values are written, and the bytes that each takes. */
export type Precision = "fp32" | "fp16" | "int8";

export const precisions: readonly Precision[] = ["fp32", "fp16", "int8"];
export const payloadHeaderBytes = 24;
export const bytesPerValue: Readonly<Record<Precision, number>> = { fp32: 4, fp16: 2, int8: 1 };

/** The header, field by field, as the table above has it: what tools that read captures are made from. */
export const payloadHeaderFields: readonly {
  readonly name: string;
  readonly at: number;
  readonly type: "u8" | "u16" | "u32" | "f32";
  readonly about: string;
  /** Better read in hexadecimal. */
  readonly hex?: boolean;
}[] = [
  { name: "magic", at: 0, type: "u16", about: "Magic", hex: true },
  { name: "version", at: 2, type: "u8", about: "Version" },
  { name: "precision", at: 3, type: "u8", about: "Precision" },
  { name: "model", at: 4, type: "u32", about: "Model (FNV-1a of its id)", hex: true },
  { name: "dimension", at: 8, type: "u32", about: "Number of values" },
  { name: "sequence", at: 12, type: "u32", about: "Hand-off of this entity" },
  { name: "scale", at: 16, type: "f32", about: "Value of one step" },
  { name: "checksum", at: 20, type: "u32", about: "CRC-32 of the rest", hex: true },
];

const MAGIC = 0x5442;
const VERSION = 1;
const CHECKSUM_AT = 20;

/** Why a payload cannot be used, in the order it is looked for; `truncated` may also show after the precision. */
export type PayloadFailure =
  | "truncated"
  | "bad-magic"
  | "unknown-version"
  | "unknown-precision"
  | "wrong-length"
  | "bad-checksum"
  | "wrong-model"
  | "wrong-dimension"
  | "stale"
  | "not-finite";

export const payloadFailures: readonly PayloadFailure[] = [
  "truncated",
  "bad-magic",
  "unknown-version",
  "unknown-precision",
  "wrong-length",
  "bad-checksum",
  "wrong-model",
  "wrong-dimension",
  "stale",
  "not-finite",
];

/** What the receiver is ready to take. */
export interface PayloadExpectation {
  readonly modelId: string;
  readonly dimension: number;
  /** The hand-off that is under way; a payload of any other is stale. */
  readonly sequence: number;
}

export type DecodedPayload =
  | { readonly ok: true; readonly values: Float32Array }
  | { readonly ok: false; readonly reason: PayloadFailure };

/**
 * Returns the bytes of one latent. Throws RangeError when a value is not finite or does not fit the precision, or the
 * sequence is not an unsigned 32-bit integer: a sender that would ship nonsense is a programming error, not a
 * condition of the network.
 */
export function encodePayload(
  values: Float32Array,
  header: { readonly modelId: string; readonly precision: Precision; readonly sequence: number },
): Uint8Array {
  const bytes = new Uint8Array(payloadHeaderBytes + values.length * bytesPerValue[header.precision]);
  writePayload(bytes, values, header);
  return bytes;
}

/** Writes the same over `bytes`, which is as long as the payload. */
export function writePayload(
  bytes: Uint8Array,
  values: Float32Array,
  header: { readonly modelId: string; readonly precision: Precision; readonly sequence: number },
): void {
  const { precision, sequence } = header;
  if (sequence !== sequence >>> 0) {
    throw new RangeError(`encodePayload: sequence is ${sequence}, expected an unsigned 32-bit integer`);
  }
  const largest = largestMagnitude(values);
  if (!Number.isFinite(largest)) {
    const i = firstNotFinite(values);
    throw new RangeError(`encodePayload: value ${i} is ${values[i]}, expected finite`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const scale = precision === "int8" ? int8Scale(largest) : 1;
  view.setUint16(0, MAGIC, true);
  view.setUint8(2, VERSION);
  view.setUint8(3, precisions.indexOf(precision));
  view.setUint32(4, fnv1a(header.modelId), true);
  view.setUint32(8, values.length, true);
  view.setUint32(12, sequence, true);
  view.setFloat32(16, scale, true);
  writeValues(view, values, precision, scale);
  view.setUint32(CHECKSUM_AT, checksum(bytes), true);
}

/** Returns the values, or why they cannot be used. Never throws, whatever the bytes. */
export function decodePayload(bytes: Uint8Array, expected: PayloadExpectation): DecodedPayload {
  const values = new Float32Array(expected.dimension);
  const reason = readPayload(bytes, expected, values);
  return reason === null ? { ok: true, values } : { ok: false, reason };
}

/**
 * Writes the values into `out` [expected.dimension] and returns null, or returns why they cannot be used; `out` then means
 * nothing. Never throws, whatever the bytes.
 */
export function readPayload(
  bytes: Uint8Array,
  expected: PayloadExpectation,
  out: Float32Array,
): PayloadFailure | null {
  if (bytes.length < payloadHeaderBytes) return "truncated";
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint16(0, true) !== MAGIC) return "bad-magic";
  if (view.getUint8(2) !== VERSION) return "unknown-version";
  const precision = precisions[view.getUint8(3)];
  if (precision === undefined) return "unknown-precision";
  const dimension = view.getUint32(8, true);
  const length = payloadHeaderBytes + dimension * bytesPerValue[precision];
  if (bytes.length < length) return "truncated";
  if (bytes.length > length) return "wrong-length";
  if (view.getUint32(CHECKSUM_AT, true) !== checksum(bytes)) return "bad-checksum";
  if (view.getUint32(4, true) !== fnv1a(expected.modelId)) return "wrong-model";
  if (dimension !== expected.dimension) return "wrong-dimension";
  if (view.getUint32(12, true) !== expected.sequence) return "stale";
  readValues(view, out, precision, view.getFloat32(16, true));
  return firstNotFinite(out) < 0 ? null : "not-finite";
}

function checksum(bytes: Uint8Array): number {
  const head = crc.buf(bytes.subarray(0, CHECKSUM_AT));
  return crc.buf(bytes.subarray(payloadHeaderBytes), head) >>> 0;
}

/** A subnormal step has too few bits: its 127 multiples would miss the values by more than half a step. */
const SMALLEST_STEP = 2 ** -126;

function int8Scale(largest: number): number {
  if (largest === 0) return 1;
  const scale = Math.max(SMALLEST_STEP, Math.fround(largest / 127));
  if (!Number.isFinite(Math.fround(127 * scale))) {
    throw new RangeError(
      `encodePayload: ${largest} overflows when 127 steps of ${scale} are added up in int8`,
    );
  }
  return scale;
}

/** Returns max|value|, 0 of none; infinite or NaN when a value is. */
function largestMagnitude(values: Float32Array): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i]));
  return largest;
}

/** The loops stand inside the choice of precision, not around it: payloads come by the thousand. */
function writeValues(view: DataView, values: Float32Array, precision: Precision, scale: number): void {
  const count = values.length;
  const at = payloadHeaderBytes;
  switch (precision) {
    case "fp32":
      for (let i = 0; i < count; i++) view.setFloat32(at + 4 * i, values[i], true);
      break;
    case "fp16":
      for (let i = 0; i < count; i++) {
        const bits = toFloat16Bits(values[i]);
        if ((bits & 0x7c00) === 0x7c00) {
          throw new RangeError(`encodePayload: value ${i} is ${values[i]}, expected at most 65504 in fp16`);
        }
        view.setUint16(at + 2 * i, bits, true);
      }
      break;
    case "int8":
      // Of the quotient of two float32 this is what Math.round returns, in a quarter of its time; it is never beyond 127.
      for (let i = 0; i < count; i++) view.setInt8(at + i, Math.floor(values[i] / scale + 0.5));
      break;
  }
}

function readValues(view: DataView, values: Float32Array, precision: Precision, scale: number): void {
  const count = values.length;
  const at = payloadHeaderBytes;
  switch (precision) {
    case "fp32":
      for (let i = 0; i < count; i++) values[i] = view.getFloat32(at + 4 * i, true);
      break;
    case "fp16":
      for (let i = 0; i < count; i++) values[i] = fromFloat16Bits(view.getUint16(at + 2 * i, true));
      break;
    case "int8":
      for (let i = 0; i < count; i++) values[i] = view.getInt8(at + i) * scale;
      break;
  }
}

/** Returns the place of the first value from `from` on and before `to` that is not finite, or -1. */
export function firstNotFinite(values: Float32Array, from = 0, to = values.length): number {
  for (let i = from; i < to; i++) if (!Number.isFinite(values[i])) return i;
  return -1;
}
