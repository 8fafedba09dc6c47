import type { Graph } from "./graph.ts";
import { parameterPlaces } from "./onnx-file.ts";

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
  for (const { tensor, from, to } of parameterPlaces(graph)) {
    if (!left.delete(tensor.name)) continue;
    const { length } = replaced[tensor.name];
    if (length !== to - from) throw new RangeError(`${tensor.name} [${tensor.shape}]: got ${length} values`);
    values.set(replaced[tensor.name], from);
  }
  if (left.size > 0) throw new RangeError(`the graph has no parameter ${[...left].join(", ")}`);
  return values;
}
