import { add, mean, multiply, subtract, sumTo } from "./arithmetic.ts";
import type { Tensor } from "./graph.ts";
import type { Shape } from "./shape.ts";

/** Added to a variance before its root is taken. */
const EPSILON = 1e-5;

/**
 * Returns layer normalisation over the last axis (Ba, Kiros, Hinton 2016, arXiv 1607.06450), x [..., width] with a gain and
 * a bias [width]. One operator forward; backward from the mean and the inverse deviation that it returns beside.
 */
export function normalise(x: Tensor, gain: Tensor, bias: Tensor): Tensor {
  const each: Shape = [...x.shape.slice(0, -1), 1];
  const [normalised, centre, inverseDeviation] = x.graph.append({
    operator: "LayerNormalization",
    inputs: [x, gain, bias],
    outputs: [{ shape: x.shape }, { shape: each }, { shape: each }],
    attributes: { axis: { int: -1 }, epsilon: { float: EPSILON } },
    gradient: ([by]) => {
      const standard = multiply(subtract(x, centre), inverseDeviation);
      const byStandard = multiply(by, gain);
      const along = multiply(standard, mean(multiply(byStandard, standard), [-1], true));
      const across = add(mean(byStandard, [-1], true), along);
      return [
        multiply(subtract(byStandard, across), inverseDeviation),
        sumTo(multiply(by, standard), gain.shape),
        sumTo(by, bias.shape),
      ];
    },
  });
  return normalised;
}
