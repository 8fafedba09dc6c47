import type { RanScenario } from "./scenario.ts";

/** What the handover machine is told, in ticks: read-only for a whole run. */
export interface RanParams {
  readonly tickMs: number;
  readonly qOutDb: number;
  readonly qInDb: number;
  readonly n310: number;
  readonly n311: number;
  readonly t310Ticks: number;
  readonly indicationTicks: number;
  readonly preparationTicks: number;
  readonly executionTicks: number;
  readonly reestablishmentTicks: number;
  readonly preparationTimeoutTicks: number;
  readonly retryTicks: number;
  readonly refusalProbability: number;
  readonly requestLossProbability: number;
}

/**
 * Returns the parameters at a tick of `tickMs` (a trace may have another than the scenario). A time becomes the fewest
 * ticks that last at least as long; at 10 ms all of the defaults are whole.
 */
export function ranParams(scenario: RanScenario, tickMs: number): RanParams {
  const h = scenario.handover;
  const ticks = (ms: number): number => ticksOf(ms, tickMs);
  return {
    tickMs,
    qOutDb: h.qOutDb,
    qInDb: h.qInDb,
    n310: h.n310,
    n311: h.n311,
    t310Ticks: ticks(h.t310Ms),
    indicationTicks: Math.max(1, ticks(h.indicationPeriodMs)),
    preparationTicks: ticks(h.preparationMs),
    executionTicks: ticks(h.executionMs),
    reestablishmentTicks: ticks(h.reestablishmentMs),
    preparationTimeoutTicks: ticks(h.preparationTimeoutMs),
    retryTicks: ticks(h.reportIntervalMs),
    refusalProbability: h.refusalProbability,
    requestLossProbability: h.requestLossProbability,
  };
}

/** Returns the fewest ticks that last at least `ms`. */
export function ticksOf(ms: number, tickMs: number): number {
  return Math.ceil(ms / tickMs - 1e-9);
}
