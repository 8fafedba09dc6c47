import { create } from "@bufbuild/protobuf";
import { NodeProtoSchema } from "onnx-buf";
import type { Graph, GraphNode, Parameter, Tensor } from "./graph.ts";
import { attributeProto, modelBytes, tensorProto, valueInfo } from "./onnx-messages.ts";
import { elementCount } from "./shape.ts";

/** The name of the input that holds all parameters, one after another in the order of `graph.parameters`. */
export const PARAMETERS_INPUT = "parameters";

/** Returns how many numbers the parameters of a graph are. */
export function parameterCount(graph: Graph): number {
  return parameterPlaces(graph).at(-1)?.to ?? 0;
}

/** Returns each parameter of a graph, in order, and where its values stand in the vector of all: from `from` up to before `to`. */
export function parameterPlaces(
  graph: Graph,
): readonly (Parameter & { readonly from: number; readonly to: number })[] {
  let to = 0;
  return graph.parameters.map((parameter) => {
    const from = to;
    to += elementCount(parameter.tensor.shape);
    return { ...parameter, from, to };
  });
}

/**
 * Returns a graph as the bytes of an ONNX file. With `parameters` [parameterCount] they are written into the file and
 * the graph is ready for inference; without, the file takes them as the input PARAMETERS_INPUT, as a training step
 * does. Only what the outputs need is written. Throws RangeError when the number of parameters is another.
 */
export function toOnnx(graph: Graph, parameters?: Float32Array): Uint8Array {
  const count = parameterCount(graph);
  if (parameters !== undefined && parameters.length !== count) {
    throw new RangeError(`toOnnx: the graph has ${count} parameters, got ${parameters.length}`);
  }
  const nodes = neededNodes(graph);
  const used = new Set([...graph.outputs.values(), ...nodes.flatMap(({ inputs }) => inputs)]);
  const initializers = graph.constants
    .filter(({ tensor }) => used.has(tensor))
    .map(({ tensor, values }) => tensorProto(tensor, values));
  const inputs = graph.inputs.map((tensor) => valueInfo(tensor.name, tensor.shape, tensor.type));
  const head = [];
  if (parameters !== undefined) {
    for (const { tensor, from, to } of parameterPlaces(graph)) {
      initializers.push(tensorProto(tensor, parameters.slice(from, to)));
    }
  } else if (count > 0) {
    inputs.push(valueInfo(PARAMETERS_INPUT, [count], "float32"));
    head.push(...unpackParameters(graph, initializers));
  }
  // Outputs keep the names that callers know; the values inside have names of their own.
  const tail = [...graph.outputs].map(([name, tensor]) =>
    create(NodeProtoSchema, { opType: "Identity", input: [tensor.name], output: [name] }),
  );
  return modelBytes({
    node: [...head, ...nodes.map(nodeProto), ...tail],
    initializer: initializers,
    input: inputs,
    output: [...graph.outputs].map(([name, { shape, type }]) => valueInfo(name, shape, type)),
  });
}

/** Returns, in order, the nodes on which the outputs depend. */
function neededNodes(graph: Graph): readonly GraphNode[] {
  const needed = new Set<Tensor>(graph.outputs.values());
  return graph.nodes
    .toReversed()
    .filter((node) => {
      if (!node.outputs.some((output) => needed.has(output))) return false;
      for (const input of node.inputs) needed.add(input);
      return true;
    })
    .toReversed();
}

/** Returns the nodes that cut the one vector of parameters into tensors; their constants join `initializers`. */
function unpackParameters(graph: Graph, initializers: unknown[]) {
  const sizes = graph.parameters.map(({ tensor }) => elementCount(tensor.shape));
  const constant = (name: string, values: readonly number[]): string => {
    const shape = [values.length];
    initializers.push(tensorProto({ name, shape, type: "int64" }, BigInt64Array.from(values.map(BigInt))));
    return name;
  };
  const flat = graph.parameters.map(({ tensor }) => `${tensor.name} flat`);
  return [
    create(NodeProtoSchema, {
      opType: "Split",
      input: [PARAMETERS_INPUT, constant("parameter sizes", sizes)],
      output: flat,
      attribute: [attributeProto("axis", { int: 0 })],
    }),
    ...graph.parameters.map(({ tensor }, i) =>
      create(NodeProtoSchema, {
        opType: "Reshape",
        input: [flat[i], constant(`${tensor.name} shape`, tensor.shape)],
        output: [tensor.name],
      }),
    ),
  ];
}

function nodeProto({ operator, inputs, outputs, attributes }: GraphNode) {
  return create(NodeProtoSchema, {
    opType: operator,
    input: inputs.map(({ name }) => name),
    output: outputs.map(({ name }) => name),
    attribute: Object.entries(attributes).map(([name, value]) => attributeProto(name, value)),
  });
}
