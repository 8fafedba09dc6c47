import type { Graph } from "./graph.ts";
import { elementCount } from "./tensor.ts";

/** Values of some parameters, by name. */
export type NamedParameters = Readonly<Record<string, ArrayLike<number>>>;

/**
 * Returns the parameters [parameterCount] of `graph` with some of them replaced, by name. Throws RangeError when the graph has
 * no parameter of a name, or one of another size.
 */
export function withNamedParameters(
  graph: Graph,
  parameters: Float32Array,
  replaced: NamedParameters,
): Float32Array {
  const values = Float32Array.from(parameters);
  const left = new Set(Object.keys(replaced));
  let at = 0;
  for (const { tensor } of graph.parameters) {
    const size = elementCount(tensor.shape);
    if (left.delete(tensor.name)) {
      const { length } = replaced[tensor.name];
      if (length !== size) throw new RangeError(`${tensor.name} [${tensor.shape}]: got ${length} values`);
      values.set(replaced[tensor.name], at);
    }
    at += size;
  }
  if (left.size > 0) throw new RangeError(`the graph has no parameter ${[...left].join(", ")}`);
  return values;
}
