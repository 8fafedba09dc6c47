import { createMeasuredExperiment, loadAgentScenario, type MeasuredModel } from "#agent-sim";
import {
  type Experiment,
  gapClosedRows,
  type KpiRow,
  poolUnits,
  runExperiment,
  type Setting,
  type UnitResult,
} from "#core";

/** The encoders, and their training seeds that are run. */
export const trainingsRun: Readonly<Record<string, readonly number[]>> = Object.fromEntries(
  ["published", "pooled", "latent", "slots"].map((encoder) => [encoder, [1, 2, 3]]),
);

/** Arms of the agent side through a language model, on the same documents. */
export interface MeasuredProtocol {
  /** Added to the scenario's name, so that rows of a sweep stand apart. */
  readonly suffix: string;
  readonly settings: readonly Setting[];
  readonly arms: readonly string[];
  readonly seeds: readonly number[];
}

/** What came out, before it is pooled. */
export interface MeasuredRun {
  readonly experiment: Experiment<"agent">;
  readonly units: readonly UnitResult<"agent">[];
}

/** Returns what every arm made of the same documents; an encoder is run with each of its committed trainings. */
export async function runMeasuredArms(
  { suffix, settings, arms, seeds }: MeasuredProtocol,
  measured: MeasuredModel,
  onProgress: (text: string) => void = () => {},
): Promise<MeasuredRun> {
  const untrained = arms.filter((arm) => trainingsRun[arm] === undefined);
  const trained = arms.filter((arm) => trainingsRun[arm] !== undefined);
  const runs: MeasuredRun[] = [];
  for (const together of [untrained, ...trained.map((arm) => [arm])]) {
    if (together.length === 0) continue;
    const value = trainingsRun[together[0]] ?? [1];
    const scenario = loadAgentScenario("default", [...settings, { path: "measured.trainingSeeds", value }]);
    const nowS = (): number => performance.now() / 1000;
    const experiment = createMeasuredExperiment({
      scenario: { ...scenario, name: scenario.name + suffix },
      arms: together,
      seeds,
      measured,
      nowS,
    });
    const results = await runExperiment(experiment, {
      nowS,
      onProgress: ({ done, total, secondsLeft }) =>
        onProgress(
          `${scenario.name}${suffix} ${together.join(",")}: ${done} of ${total}, ${Math.round(secondsLeft ?? 0)} s left\n`,
        ),
    });
    runs.push({ experiment, units: results.flatMap(({ units }) => units as MeasuredRun["units"]) });
  }
  return { experiment: runs[0].experiment, units: runs.flatMap(({ units }) => units) };
}

/** Returns the KPI rows of the scenarios and metrics that are wanted; clocks are not: they say how busy this machine was. */
export function pooledRows(
  { experiment, units }: MeasuredRun,
  { scenarios, metrics }: { readonly scenarios: RegExp; readonly metrics: readonly string[] },
): readonly KpiRow<"agent">[] {
  const wanted = units.filter(({ scenario }) => scenarios.test(scenario));
  const reported = experiment.metrics.filter(({ metric }) => metrics.includes(metric));
  const { gap } = experiment;
  return [
    ...poolUnits({ ...experiment, metrics: reported }, wanted),
    ...(gap === undefined || !metrics.includes("gapClosed") ? [] : gapClosedRows(experiment, gap, wanted)),
  ];
}
