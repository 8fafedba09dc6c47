import {
  add,
  cast,
  concat,
  divide,
  expand,
  greater,
  log,
  matmul,
  multiply,
  negate,
  reshape,
  roundStraightThrough,
  scale,
  shift,
  sigmoid,
  slice,
  stopGradient,
  swapLast,
  type Tensor,
} from "#core/model";
import type { CellStay } from "../policy/policy.ts";
import { secondsFeature } from "./cell-list-start.ts";
import type { Expectation } from "./context-memory.ts";
import { OUTAGE_WITHIN_MS, output } from "./context-shape.ts";

/**
 * The trajectory that a model predicts, as the Cell Based UE Trajectory Prediction can say it: the target first, then the
 * other known cells by how likely each is a right one in the next second, each with the time that its link is expected to
 * last. The model looks two seconds ahead and the element has whole seconds, so a stay is 0, 1 or 2.
 *
 * The same twice: `predictTrajectory` of a phone in a run, `predictedEntries` of a batch in training. Law: both give the same
 * entries, in another order.
 */

/** The target is the second cell of a candidate list. */
const TARGET_SLOT = 1;

/** Shares of the two seconds that each probability of an outage stands for, by the trapezoidal rule. */
const lifeWeights = OUTAGE_WITHIN_MS.map((ms, i) => {
  const before = OUTAGE_WITHIN_MS[i - 1] ?? 0;
  const after = OUTAGE_WITHIN_MS[i + 1] ?? ms;
  return (after - before) / 2 / 1000;
});
const LONGEST_S = OUTAGE_WITHIN_MS[OUTAGE_WITHIN_MS.length - 1] / 1000;

/** Returns how long a cell's link is expected to last within the next two seconds, s: the integral of its survival. */
function expectedLifeS(expected: Expectation): number {
  return lifeWeights.reduce(
    (life, weight, i) => life - weight / (1 + Math.exp(-expected[output.outage + i])),
    LONGEST_S,
  );
}

/** Returns the predicted trajectory of a phone that goes to `target`; `known` are the cells of which anything is expected. */
export function predictTrajectory(
  known: readonly { readonly cell: number; readonly expected: Expectation }[],
  target: number,
): readonly CellStay[] {
  const rank = ({ cell, expected }: (typeof known)[number]): number =>
    cell === target ? Number.POSITIVE_INFINITY : expected[output.right];
  const list = [...known]
    .sort((a, b) => rank(b) - rank(a) || a.cell - b.cell)
    .map(({ cell, expected }) => ({ cell, stayS: Math.round(expectedLifeS(expected)) }));
  return list[0]?.cell === target ? list : [{ cell: target, stayS: 0 }, ...list];
}

/**
 * Returns the entries of the trajectories that follow from what is expected [batch, slots, OUTPUTS], one of each slot whose
 * cell is `listed` [batch, slots], as `cellListStart` takes them. No gradient passes: the list is what it is on the wire.
 */
export function predictedEntries(
  expected: Tensor,
  listed: Tensor,
): { readonly entries: Tensor; readonly ofSlots: Tensor } {
  const { graph } = expected;
  const [batch, slots] = expected.shape;
  const known = stopGradient(expected);
  const column = (from: number, width: number): Tensor => slice(known, 2, from, from + width);
  const present = reshape(listed, [batch, slots, 1]);
  const weights = graph.constant(lifeWeights, [lifeWeights.length, 1]);
  const lost = matmul(sigmoid(column(output.outage, lifeWeights.length)), weights);
  const stayS = roundStraightThrough(shift(negate(lost), LONGEST_S));
  const first = graph.constant(
    Float32Array.from({ length: slots }, (_, slot) => (slot === TARGET_SLOT ? FIRST : 0)),
    [1, slots, 1],
  );
  const score = add(column(output.right, 1), first);
  /** [batch, slot, other]: 1 where the other comes before. */
  const earlier = multiply(cast(greater(swapLast(score), score), "float32"), swapLast(present));
  const beforeS = matmul(earlier, stayS);
  const place = divide(present, shift(matmul(earlier, present), 1));
  const seconds = (s: Tensor): Tensor => scale(log(shift(s, 1)), secondsFeature(1) / Math.log(2));
  const entries = multiply(concat([present, seconds(stayS), seconds(beforeS), place], 2), present);
  const identity = Float32Array.from({ length: slots * slots }, (_, i) => (i % (slots + 1) === 0 ? 1 : 0));
  const own = expand(graph.constant(identity, [1, slots, slots]), [batch, slots, slots]);
  return { entries: stopGradient(entries), ofSlots: multiply(own, present) };
}

/** Above any logit. */
const FIRST = 1e4;
