import { type ElementType, elementCount, type Shape } from "./shape.ts";

/** A value of a graph before it is computed: an input, a parameter, a constant, or what an operator returns. */
export interface Tensor {
  readonly graph: Graph;
  /** Unique within its graph; the value's name in the ONNX file. */
  readonly name: string;
  readonly shape: Shape;
  readonly type: ElementType;
}

/**
 * A graph of ONNX operators under construction. Operators (`arithmetic.ts`, `matrix.ts`, ...) append nodes; each node
 * knows its own gradient, so `gradient.ts` needs no table. One definition serves training and inference: parameters are
 * leaves here, and only `onnx-file.ts` decides whether they become an input or constants.
 */
export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly inputs: readonly Tensor[];
  readonly parameters: readonly Parameter[];
  readonly constants: readonly Constant[];
  readonly outputs: ReadonlyMap<string, Tensor>;
  /** Declares an input that is fed at every run. */
  input(name: string, shape: Shape, type?: ElementType): Tensor;
  /** Declares a trained value. Throws RangeError when the name is taken: sharing is done by passing the tensor on. */
  parameter(name: string, shape: Shape, initial: Initializer): Tensor;
  /** Returns a float32 constant; equal ones are stored once. */
  constant(values: ArrayLike<number>, shape: Shape): Tensor;
  /** Returns an int64 constant, as operators take for shapes, axes and positions. */
  integers(values: readonly number[], shape?: Shape): Tensor;
  /** Appends a node and returns its outputs. Throws RangeError when an input is of another graph. */
  append(node: NewNode): readonly Tensor[];
  /** Names a value as an output of the graph. */
  output(name: string, tensor: Tensor): void;
}

/** How a parameter starts: constant, or normal with this standard deviation. */
export type Initializer = { readonly constant: number } | { readonly standardDeviation: number };

export interface Parameter {
  readonly tensor: Tensor;
  readonly initial: Initializer;
}

export interface Constant {
  readonly tensor: Tensor;
  readonly values: Float32Array | BigInt64Array;
}

/** An attribute of an ONNX operator. */
export type Attribute =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number }
  | { readonly text: string };

/**
 * Returns the gradients of the loss by each input, given those by each output; null where there is none. Called while
 * the backward part is built, so it appends nodes itself.
 */
export type GradientRule = (byOutput: readonly Tensor[]) => readonly (Tensor | null)[];

export interface NewNode {
  readonly operator: string;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly { readonly shape: Shape; readonly type?: ElementType }[];
  readonly attributes?: Readonly<Record<string, Attribute>>;
  /** Null: the operator has no useful gradient and ends the way back, as a comparison does. */
  readonly gradient: GradientRule | null;
}

export interface GraphNode extends Omit<NewNode, "outputs" | "attributes"> {
  readonly outputs: readonly Tensor[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** Returns an empty graph. */
export function createGraph(): Graph {
  const nodes: GraphNode[] = [];
  const inputs: Tensor[] = [];
  const parameters: Parameter[] = [];
  const constants: Constant[] = [];
  const outputs = new Map<string, Tensor>();
  const names = new Set<string>();
  const known = new Map<string, Tensor>();

  const named = (name: string, shape: Shape, type: ElementType): Tensor => {
    if (names.has(name)) throw new RangeError(`the graph already has a value "${name}"`);
    names.add(name);
    return { graph, name, shape, type };
  };
  const stored = (
    key: string,
    values: Float32Array | BigInt64Array,
    shape: Shape,
    type: ElementType,
  ): Tensor => {
    if (values.length !== elementCount(shape)) {
      throw new RangeError(
        `a constant of shape [${shape}] needs ${elementCount(shape)} values, got ${values.length}`,
      );
    }
    const found = known.get(key);
    if (found !== undefined) return found;
    const tensor = named(`constant_${constants.length}`, shape, type);
    constants.push({ tensor, values });
    known.set(key, tensor);
    return tensor;
  };

  const graph: Graph = {
    nodes,
    inputs,
    parameters,
    constants,
    outputs,
    input(name, shape, type = "float32") {
      const tensor = named(name, shape, type);
      inputs.push(tensor);
      return tensor;
    },
    parameter(name, shape, initial) {
      const tensor = named(name, shape, "float32");
      parameters.push({ tensor, initial });
      return tensor;
    },
    constant(values, shape) {
      const floats = Float32Array.from(values);
      return stored(`float32 [${shape}] ${floats.join(" ")}`, floats, shape, "float32");
    },
    integers(values, shape = [values.length]) {
      const integers = BigInt64Array.from(values.map(BigInt));
      return stored(`int64 [${shape}] ${values.join(" ")}`, integers, shape, "int64");
    },
    append({ operator, inputs: taken, outputs: made, attributes = {}, gradient }) {
      for (const tensor of taken) {
        if (tensor.graph !== graph) throw new RangeError(`${operator}: "${tensor.name}" is of another graph`);
      }
      const index = nodes.length;
      const results = made.map(({ shape, type = "float32" }, i) =>
        named(`${operator}_${index}${made.length > 1 ? `_${i}` : ""}`, shape, type),
      );
      nodes.push({ operator, inputs: taken, outputs: results, attributes, gradient });
      return results;
    },
    output(name, tensor) {
      if (outputs.has(name)) throw new RangeError(`the graph already has an output "${name}"`);
      outputs.set(name, tensor);
    },
  };
  return graph;
}
