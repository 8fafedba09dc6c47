// The figures that a scenario's formulas use, resolved from its calibration, and the rows that show them.
import { type KpiRow, NO_INTERVAL } from "#core";
import type { AgentScenario } from "../scenario.ts";
import {
  cachePriceFactors,
  calibrationDate,
  codingAgentCacheReads,
  linkCalibrations,
  type Provenance,
  prefillCalibrations,
} from "./calibration.ts";
import { kvCacheBytes } from "./model.ts";
import type { PrefillRate } from "./prefill.ts";
import type { Prices } from "./price.ts";

/** What the cost of a hand-off is computed with. */
export interface CostFigures {
  readonly prefill: PrefillRate;
  readonly decodeTokensPerS: number;
  readonly linkBytesPerS: number;
  readonly linkDelayS: number;
  readonly prices: Prices;
}

/** Returns the figures of a scenario: the cited ones, unless it names its own. */
export function costFigures({ calibration }: Pick<AgentScenario, "calibration">): CostFigures {
  const { rate } = prefillCalibrations[calibration.prefill];
  const { prefillTokensPerS, prefillFixedMs } = calibration;
  return {
    prefill: {
      points: prefillTokensPerS === undefined ? rate.points : [{ tokens: 1, tokensPerS: prefillTokensPerS }],
      fixedS: prefillFixedMs === undefined ? rate.fixedS : prefillFixedMs / 1000,
    },
    decodeTokensPerS: calibration.decodeTokensPerS,
    linkBytesPerS: calibration.linkBytesPerS ?? linkCalibrations[calibration.link].bytesPerS,
    linkDelayS: calibration.linkDelayMs / 1000,
    prices: calibration,
  };
}

/** The arm of rows that belong to no arm. */
export const inputArm = "input";

/**
 * Returns one row for every figure that the scenario's formulas use, `cited` with its source or `assumed`, and one more
 * to see `cacheReadShare` against. Prefill speeds taken at several lengths have a row each (`default/tokens=512`). n is
 * 0: none of them is a sample of ours.
 */
export function calibrationRows(experiment: string, scenario: AgentScenario): readonly KpiRow<"agent">[] {
  const figures = costFigures(scenario);
  const { calibration } = scenario;
  const chosen: Provenance = { kind: "assumed", source: "scenario" };
  const cited = prefillCalibrations[calibration.prefill].provenance;
  const row = (
    [metric, unit, value]: readonly [string, string, number],
    { kind, source }: Provenance,
    name: string = scenario.name,
  ): KpiRow<"agent"> => ({
    experiment,
    domain: "agent",
    kind,
    source: kind === "cited" ? `${source}; collected ${calibrationDate}` : source,
    scenario: name,
    arm: inputArm,
    metric: `calibration.${metric}`,
    unit,
    value,
    ci95: NO_INTERVAL,
    n: 0,
    seeds: 0,
  });
  const { points, fixedS } = figures.prefill;
  const speedFrom = calibration.prefillTokensPerS === undefined ? cited : chosen;
  return [
    ...points.map(({ tokens, tokensPerS }) =>
      row(
        ["prefillTokensPerS", "tokens/s", tokensPerS],
        speedFrom,
        points.length === 1 ? scenario.name : `${scenario.name}/tokens=${tokens}`,
      ),
    ),
    row(["prefillFixedMs", "ms", fixedS * 1000], calibration.prefillFixedMs === undefined ? cited : chosen),
    row(["decodeTokensPerS", "tokens/s", figures.decodeTokensPerS], chosen),
    row(
      ["linkBytesPerS", "B/s", figures.linkBytesPerS],
      calibration.linkBytesPerS === undefined ? linkCalibrations[calibration.link].provenance : chosen,
    ),
    row(["linkDelayMs", "ms", calibration.linkDelayMs], chosen),
    row(["inputUsdPerMTok", "USD/Mtoken", calibration.inputUsdPerMTok], chosen),
    row(["outputUsdPerMTok", "USD/Mtoken", calibration.outputUsdPerMTok], chosen),
    row(
      ["cacheWriteFactor", "1", calibration.cacheWriteFactor],
      calibration.cacheWriteFactor === cachePriceFactors.write ? cachePriceFactors.provenance : chosen,
    ),
    row(
      ["cacheReadFactor", "1", calibration.cacheReadFactor],
      calibration.cacheReadFactor === cachePriceFactors.read ? cachePriceFactors.provenance : chosen,
    ),
    row(["kvBytesPerToken", "B", kvCacheBytes(scenario.model, 1, scenario.kv.precision)], {
      kind: "assumed",
      source: `2 L Hkv d b of ${scenario.model.name}`,
    }),
    row(["codingAgentCacheReadShare", "1", codingAgentCacheReads.share], codingAgentCacheReads.provenance),
  ];
}
