/** Names the bytes that travelled: the headers of Baton's own formats field by field, then what they carry. */
import { payloadHeaderBytes, precisions } from "#core";

export type PayloadFieldName =
  | "magic"
  | "version"
  | "precision"
  | "model"
  | "dimension"
  | "sequence"
  | "scale"
  | "length"
  | "checksum"
  | "header"
  | "values"
  | "body"
  | "bytes";

export interface PayloadField {
  readonly name: PayloadFieldName;
  readonly from: number;
  /** One past the last byte. */
  readonly to: number;
  /** What the field says; empty where the bytes speak for themselves. */
  readonly meaning: string;
}

type Layout = readonly (readonly [PayloadFieldName, number])[];

/** `core/payload.ts` */
const payloadHeader: Layout = [
  ["magic", 2],
  ["version", 1],
  ["precision", 1],
  ["model", 4],
  ["dimension", 4],
  ["sequence", 4],
  ["scale", 4],
  ["checksum", 4],
];

/** `agent-sim/hand-off/message.ts`: a prelude, then as many bytes of JSON as `length` says. */
const messagePrelude: Layout = [
  ["magic", 2],
  ["version", 2],
  ["length", 4],
  ["checksum", 4],
];
const MESSAGE_PRELUDE_BYTES = 12;

/**
 * Returns the fields of the first bytes on the wire, in order and without gaps. Bytes that begin with neither magic
 * number are one field, `bytes`.
 */
export function payloadFields(bytes: Uint8Array): readonly PayloadField[] {
  if (bytes.length === 0) return [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = String.fromCharCode(bytes[0], bytes[1]);
  if (magic === "BT" && bytes.length >= payloadHeaderBytes) {
    return rest(bytes, "values", placed(view, payloadHeader));
  }
  if (magic === "BM" && bytes.length >= MESSAGE_PRELUDE_BYTES) {
    const prelude = placed(view, messagePrelude);
    const to = Math.min(bytes.length, MESSAGE_PRELUDE_BYTES + view.getUint32(4, true));
    const text = new TextDecoder().decode(bytes.subarray(MESSAGE_PRELUDE_BYTES, to));
    const meaning = /"kind":"([a-z]+)"/.exec(text)?.[1] ?? "JSON";
    return rest(bytes, "body", [...prelude, { name: "header", from: MESSAGE_PRELUDE_BYTES, to, meaning }]);
  }
  return [{ name: "bytes", from: 0, to: bytes.length, meaning: "" }];
}

function placed(view: DataView, layout: Layout): PayloadField[] {
  let from = 0;
  return layout.map(([name, length]) => {
    const field = { name, from, to: from + length, meaning: meaningOf(view, name, from, length) };
    from += length;
    return field;
  });
}

/** Returns `fields` and one more for the bytes after them, without those that have no bytes. */
function rest(
  bytes: Uint8Array,
  name: PayloadFieldName,
  fields: readonly PayloadField[],
): readonly PayloadField[] {
  const from = fields[fields.length - 1].to;
  const last: PayloadField = { name, from, to: bytes.length, meaning: "" };
  return [...fields, last].filter((field) => field.to > field.from);
}

function meaningOf(view: DataView, name: PayloadFieldName, at: number, length: number): string {
  switch (name) {
    case "magic":
      return String.fromCharCode(view.getUint8(at), view.getUint8(at + 1));
    case "version":
      return String(length === 1 ? view.getUint8(at) : view.getUint16(at, true));
    case "precision":
      return precisions[view.getUint8(at)] ?? "unknown";
    case "model":
    case "checksum":
      return view.getUint32(at, true).toString(16).padStart(8, "0");
    case "length":
    case "dimension":
    case "sequence":
      return String(view.getUint32(at, true));
    case "scale":
      return String(Number(view.getFloat32(at, true).toPrecision(3)));
    case "header":
    case "values":
    case "body":
    case "bytes":
      return "";
  }
}
