import type { BootstrapOptions } from "./bootstrap.ts";
import { bootstrapRatio, type GroupedRatio } from "./bootstrap-sums.ts";
import { groupUnits, sumByGroup } from "./groups.ts";
import type { IntervalEstimate } from "./interval.ts";
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

/**
 * Returns the share sum(numerators) / sum(denominators) of trials that succeeded, with its interval by group. Where
 * the share is 0 or 1 every resample says the same, and [0, 0] would claim certainty: the Wilson interval at the
 * effective number stands in (spec/latent-handover.md section 5). Otherwise as `bootstrapRatio`.
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
  const certain = result.estimate === 0 || result.estimate === 1;
  if (!certain || result.lo === null) return result;
  const { confidence = 0.95, correlation = 1 } = options;
  const n = effectiveNumber({ trials: denominators, groups }, { correlation });
  return wilsonInterval(result.estimate * n, n, { confidence });
}
