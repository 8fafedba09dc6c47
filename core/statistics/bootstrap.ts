import { createStream } from "../random/stream.ts";
import { type GroupKey, groupUnits } from "./groups.ts";
import { bcaInterval, type IntervalEstimate, percentileInterval, requireConfidence } from "./interval.ts";

/**
 * The bootstrap by group (Davison and Hinkley 1997, section 3.8): whole groups are drawn with replacement, as many as
 * there are, and the statistic is taken again over all their units. Users of one world, or windows of one trace,
 * never count as independent.
 */

/** How to resample. Equal seeds and equal numbers of groups give the same resamples, whatever is measured. */
export interface BootstrapOptions {
  /** Unsigned 32-bit integer. */
  readonly seed: number;
  /** Default 2000. */
  readonly resamples?: number;
  /** Default 0.95. */
  readonly confidence?: number;
  /** Default "percentile"; "bca" corrects for bias and skewness and costs one more evaluation a group. */
  readonly method?: "percentile" | "bca";
}

/**
 * Returns `statistic` of the units and its bootstrap interval by group. `statistic` gets the units of the drawn
 * groups, a group drawn twice appearing twice, and returns null where it is undefined (a value that is not finite
 * counts as undefined). Fewer than 2 groups: no interval.
 *
 * Law: the result does not depend on the order in which units arrive, to the last bit, when `statistic` does not
 * depend on the order of the units within a group. Units of a group keep the order in which they came; give
 * `compare` to sort them first where the statistic adds up rounded numbers.
 *
 * Throws RangeError when units and groups differ in length, or for options out of range.
 *
 * Example: `bootstrap({units: tasks, groups: tasks.map((t) => t.world)}, medianCost, {seed: 1})`.
 */
export function bootstrap<Unit>(
  data: {
    readonly units: readonly Unit[];
    /** [unit] */
    readonly groups: ArrayLike<GroupKey>;
    readonly compare?: (a: Unit, b: Unit) => number;
  },
  statistic: (units: readonly Unit[]) => number | null,
  options: BootstrapOptions,
): IntervalEstimate {
  if (data.units.length !== data.groups.length) {
    throw new RangeError(
      `groups must have one key for each of the ${data.units.length} units, got ${data.groups.length}`,
    );
  }
  const { groupCount, groupOf } = groupUnits(data.groups);
  const members: Unit[][] = Array.from({ length: groupCount }, () => []);
  data.units.forEach((unit, i) => {
    members[groupOf[i]].push(unit);
  });
  if (data.compare !== undefined) for (const group of members) group.sort(data.compare);
  return bootstrapGroups(
    groupCount,
    (drawn) => statistic(Array.from(drawn, (group) => members[group]).flat()),
    options,
  );
}

/**
 * Returns the estimate and interval of any statistic of drawn groups: the engine under every bootstrap here.
 * `evaluate` gets group numbers, each 0..groupCount-1: all of them once for the estimate, `groupCount` draws with
 * replacement for a replicate, all but one for the jackknife of BCa. It must not keep or change the array.
 *
 * With `rowCount` above 1 every group was met by as many rows (models of different training seeds on the same worlds), and
 * `evaluate` gets row numbers too, drawn before the groups and independently of them (Owen, Annals of Applied Statistics 1 (2007)
 * 386): the interval then holds the spread of both. With few rows it is too narrow, as with few groups.
 */
export function bootstrapGroups(
  groupCount: number,
  evaluate: (drawn: Uint32Array, drawnRows: Uint32Array) => number | null,
  options: BootstrapOptions & { readonly rowCount?: number },
): IntervalEstimate {
  const { seed, resamples = 2000, confidence = 0.95, method = "percentile", rowCount = 1 } = options;
  requireConfidence(confidence);
  if (!Number.isInteger(resamples) || resamples < 1) {
    throw new RangeError(`resamples must be a positive integer, got ${resamples}`);
  }
  const all = Uint32Array.from({ length: groupCount }, (_, group) => group);
  const everyRow = Uint32Array.from({ length: rowCount }, (_, row) => row);
  const estimate = definedOrNaN(evaluate(all, everyRow));
  if (Number.isNaN(estimate)) return { estimate: null, lo: null, hi: null };
  if (groupCount < 2) return { estimate, lo: null, hi: null };

  const draws = drawGroups(seed, resamples, groupCount);
  const rowStream = createStream(seed, "bootstrap-rows");
  const rows = (r: number): Uint32Array =>
    rowCount === 1 ? everyRow : everyRow.map((_, slot) => rowStream.integer(rowCount, slot, r));
  const replicates = new Float64Array(resamples);
  for (let r = 0; r < resamples; r++) {
    replicates[r] = definedOrNaN(evaluate(draws(r), rows(r)));
  }
  const interval =
    method === "percentile"
      ? percentileInterval(replicates, confidence)
      : bcaInterval(replicates, confidence, {
          estimate,
          jackknife: leaveOneOut(all, (drawn) => evaluate(drawn, everyRow)),
        });
  const [lo, hi] = interval;
  return { estimate, lo, hi };
}

function leaveOneOut(all: Uint32Array, evaluate: (drawn: Uint32Array) => number | null): Float64Array {
  return Float64Array.from(all, (left) => definedOrNaN(evaluate(all.filter((group) => group !== left))));
}

function definedOrNaN(value: number | null): number {
  return value !== null && Number.isFinite(value) ? value : Number.NaN;
}

/** Returns the groups of one resample, [slot]. */
type Draws = (resample: number) => Uint32Array;

/** Draws kept for the next call: at most 64 MiB. */
const MOST_KEPT = 2 ** 24;
let kept: { seed: number; resamples: number; groupCount: number; draws: Draws } | undefined;

/**
 * Returns the resamples of `groupCount` groups: draw (entity = slot, step = resample) of the stream "bootstrap". A
 * report asks for the same ones once for every arm and metric, and drawing costs far more than adding up, so the last
 * answer is kept; it is a pure function of the arguments either way.
 */
function drawGroups(seed: number, resamples: number, groupCount: number): Draws {
  if (kept?.seed === seed && kept.resamples === resamples && kept.groupCount === groupCount)
    return kept.draws;
  const stream = createStream(seed, "bootstrap");
  const drawInto = (row: Uint32Array, resample: number): Uint32Array => {
    for (let slot = 0; slot < groupCount; slot++) row[slot] = stream.integer(groupCount, slot, resample);
    return row;
  };
  if (resamples * groupCount > MOST_KEPT) {
    const row = new Uint32Array(groupCount);
    return (resample) => drawInto(row, resample);
  }
  const rows = Array.from({ length: resamples }, (_, resample) =>
    drawInto(new Uint32Array(groupCount), resample),
  );
  const draws: Draws = (resample) => rows[resample];
  kept = { seed, resamples, groupCount, draws };
  return draws;
}
