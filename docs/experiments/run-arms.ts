import {
  type Comparison,
  compareArms,
  gapClosedRows,
  type KpiRow,
  poolUnits,
  runExperiment,
  type Setting,
} from "#core";
import { createRanExperiment, loadRanScenario } from "#ran-sim";

/** Arms on the same worlds of one scenario, one of them the reference. */
export interface ArmsProtocol {
  readonly scenario: string;
  readonly settings: readonly Setting[];
  readonly arms: readonly string[];
  readonly seeds: readonly number[];
  readonly reference: string;
}

export interface ArmsResult {
  readonly kpis: readonly KpiRow<"ran">[];
  readonly comparisons: readonly Comparison<"ran">[];
}

/** Returns the KPI rows of every arm, and every arm against the reference. */
export async function runArms(
  { scenario, settings, arms, seeds, reference }: ArmsProtocol,
  onProgress: (text: string) => void = () => {},
): Promise<ArmsResult> {
  const experiment = createRanExperiment({ scenario: loadRanScenario(scenario, settings), arms, seeds });
  const results = await runExperiment(experiment, {
    nowS: () => performance.now() / 1000,
    onProgress: ({ done, total, secondsLeft }) =>
      onProgress(`${done} of ${total}, ${Math.round(secondsLeft ?? 0)} s left\n`),
  });
  const units = results.flatMap((result) => result.units as Parameters<typeof poolUnits<"ran">>[1]);
  const gap = experiment.gap === undefined ? [] : gapClosedRows(experiment, experiment.gap, units);
  const kpis = [...poolUnits(experiment, units), ...gap];
  return { kpis, comparisons: compareArms(experiment, units, reference) };
}
