import { fromBinary } from "@bufbuild/protobuf";
import { type ModelProto, ModelProtoSchema, type ValueInfoProto } from "onnx-buf";
import { BadInputError } from "../bad-input.ts";
import { elementTypeNumbers } from "./choice.ts";
import type { ValueSpec } from "./session.ts";
import type { ElementType } from "./shape.ts";

/** What an ONNX file takes and returns, read without running it. */
export interface OnnxSignature {
  readonly inputs: readonly ValueSpec[];
  readonly outputs: readonly ValueSpec[];
}

/**
 * Returns the inputs and outputs of the bytes of an ONNX file that `toOnnx` wrote; `subject` names the file in errors.
 * Throws BadInputError when the bytes are no ONNX file, or a value is of another type than ours or of no fixed size.
 */
export function readSignature(onnx: Uint8Array, subject: string): OnnxSignature {
  const { graph } = readModelProto(onnx, subject);
  const specs = (values: readonly ValueInfoProto[]): ValueSpec[] =>
    values.map((value) => valueSpec(value, subject));
  return { inputs: specs(graph?.input ?? []), outputs: specs(graph?.output ?? []) };
}

/** Returns an ONNX file as a message. Throws BadInputError when the bytes are none. */
export function readModelProto(onnx: Uint8Array, subject: string): ModelProto {
  try {
    const model = fromBinary(ModelProtoSchema, onnx);
    // The operator set comes after the graph: a file without it was cut short between the two.
    if (model.graph !== undefined && model.opsetImport.length > 0) return model;
  } catch {
    // Falls through: no message at all, and half a model, are the same to a reader.
  }
  throw new BadInputError("unreadable-model", {
    subject,
    expected: "an ONNX file",
    got: `${onnx.byteLength} bytes that are none`,
    remedy: "the file may be cut short: restore it, or train the model again",
  });
}

function valueSpec({ name, type }: ValueInfoProto, subject: string): ValueSpec {
  const wrong = (got: string): BadInputError =>
    new BadInputError("unreadable-model", {
      subject: `${subject}, value "${name}"`,
      expected: `a tensor of ${Object.keys(elementTypeNumbers).join(", ")} with fixed sizes`,
      got,
    });
  if (type?.value.case !== "tensorType") throw wrong("something else");
  const { elemType, shape } = type.value.value;
  const found = Object.entries(elementTypeNumbers).find(([, number]) => number === elemType);
  if (found === undefined) throw wrong(`element type ${elemType}`);
  const sizes = (shape?.dim ?? []).map(({ value }) => {
    if (value.case === "dimValue" && value.value >= 0n) return Number(value.value);
    throw wrong(`size "${value.value ?? "unknown"}"`);
  });
  return { name, type: found[0] as ElementType, shape: sizes };
}
