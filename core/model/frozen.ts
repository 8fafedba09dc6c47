import type { Graph } from "./graph.ts";
import { elementCount } from "./shape.ts";

/**
 * Returns `graph` for the definition of a model that is trained no further: what the definition declares as parameters
 * become constants with the values of `parameters`, in the order of declaration, and everything else goes to `graph`
 * itself. Gradients pass through such a model, and none are computed for it. Throws RangeError, when a parameter is
 * declared, if too few values are left.
 */
export function frozen(graph: Graph, parameters: Float32Array): Graph {
  let at = 0;
  return {
    ...graph,
    parameter(name, shape) {
      const size = elementCount(shape);
      if (at + size > parameters.length) {
        throw new RangeError(`frozen: ${parameters.length} values are too few for "${name}" [${shape}]`);
      }
      const values = parameters.subarray(at, at + size);
      at += size;
      return graph.constant(values, shape);
    },
  };
}
