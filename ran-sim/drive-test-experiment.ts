import { type Experiment, type KpiRow, type MetricDefinition, NO_INTERVAL, type UnitResult } from "#core";
import { checkArms } from "./hand-off/arms.ts";
import { tr36839Sets } from "./policy/a3-policy.ts";
import type { RanScenario } from "./scenario.ts";
import type { ColumnTexts } from "./trace/column-map.ts";
import type { DriveTest } from "./trace/drive-test.ts";
import { type DriveTestReplay, replayDriveTest } from "./trace/replay-drive-test.ts";
import type { SetAsideFile } from "./trace/trace-files.ts";

/** The experiment on drive tests, open loop: our A3 rules on what was measured, beside what the operator did. */

export interface DriveTestExperimentOptions {
  readonly name: string;
  readonly drives: readonly DriveTest[];
  readonly scenario: RanScenario;
  readonly arms?: readonly string[];
  /** Whose network it was. */
  readonly source?: string;
  /** Files that were not read, and the mapping of columns that was given: both are stored with the run. */
  readonly setAside?: readonly SetAsideFile[];
  readonly columns?: ColumnTexts;
}

/** Rules that can be replayed open loop: they need no state of ours in the network. */
export const driveTestArms: readonly string[] = ["a3", ...tr36839Sets.map((_, i) => `a3-set${i + 1}`)];

/** Open loop there are no handovers of ours, so none of the closed-loop names is used for them. */
export const driveTestMetrics: readonly MetricDefinition[] = [
  { metric: "triggers", unit: "count", pooling: { by: "total" } },
  { metric: "operatorHandoversMatched", unit: "1", pooling: { by: "share" } },
  { metric: "unmatchedTriggersPerUeMinute", unit: "1/min", pooling: { by: "ratio" } },
  { metric: "triggerLeadMs.p50", unit: "ms", pooling: { by: "quantile", q: 0.5 } },
];

/**
 * Returns the experiment: one shard and one group a drive. The operator's own numbers are its inputs: `cited`, because
 * they are the operator's decisions, not ours. Throws a BadInputError for an unknown arm.
 */
export function createDriveTestExperiment(options: DriveTestExperimentOptions): Experiment<"ran"> {
  const { name, drives, scenario, setAside = [], columns } = options;
  const source = options.source ?? `the operator's network in ${name}`;
  const arms = checkArms(options.arms ?? driveTestArms, driveTestArms);
  return {
    name: "ran-drive-test",
    domain: "ran",
    kind: "measured",
    source,
    arms,
    metrics: driveTestMetrics,
    shards: drives.map((drive) => ({ key: `${name}/drive=${drive.name}`, scenario: name, seed: null })),
    inputs: operatorRows(name, drives, scenario, source),
    config: {
      arms,
      a3: scenario.a3,
      drives: drives.map(({ name: drive, sampleCount, rowCount, setAside: rows }) => ({
        drive,
        sampleCount,
        rowCount,
        setAside: rows,
      })),
      ...(setAside.length === 0 ? {} : { setAside }),
      ...(columns === undefined ? {} : { columns }),
    },
    runShard(shard) {
      const drive = drives.find((one) => shard.key === `${name}/drive=${one.name}`);
      if (drive === undefined) throw new RangeError(`runShard: no shard "${shard.key}"`);
      return {
        units: arms.map((arm) => unitOf(name, arm, drive, replay(drive, arm, scenario))),
        tables: {},
      };
    },
  };
}

function replay(drive: DriveTest, arm: string, scenario: RanScenario): DriveTestReplay {
  const set = /^a3-set([1-5])$/.exec(arm);
  const rule = set === null ? scenario.a3 : tr36839Sets[Number(set[1]) - 1];
  return replayDriveTest(drive, {
    a3OffsetDb: rule.offsetDb,
    a3HysteresisDb: rule.hysteresisDb,
    timeToTriggerMs: rule.timeToTriggerMs,
  });
}

function unitOf(scenario: string, arm: string, drive: DriveTest, result: DriveTestReplay): UnitResult<"ran"> {
  const { triggers, both, oursOnlyMs, operatorChangesMs, observedMs, comparableMs } = result;
  return {
    domain: "ran",
    scenario,
    arm,
    seed: null,
    unit: drive.name,
    group: drive.name,
    // Where nothing could be compared no rule could trigger, which is no answer.
    tallies:
      comparableMs === 0
        ? {}
        : {
            triggers: { sum: triggers.length, weight: 1 },
            operatorHandoversMatched: { sum: both.length, weight: operatorChangesMs.length },
            unmatchedTriggersPerUeMinute: { sum: oursOnlyMs.length, weight: observedMs / 60_000 },
            "triggerLeadMs.p50": { samples: both.map(({ leadMs }) => leadMs) },
          },
  };
}

function operatorRows(
  scenario: string,
  drives: readonly DriveTest[],
  { a3 }: RanScenario,
  source: string,
): readonly KpiRow<"ran">[] {
  // What the operator did does not depend on the rule that is replayed beside it.
  const rule = {
    a3OffsetDb: a3.offsetDb,
    a3HysteresisDb: a3.hysteresisDb,
    timeToTriggerMs: a3.timeToTriggerMs,
  };
  const results = drives.map((drive) => replayDriveTest(drive, rule));
  const sum = (of: (result: DriveTestReplay) => number): number =>
    results.reduce((total, result) => total + of(result), 0);
  const named = drives.some(({ servingCellId }) => servingCellId.filter((id) => id !== null).length > 1);
  const changes = named ? sum(({ operatorChangesMs }) => operatorChangesMs.length) : null;
  const minutes = sum(({ observedMs }) => observedMs) / 60_000;
  const comparableMinutes = sum(({ comparableMs }) => comparableMs) / 60_000;
  const row = (metric: string, unit: string, value: number | null, n: number): KpiRow<"ran"> => ({
    experiment: "ran-drive-test",
    domain: "ran",
    kind: "cited",
    source,
    scenario,
    arm: "operator",
    metric,
    unit,
    value,
    ci95: NO_INTERVAL,
    n,
    seeds: 0,
  });
  return [
    row("handovers", "count", changes, drives.length),
    row("handoversPerUeMinute", "1/min", minutes > 0 && changes !== null ? changes / minutes : null, minutes),
    row(
      "lateMsPerUeMinute",
      "ms/min",
      comparableMinutes > 0 ? sum(({ belowBestMs }) => belowBestMs) / comparableMinutes : null,
      comparableMinutes,
    ),
  ];
}
