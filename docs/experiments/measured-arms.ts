import { createMeasuredExperiment, loadAgentScenario, type MeasuredModel } from "#agent-sim";
import { gapClosedRows, type KpiRow, poolUnits, runExperiment, type Setting } from "#core";

/** Arms of the agent side through a language model, on the same documents. */
export interface MeasuredProtocol {
  /** Added to the scenario's name, so that rows of a sweep stand apart. */
  readonly suffix: string;
  readonly settings: readonly Setting[];
  readonly arms: readonly string[];
  readonly seeds: readonly number[];
}

/** Returns the KPI rows of every arm, timings left out: they say how busy this machine was. */
export async function runMeasuredArms(
  { suffix, settings, arms, seeds }: MeasuredProtocol,
  measured: MeasuredModel,
  onProgress: (text: string) => void = () => {},
): Promise<readonly KpiRow<"agent">[]> {
  const scenario = loadAgentScenario("default", settings);
  const nowS = (): number => performance.now() / 1000;
  const experiment = createMeasuredExperiment({
    scenario: { ...scenario, name: scenario.name + suffix },
    arms,
    seeds,
    measured,
    nowS,
  });
  const results = await runExperiment(experiment, {
    nowS,
    onProgress: ({ done, total, secondsLeft }) =>
      onProgress(`${scenario.name}${suffix}: ${done} of ${total}, ${Math.round(secondsLeft ?? 0)} s left\n`),
  });
  const units = results.flatMap((result) => result.units as Parameters<typeof poolUnits<"agent">>[1]);
  const timed = new Set(experiment.metrics.filter((one) => one.timed).map(({ metric }) => metric));
  const gap = experiment.gap === undefined ? [] : gapClosedRows(experiment, experiment.gap, units);
  return [...poolUnits(experiment, units), ...gap].filter(({ metric }) => !timed.has(metric));
}

/** Returns a value and its interval for people; empty where there is none. */
export function shown(row: KpiRow | undefined, digits = 2): string {
  if (row === undefined || row.value === null) return "";
  const [lo, hi] = row.ci95;
  const text = (value: number): string => value.toFixed(digits);
  return lo === null || hi === null ? text(row.value) : `${text(row.value)} [${text(lo)}, ${text(hi)}]`;
}

/** Returns a Markdown table. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}
