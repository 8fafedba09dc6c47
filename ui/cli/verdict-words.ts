// The words of a verdict: a difference, what few groups show, sizes and counts.
import type { Interval } from "#core";

/** `too few`: below {@link FEWEST_GROUPS}, so that no interval guards the number. */
export type Reading = "gain" | "loss" | "no difference seen" | "too few";

/** With fewer groups a bootstrap has so few distinct resamples that its interval is no guard. */
export const FEWEST_GROUPS = 5;
/** Fewer worlds than this show a tendency, not a result (the project's protocol). */
export const GROUPS_FOR_A_CLAIM = 20;
/** Returns a difference with its interval in words: `5.4 points more [3.6, 6.7]`, `no difference seen [-0.3, 2.6]`. */
export function apart(
  {
    difference,
    ci95: [lo, hi],
    reading,
  }: { readonly difference: number | null; readonly ci95: Interval; readonly reading: string },
  words: {
    readonly write: (of: number) => string;
    readonly unit: string;
    readonly more: string;
    readonly less: string;
  },
): string {
  const { write, unit, more, less } = words;
  const isLess = (difference ?? 0) < 0;
  const interval = (a: number, b: number): string => `[${write(a)}, ${write(b)}]`;
  if (difference === null) return "not known";
  if (reading === "no difference seen") {
    return `no difference seen${lo === null || hi === null ? "" : ` ${interval(lo, hi)} ${unit}`}`;
  }
  const size = `${write(Math.abs(difference))} ${unit} ${isLess ? less : more}`;
  if (reading === "too few" || lo === null || hi === null) return `${size}, without an interval`;
  return `${size} ${isLess ? interval(-hi, -lo) : interval(lo, hi)}`;
}

/** Returns what so few groups show, as a sentence that follows; empty where they are enough for a claim. */
export function tendency(reading: Reading, n: number, groups: string): string {
  if (reading === "too few") return ` Too few ${groups} for an interval: --seeds ${GROUPS_FOR_A_CLAIM}.`;
  return n < GROUPS_FOR_A_CLAIM
    ? ` So few ${groups} show a tendency: --seeds ${GROUPS_FOR_A_CLAIM} for a claim.`
    : "";
}

/** Returns a count with its noun: `1 world`, `2 worlds`. */
export function counted(n: number, one: string): string {
  return `${n} ${n === 1 ? one : `${one}s`}`;
}

/** Returns a number of bytes for people, in units of 1,000. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} B`;
  const [unit, per] = bytes < 1e6 ? ["kB", 1e3] : ["MB", 1e6];
  const scaled = bytes / Number(per);
  return `${scaled < 10 ? scaled.toFixed(1) : Math.round(scaled).toLocaleString("en-GB")} ${unit}`;
}
