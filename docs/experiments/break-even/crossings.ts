// Where one arm begins to be below another, seed by seed, and what the seeds say together.
import { bootstrapMean } from "#core";

/** What one arm came to in one seed, [point]; NaN where it has no such value. */
export type Curve = readonly number[];

/** Where `a` and `b` change places along an axis. */
export interface Crossing {
  /**
   * - `at`: in each of nearly all seeds once, and in the same direction
   * - `never`: `below` is below at every point of every seed at which they differ
   * - `unclear`: neither
   */
  readonly verdict: "at" | "never" | "unclear";
  /** Which arm is below: beyond the crossing, or everywhere. */
  readonly below: "a" | "b" | null;
  readonly x: number | null;
  readonly ci95: readonly [number | null, number | null];
  /** Seeds that cross once in that direction, of all. */
  readonly n: number;
  readonly seeds: number;
}

/** Of the seeds so many must cross once, and in one direction. */
const NEARLY_ALL = 0.9;

/**
 * Returns where the curves of two arms cross. Between two points ln(a / b) is taken as linear in x or ln x. The interval is a
 * bootstrap over seeds of the mean place (of its logarithm, where the axis is one).
 */
export function findCrossing(
  seeds: readonly { readonly x: readonly number[]; readonly a: Curve; readonly b: Curve }[],
  between: "logarithm" | "value",
): Crossing {
  const places: { readonly at: number; readonly below: "a" | "b" }[] = [];
  const always = { a: 0, b: 0 };
  for (const { x, a, b } of seeds) {
    const axis = between === "logarithm" ? x.map(Math.log) : x;
    const all = a.map((value, i) => Math.log(value / b[i]));
    // Where two arms do the very same (a cache without room), neither is below.
    const apart = all.flatMap((value, i) => (value === 0 ? [] : [i]));
    const difference = apart.map((i) => all[i]);
    if (difference.every((value) => value < 0)) always.a++;
    if (difference.every((value) => value > 0)) always.b++;
    const changes = difference.flatMap((value, i) =>
      i > 0 && Math.sign(value) !== Math.sign(difference[i - 1]) ? [i] : [],
    );
    if (changes.length !== 1) continue;
    const [i] = changes;
    const share = difference[i - 1] / (difference[i - 1] - difference[i]);
    const from = axis[apart[i - 1]];
    const at = from + share * (axis[apart[i]] - from);
    places.push({ at, below: difference[i] < 0 ? "a" : "b" });
  }
  const none = { x: null, ci95: [null, null] as const, n: 0, seeds: seeds.length };
  for (const below of ["a", "b"] as const) {
    if (always[below] === seeds.length) return { verdict: "never", below, ...none };
    const here = places.filter((place) => place.below === below);
    if (here.length < NEARLY_ALL * seeds.length) continue;
    const back = (value: number): number => (between === "logarithm" ? Math.exp(value) : value);
    const { estimate, lo, hi } = bootstrapMean(
      { values: here.map(({ at }) => at), groups: here.map((_, i) => i) },
      { seed: 1 },
    );
    return {
      verdict: "at",
      below,
      x: estimate === null ? null : back(estimate),
      ci95: [lo === null ? null : back(lo), hi === null ? null : back(hi)],
      n: here.length,
      seeds: seeds.length,
    };
  }
  return { verdict: "unclear", below: null, ...none };
}
