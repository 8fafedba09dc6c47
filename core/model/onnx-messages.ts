// Pieces of an ONNX file as messages of its protobuf schema.
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  OperatorSetIdProtoSchema,
  TensorProtoSchema,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  ValueInfoProtoSchema,
} from "onnx-buf";
import { elementTypeNumbers } from "./choice.ts";
import type { Attribute, Tensor } from "./graph.ts";
import type { ElementType, SymbolicShape } from "./shape.ts";

/** ONNX operator set 21 in file format 10: what onnxruntime 1.30 reads without doubt. */
const OPERATOR_SET = 21n;
const FILE_FORMAT = 10n;

/** Returns the bytes of a file with this graph. */
export function modelBytes(graph: MessageInitShape<typeof GraphProtoSchema>): Uint8Array {
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: FILE_FORMAT,
      producerName: "baton",
      opsetImport: [create(OperatorSetIdProtoSchema, { domain: "", version: OPERATOR_SET })],
      graph: create(GraphProtoSchema, { name: "baton", ...(graph as object) }),
    }),
  );
}

/** Returns an attribute. onnxruntime refuses one without its type, which proto3 leaves out when it is not set. */
export function attributeProto(name: string, value: Attribute) {
  const types = AttributeProto_AttributeType;
  if ("int" in value) return create(AttributeProtoSchema, { name, type: types.INT, i: BigInt(value.int) });
  if ("ints" in value)
    return create(AttributeProtoSchema, { name, type: types.INTS, ints: value.ints.map(BigInt) });
  if ("float" in value) return create(AttributeProtoSchema, { name, type: types.FLOAT, f: value.float });
  return create(AttributeProtoSchema, { name, type: types.STRING, s: new TextEncoder().encode(value.text) });
}

/** Returns a tensor of a file; `values` are copied. */
export function tensorProto(
  { name, shape, type }: Pick<Tensor, "name" | "shape" | "type">,
  values: Float32Array | BigInt64Array,
) {
  const bytes = new Uint8Array(values.byteLength);
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  return create(TensorProtoSchema, {
    name,
    dims: shape.map(BigInt),
    dataType: elementTypeNumbers[type],
    rawData: bytes,
  });
}

/** Returns an input or output of a file. A size that is a text is symbolic: known when the graph runs, equal where equal. */
export function valueInfo(name: string, shape: SymbolicShape, type: ElementType) {
  return create(ValueInfoProtoSchema, {
    name,
    type: create(TypeProtoSchema, {
      value: {
        case: "tensorType",
        value: create(TypeProto_TensorSchema, {
          elemType: elementTypeNumbers[type],
          shape: create(TensorShapeProtoSchema, {
            dim: shape.map((size) =>
              create(TensorShapeProto_DimensionSchema, {
                value:
                  typeof size === "string"
                    ? { case: "dimParam", value: size }
                    : { case: "dimValue", value: BigInt(size) },
              }),
            ),
          }),
        }),
      },
    }),
  });
}
