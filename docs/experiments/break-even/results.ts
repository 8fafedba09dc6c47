// What is run, and what comes out.
import type { KpiRow } from "#core";
import type { Crossing } from "./crossings.ts";
import type { Panel, PanelName } from "./panels.ts";

export interface Protocol {
  readonly panels: readonly Panel[];
  readonly arms: readonly string[];
  readonly seeds: readonly number[];
}

/** What is compared. */
export const compared = ["timeToFirstTokenMs", "costPerTask"] as const;

/** A crossing with what it is of. */
export interface CrossingRow extends Crossing {
  readonly panel: PanelName;
  readonly metric: (typeof compared)[number];
  readonly a: string;
  readonly b: string;
}

export interface Results {
  readonly kpis: readonly KpiRow<"agent">[];
  readonly crossings: readonly CrossingRow[];
  /** The highest arrival rate at which the time to first token of 95 % of the hops is below {@link LIMIT_MS}. */
  readonly capacities: readonly (Crossing & { readonly arm: string })[];
}

/** Of the time to first token, for the question how much a fleet can take. */
export const LIMIT_MS = 1000;
