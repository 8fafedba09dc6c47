import { add, expand, scalar } from "./arithmetic.ts";
import type { Tensor } from "./graph.ts";
import { elementCount } from "./shape.ts";

/**
 * Returns the gradients of the scalar `loss` by each of `by`, in order: reverse-mode differentiation, appended to the
 * same graph. A tensor on which the loss does not depend gets zeros. Throws RangeError when the loss has more than one
 * element.
 */
export function gradients(loss: Tensor, by: readonly Tensor[]): readonly Tensor[] {
  if (elementCount(loss.shape) !== 1) {
    throw new RangeError(`gradients: the loss must be one number, got shape [${loss.shape}]`);
  }
  const { graph } = loss;
  const forward = [...graph.nodes];
  const wanted = new Set(by);
  // Only nodes that lie between the wanted tensors and the loss take part.
  const depends = new Set<Tensor>(wanted);
  for (const node of forward) {
    if (node.gradient !== null && node.inputs.some((input) => depends.has(input))) {
      for (const output of node.outputs) depends.add(output);
    }
  }
  const found = new Map<Tensor, Tensor>([[loss, expand(scalar(loss, 1), loss.shape)]]);
  for (const node of forward.toReversed()) {
    if (node.gradient === null || !node.outputs.some((output) => depends.has(output) && found.has(output))) {
      continue;
    }
    const byOutputs = node.outputs.map((output) => found.get(output) ?? zeros(output));
    for (const [i, gradient] of node.gradient(byOutputs).entries()) {
      const input = node.inputs[i];
      if (gradient === null || !depends.has(input)) continue;
      const before = found.get(input);
      found.set(input, before === undefined ? gradient : add(before, gradient));
    }
  }
  return by.map((tensor) => found.get(tensor) ?? zeros(tensor));
}

function zeros(like: Tensor): Tensor {
  return expand(scalar(like, 0), like.shape);
}
