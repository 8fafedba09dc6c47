import { create } from "@bufbuild/protobuf";
import { NodeProtoSchema } from "onnx-buf";
import type { Attribute } from "./graph.ts";
import { attributeProto, modelBytes, tensorProto, valueInfo } from "./onnx-messages.ts";
import type { ElementType, Shape, SymbolicShape } from "./shape.ts";

/**
 * A graph whose sizes are known only when it runs, as decoders are exported: values are names, shapes stand at inputs
 * and outputs only, and there are no gradients. What is trained is built with `graph.ts`.
 */
export interface SymbolicGraph {
  /** Declares an input and returns its name. */
  input(name: string, shape: SymbolicShape, type?: ElementType): string;
  /** Stores float32 values in the file and returns their name. */
  weight(name: string, values: Float32Array, shape: Shape): string;
  /** Returns an int64 constant; one number without a shape is a scalar. */
  integers(values: readonly number[] | number): string;
  /** Returns a float32 scalar. */
  number(value: number): string;
  /** Appends an operator with one output and returns its name. */
  node(operator: string, inputs: readonly string[], attributes?: Readonly<Record<string, Attribute>>): string;
  /** Gives a value an outer name. */
  output(name: string, value: string, shape: SymbolicShape, type?: ElementType): void;
  /** Returns the bytes of the ONNX file. */
  toOnnx(): Uint8Array;
}

/** Returns an empty graph. */
export function createSymbolicGraph(): SymbolicGraph {
  const nodes: ReturnType<typeof makeNode>[] = [];
  const inputs: ReturnType<typeof valueInfo>[] = [];
  const outputs: ReturnType<typeof valueInfo>[] = [];
  const stored: ReturnType<typeof tensorProto>[] = [];
  const store = (name: string, values: Float32Array | BigInt64Array, shape: Shape): string => {
    const type = values instanceof Float32Array ? "float32" : "int64";
    stored.push(tensorProto({ name, shape, type }, values));
    return name;
  };
  return {
    input(name, shape, type = "float32") {
      inputs.push(valueInfo(name, shape, type));
      return name;
    },
    weight: store,
    integers(values) {
      const list = typeof values === "number" ? [values] : values;
      const shape = typeof values === "number" ? [] : [values.length];
      return store(`constant_${stored.length}`, BigInt64Array.from(list.map(BigInt)), shape);
    },
    number: (value) => store(`constant_${stored.length}`, Float32Array.of(value), []),
    node(operator, taken, attributes = {}) {
      const name = `${operator}_${nodes.length}`;
      nodes.push(makeNode(operator, taken, name, attributes));
      return name;
    },
    output(name, value, shape, type = "float32") {
      nodes.push(makeNode("Identity", [value], name));
      outputs.push(valueInfo(name, shape, type));
    },
    toOnnx: () => modelBytes({ node: nodes, initializer: stored, input: inputs, output: outputs }),
  };
}

function makeNode(
  operator: string,
  inputs: readonly string[],
  output: string,
  attributes: Readonly<Record<string, Attribute>> = {},
) {
  return create(NodeProtoSchema, {
    opType: operator,
    input: [...inputs],
    output: [output],
    attribute: Object.entries(attributes).map(([name, value]) => attributeProto(name, value)),
  });
}
