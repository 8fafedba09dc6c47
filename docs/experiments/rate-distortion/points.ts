// What is run, and where its rows are found again.
import type { KpiRow } from "#core";

export interface Protocol {
  /** Values of a latent, one byte each. */
  readonly bytes: readonly number[];
  /** Models were trained on 1 to 16; more is out of distribution. */
  readonly facts: readonly number[];
  readonly documents: number;
  readonly seeds: readonly number[];
  /** Run at every number of bytes. */
  readonly encoders: readonly string[];
  /** Run once: their bytes do not vary. */
  readonly others: readonly string[];
}

/** Returns the row of one point; undefined where it was not run. */
export function pointOf(
  rows: readonly KpiRow[],
  arm: string,
  metric: string,
  { bytes, facts }: { readonly bytes: number | null; readonly facts: number },
): KpiRow | undefined {
  const scenario = `default${bytes === null ? "" : `/bytes=${bytes}`}/facts=${facts}`;
  return rows.find((row) => row.arm === arm && row.metric === metric && row.scenario === scenario);
}
