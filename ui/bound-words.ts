/** What a row says where every trial came out alike, in words: for tables and tiles. */
import type { KpiRow } from "#core";

export interface BoundWords {
  /** `0 of 2,876 in 3 worlds` */
  readonly seen: string;
  /** `at most 0.0013 if each is independent, 0.56 if a world counts as one` */
  readonly bound: string;
  /** Whether the row has no interval because the groups are too few for one. */
  readonly tooFew: boolean;
  /** What the groups are, in the plural. */
  readonly groups: string;
}

/** Returns the words of a row with `atMost` or `atLeast`, and null of any other. `format` writes a value of the row's unit. */
export function boundWords(row: KpiRow, format: (value: number) => string): BoundWords | null {
  const bound = row.atMost ?? row.atLeast;
  if (bound === undefined) return null;
  const groups = groupWord(row);
  const isTotal = bound.byGroup === null;
  const events = row.atMost === undefined ? row.n : 0;
  const number = (count: number): string => Math.round(count).toLocaleString("en-GB");
  const which = bound.groups === 1 ? groups.one : groups.many;
  const seen = isTotal
    ? `0 in ${number(bound.groups)} ${which}`
    : `${number(events)} of ${number(row.n)} in ${number(bound.groups)} ${which}`;
  const limit = row.atMost === undefined ? "at least" : "at most";
  const byGroup = isTotal ? "" : `, ${format(bound.byGroup as number)} if a ${groups.one} counts as one`;
  return {
    seen,
    bound: `${limit} ${format(bound.independent)} if each is independent${byGroup}`,
    tooFew: !isTotal && row.ci95[0] === null,
    groups: groups.many,
  };
}

/** Intervals resample groups: a world by its seed, a recorded trace with those that share rows, whatever repeats elsewhere. */
function groupWord({ domain, seeds }: KpiRow): { readonly one: string; readonly many: string } {
  if (domain === "agent") return { one: "group", many: "groups" };
  return seeds > 0 ? { one: "world", many: "worlds" } : { one: "trace group", many: "trace groups" };
}
