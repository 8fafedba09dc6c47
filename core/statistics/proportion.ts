import type { BootstrapOptions } from "./bootstrap.ts";
import { bootstrapRatio, type GroupedRatio } from "./bootstrap-sums.ts";
import { groupUnits, sumByGroup } from "./groups.ts";
import type { IntervalEstimate } from "./interval.ts";
import { normalQuantile } from "./normal.ts";
import { wilsonInterval } from "./wilson.ts";

/**
 * Returns the effective number of independent trials among `trials`, [unit], in `groups`, [unit]: their sum divided
 * by the design effect 1 + (m - 1) * correlation, where m = sum(size^2) / sum(size) over groups (Kish, Survey
 * Sampling, 1965, section 5.4, for unequal sizes), never more than the sum.
 *
 * `correlation` is that of two trials of one group. The default 1 is the cautious end: a group counts about once,
 * whatever its size. 0 returns the sum. It is asked for because it cannot be estimated where it matters, at zero
 * events.
 */
export function effectiveNumber(
  data: { readonly trials: ArrayLike<number>; readonly groups: GroupedRatio["groups"] },
  { correlation = 1 }: { readonly correlation?: number } = {},
): number {
  if (!(correlation >= 0 && correlation <= 1)) {
    throw new RangeError(`correlation must be in 0..1, got ${correlation}`);
  }
  const sizes = sumByGroup(data.trials, groupUnits(data.groups), "trials");
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total === 0) return 0;
  const typicalSize = sizes.reduce((sum, size) => sum + size * size, 0) / total;
  return total / Math.max(1, 1 + (typicalSize - 1) * correlation);
}

/** What is known where every trial came out alike: how far from that the share may really be. */
export interface CertaintyBound {
  /** Were each trial independent of the others: the far end of Wilson's 95 % interval at their number. */
  readonly independent: number;
  /** Did trials of one group all come out alike: the same at the effective number; null where that says nothing. */
  readonly byGroup: number | null;
  /** Groups that had a trial. */
  readonly groups: number;
}

/**
 * With fewer groups an end by group lies farther off than a quarter: that is no interval that one could use. Ten groups
 * reach up to 0.28 (Wilson, 0 of 10).
 */
export const FEWEST_GROUPS_AT_CERTAINTY = 10;

/**
 * Returns the two bounds of a share that was 0 or 1 (`share`) in the data: the truth lies
 * between the two assumptions. Null without a trial.
 */
export function certaintyBound(
  data: { readonly trials: ArrayLike<number>; readonly groups: GroupedRatio["groups"] },
  share: 0 | 1,
  { confidence = 0.95 }: { readonly confidence?: number } = {},
): CertaintyBound | null {
  const sizes = sumByGroup(data.trials, groupUnits(data.groups), "trials");
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total === 0) return null;
  const farEnd = (n: number): number => {
    const { lo, hi } = wilsonInterval(share * n, n, { confidence });
    return (share === 0 ? hi : lo) ?? share;
  };
  return {
    independent: farEnd(total),
    byGroup: farEnd(effectiveNumber(data)),
    groups: sizes.filter((size) => size > 0).length,
  };
}

/**
 * Returns the bound of a count that was 0 in units of `groups`: what Wilson's bound on a rare share comes to in events, z^2 =
 * 3.84, for each of `repeats` times that the same units were tried. By group nothing is known: a group may have any number.
 */
export function countBound(
  groups: GroupedRatio["groups"],
  repeats = 1,
  { confidence = 0.95 }: { readonly confidence?: number } = {},
): CertaintyBound {
  const z = normalQuantile(1 - (1 - confidence) / 2);
  return { independent: (z * z) / repeats, byGroup: null, groups: groupUnits(groups).groupCount };
}

/**
 * Returns the share sum(numerators) / sum(denominators) of trials that succeeded, with its interval by group. Where
 * the share is 0 or 1 every resample says the same, and [0, 0] would claim certainty: the Wilson interval at the
 * effective number stands in (spec/latent-handover.md section 5), and there is none below
 * {@link FEWEST_GROUPS_AT_CERTAINTY} groups. Where it is neither and every group has the very same share, resampling says
 * nothing of how it varies and there is no interval. Otherwise as `bootstrapRatio`.
 *
 * Throws RangeError when a unit has more successes than trials, or fewer than 0.
 */
export function bootstrapProportion(
  data: GroupedRatio,
  options: BootstrapOptions & {
    /** As in `effectiveNumber`; default 1. */
    readonly correlation?: number;
  },
): IntervalEstimate {
  const { numerators, denominators, groups } = data;
  for (let unit = 0; unit < numerators.length; unit++) {
    if (!(numerators[unit] >= 0 && numerators[unit] <= denominators[unit])) {
      throw new RangeError(
        `unit ${unit} must have 0 <= successes <= trials, got ${numerators[unit]} of ${denominators[unit]}`,
      );
    }
  }
  const result = bootstrapRatio(data, options);
  const none = { estimate: result.estimate, lo: null, hi: null };
  if (result.estimate !== 0 && result.estimate !== 1) return result.lo === result.hi ? none : result;
  const { confidence = 0.95, correlation = 1 } = options;
  const tried = sumByGroup(denominators, groupUnits(groups), "trials").filter((size) => size > 0).length;
  if (result.lo === null || tried < FEWEST_GROUPS_AT_CERTAINTY) return none;
  const n = effectiveNumber({ trials: denominators, groups }, { correlation });
  return wilsonInterval(result.estimate * n, n, { confidence });
}
