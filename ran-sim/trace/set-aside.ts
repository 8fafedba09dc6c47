// What a reader of a recording left out, counted by reason and put in words: nothing is dropped in silence.
import { isInDomain, type NumericField } from "./field-domains.ts";

/** How many rows or values of the file are not in the samples, and why. */
export interface SetAsideCounts {
  /** Rows of another width than the header, without a time that exists, or (JSONL) that are no sample. */
  readonly unreadableRows: number;
  /** Rows that another row of the same second followed: the last one of a second is kept. */
  readonly repeatedSeconds: number;
  /** Of those, the rows that named another cell than the row kept: a visit shorter than a second that is not seen. */
  readonly repeatedSecondsOtherCell: number;
  /** Rows written one second back, after the phone's clock was corrected. */
  readonly steppedBack: number;
  /** Rows of other modes than LTE and NR: the columns of 2G and 3G hold RSCP and Ec/No, which no A3 rule compares with RSRP. */
  readonly otherTechnology: number;
  /** Those rows by the label of their mode. */
  readonly otherModes: Readonly<Record<string, number>>;
  /** Numbers that their field cannot hold (the tools write -205, -225 or 2147483647 for "none"), read as missing. */
  readonly outOfRangeValues: number;
  /** Serving cells of which the identity is none in its technology (0, -1, all ones), read as missing. */
  readonly unknownCells: number;
  /** Texts that are neither a number nor a sign for "none", read as missing. */
  readonly unreadableValues: number;
  /** Listed neighbours without a usable RSRP, which no rule can use. */
  readonly neighboursWithoutRsrp: number;
}

/** The same, while a file is read. */
export type SetAsideTally = {
  -readonly [K in Exclude<keyof SetAsideCounts, "otherModes">]: number;
} & { readonly otherModes: Record<string, number> };

/** Returns a tally of nothing. */
export function createSetAsideTally(): SetAsideTally {
  return {
    unreadableRows: 0,
    repeatedSeconds: 0,
    repeatedSecondsOtherCell: 0,
    steppedBack: 0,
    otherTechnology: 0,
    otherModes: {},
    outOfRangeValues: 0,
    unknownCells: 0,
    unreadableValues: 0,
    neighboursWithoutRsrp: 0,
  };
}

/** Returns `value` when `field` can hold it, else null, counted. Null stays null, uncounted. */
export function inDomain(value: number | null, field: NumericField, tally: SetAsideTally): number | null {
  if (value === null || isInDomain(value, field)) return value;
  tally.outOfRangeValues++;
  return null;
}

/** Returns what became of rows and values, `3 rows of other modes (HSPA+ 2, EDGE 1), ...`; "" for nothing. */
export function setAsideInWords(counts: SetAsideCounts): string {
  const modes = Object.entries(counts.otherModes)
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .map(([mode, n]) => `${mode === "" ? "none" : mode} ${n}`);
  const shown = modes.length > MOST_MODES ? [...modes.slice(0, MOST_MODES), "..."] : modes;
  return countsInWords([
    [counts.unreadableRows, "unreadable row", "unreadable rows"],
    [counts.otherTechnology, "row of another mode", "rows of other modes", ` (${shown.join(", ")})`],
    [
      counts.repeatedSeconds,
      "row that another of its time followed",
      "rows that others of their time followed",
    ],
    [counts.steppedBack, "row after a step back of the clock", "rows after steps back of the clock"],
    [counts.unknownCells, "cell identity that is none", "cell identities that are none"],
    [counts.outOfRangeValues, "value outside its field's range", "values outside their fields' ranges"],
    [counts.unreadableValues, "value that is no number", "values that are no numbers"],
    [counts.neighboursWithoutRsrp, "neighbour without RSRP", "neighbours without RSRP"],
  ]);
}

const MOST_MODES = 8;

/** Returns the counts above 0, each with its noun in the right number and what follows it. */
export function countsInWords(
  parts: readonly (readonly [count: number, one: string, many: string, after?: string])[],
): string {
  return parts
    .filter(([count]) => count > 0)
    .map(([count, one, many, after = ""]) => `${count} ${count === 1 ? one : many}${after}`)
    .join(", ");
}

/** Returns the sum of counts, key by key. */
export function sumSetAside(all: readonly SetAsideCounts[]): SetAsideCounts {
  const sum = createSetAsideTally();
  for (const counts of all) {
    for (const [mode, n] of Object.entries(counts.otherModes)) {
      sum.otherModes[mode] = (sum.otherModes[mode] ?? 0) + n;
    }
    for (const key of Object.keys(sum) as (keyof SetAsideCounts)[]) {
      if (key !== "otherModes") sum[key] += counts[key];
    }
  }
  return sum;
}
