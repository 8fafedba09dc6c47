// What is run, and where its rows are found again.
import type { KpiRow } from "#core";

export interface Protocol {
  readonly facts: readonly number[];
  readonly documents: number;
  readonly seeds: readonly number[];
  readonly arms: readonly string[];
}

export const relays = ["forward", "reencode"] as const;
export const hops = [1, 2, 3, 4, 5];

/** Returns one row; undefined where it was not run. */
export function rowAt(
  rows: readonly KpiRow[],
  arm: string,
  metric: string,
  place: { readonly relay: string; readonly facts: number; readonly hop: number },
): KpiRow | undefined {
  const scenario = `default/relay=${place.relay}/facts=${place.facts}/hop=${place.hop}`;
  return rows.find((row) => row.arm === arm && row.metric === metric && row.scenario === scenario);
}
