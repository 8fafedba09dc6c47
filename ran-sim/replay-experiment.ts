import {
  type Awaitable,
  BadInputError,
  type Experiment,
  type Shard,
  type ShardResult,
  type StateBatch,
  type UnitResult,
  whenReady,
} from "#core";
import { checkArms, defaultRanArms, needsTraining, ranArmNames, trendOf } from "./arms.ts";
import { replayPublishedBaseline } from "./handover/published-baseline.ts";
import {
  publishedBaselineArms,
  publishedBaselineParameters,
} from "./handover/published-baseline-parameters.ts";
import { ranGap, ranMetrics } from "./metrics/ran-metrics.ts";
import { type RunWorldOptions, runWorld } from "./run-world.ts";
import type { RanScenario } from "./scenario.ts";
import type { MultiCellTrace } from "./trace/multi-cell-trace.ts";
import { clampedValues } from "./trace/trace-notes.ts";
import { createTraceWorld } from "./trace-world.ts";
import { collectStates, joinStates } from "./training.ts";

/** The experiment on recorded journeys, closed loop: one shard a trace, resampled by groups of traces that share road. */

export interface ReplayExperimentOptions {
  /** What the folder or file is called. */
  readonly name: string;
  readonly traces: readonly MultiCellTrace[];
  /** The rules' parameters; layout, radio and mobility play no part, and times are counted from the first tick. */
  readonly scenario: RanScenario;
  readonly arms?: readonly string[];
  /** The published baseline's machine, tick by tick, instead of this simulator's. */
  readonly compat?: boolean;
  readonly source?: string;
}

/**
 * Returns the experiment. In standard mode values are clamped to the reporting range, no measurement error is added
 * (a trace holds what was measured), nothing is a warm-up, and arms with a fitted compression are fitted on the traces
 * of all *other* groups.
 *
 * Throws a BadInputError for an unknown arm, and when a fitted arm is asked for and all traces are of one group.
 */
export function createReplayExperiment(options: ReplayExperimentOptions): Experiment<"ran"> {
  const { name, traces, compat = false } = options;
  const arms = compat
    ? checkArms(options.arms ?? publishedBaselineArms, publishedBaselineArms)
    : checkArms(options.arms ?? defaultArms(traces), ranArmNames);
  const scenario: RanScenario = {
    ...options.scenario,
    name,
    warmUpS: 0,
    measurement: { ...options.scenario.measurement, errorSigmaDb: 0 },
  };
  const fitted = arms.filter(needsTraining);
  if (!compat && fitted.length > 0) requireSeveralGroups(name, traces, fitted);
  const train = createLeaveGroupOut(traces, scenario);
  return {
    name: "ran-replay",
    domain: "ran",
    kind: "simulated",
    ...(options.source === undefined ? {} : { source: options.source }),
    arms,
    metrics: ranMetrics,
    gap: ranGap,
    shards: traces.map((trace) => ({ key: `${name}/trace=${trace.name}`, scenario: name, seed: null })),
    inputs: [],
    config: {
      arms,
      compat,
      traces: traces.map((trace) => ({
        name: trace.name,
        group: groupOf(trace),
        tickCount: trace.tickCount,
        ...(compat ? {} : { clampedValues: clampedValues(trace) }),
      })),
      ...(compat
        ? {
            published: arms.map(
              (arm) => publishedBaselineParameters[arm as keyof typeof publishedBaselineParameters],
            ),
          }
        : { scenario }),
    },
    runShard(shard, pauses = {}) {
      const trace = traces.find((one) => shard.key === `${name}/trace=${one.name}`);
      if (trace === undefined) throw new RangeError(`runShard: no shard "${shard.key}"`);
      if (compat) return replayCompat(shard, trace, arms);
      return whenReady(fitted.length === 0 ? null : train(trace), (states) =>
        replayStandard(shard, trace, { arms, scenario, states, ...pauses }),
      );
    },
  };
}

/** Without names: what can run on these traces. */
function defaultArms(traces: readonly MultiCellTrace[]): readonly string[] {
  const cellsOf = (trace: MultiCellTrace): string => trace.cellIds.join();
  const canFit = traces.every((held) =>
    traces.some((other) => groupOf(other) !== groupOf(held) && cellsOf(other) === cellsOf(held)),
  );
  return canFit ? defaultRanArms : defaultRanArms.filter((arm) => !needsTraining(arm));
}

/** Seeds the draws of a trace's own (noise, shuffled, the link): one for all, since the traces differ. */
const REPLAY_SEED = 1;

function replayStandard(
  { scenario: name }: Shard,
  trace: MultiCellTrace,
  options: Omit<RunWorldOptions, "world" | "seed">,
): Awaitable<ShardResult<"ran">> {
  const world = createTraceWorld(trace);
  return whenReady(runWorld({ ...options, world, seed: REPLAY_SEED }), (results) => {
    const label = { scenario: name, seed: null, unit: trace.name };
    return {
      units: results.map(
        ({ arm, tallies }): UnitResult<"ran"> => ({
          ...label,
          domain: "ran",
          arm,
          group: groupOf(trace),
          tallies,
        }),
      ),
      tables: {
        handovers: results.flatMap((result) => result.handoverRows(label)),
        events: results.flatMap((result) => result.eventRows(label)),
      },
    };
  });
}

function replayCompat(
  { scenario }: Shard,
  trace: MultiCellTrace,
  arms: readonly string[],
): ShardResult<"ran"> {
  const ueMinutes = (trace.tickCount * trace.sampleMs) / 60_000;
  return {
    units: arms.map((arm): UnitResult<"ran"> => {
      const parameters = publishedBaselineParameters[arm as keyof typeof publishedBaselineParameters];
      const { hoExecStart, hoDone, rlf, shortStay, abaPingPong } = replayPublishedBaseline(trace, parameters);
      const once = (ticks: readonly number[]) => ({ sum: ticks.length, weight: 1 });
      return {
        domain: "ran",
        scenario,
        arm,
        seed: null,
        unit: trace.name,
        group: groupOf(trace),
        tallies: {
          handoverAttempts: once(hoExecStart),
          handovers: once(hoDone),
          radioLinkFailures: once(rlf),
          pingPongs: once(abaPingPong),
          shortStays: once(shortStay),
          handoversPerUeMinute: { sum: hoDone.length, weight: ueMinutes },
          shortStayRate: { sum: shortStay.length, weight: hoExecStart.length },
          failuresPerHandover: { sum: rlf.length, weight: hoExecStart.length },
        },
      };
    }),
    tables: {},
  };
}

function groupOf(trace: MultiCellTrace): string {
  return trace.group ?? trace.name;
}

/** Returns a function that gives a trace the states of all traces outside its group, each trace run once. */
function createLeaveGroupOut(
  traces: readonly MultiCellTrace[],
  scenario: RanScenario,
): (held: MultiCellTrace) => Awaitable<StateBatch> {
  const ofTrace = new Map<MultiCellTrace, Awaitable<StateBatch>>();
  const ofGroup = new Map<string, Awaitable<StateBatch>>();
  const collect = (trace: MultiCellTrace): Awaitable<StateBatch> => {
    const known = ofTrace.get(trace);
    if (known !== undefined) return known;
    const states = collectStates(createTraceWorld(trace), scenario, REPLAY_SEED);
    ofTrace.set(trace, states);
    return states;
  };
  return (held) => {
    const group = groupOf(held);
    const known = ofGroup.get(group);
    if (known !== undefined) return known;
    const { cellIds } = held;
    // A state has a place for each cell: only traces of the same cells can teach this one.
    const others = traces.filter((one) => groupOf(one) !== group && one.cellIds.join() === cellIds.join());
    const joined = whenReady(collectAll(others.map((one) => () => collect(one))), (batches) => {
      const states = joinStates(batches, trendOf(scenario, cellIds.length).stateSize);
      if (states.count >= 2) return states;
      throw new BadInputError("one-trace-group", {
        subject: `trace ${held.name}`,
        expected: "other groups of the same cells, with a phone near a cell edge, to fit the compression on",
        got: `${states.count} states in ${others.length} traces`,
        remedy: "replay the arms cold, full and raw128, which need no fit",
      });
    });
    ofGroup.set(group, joined);
    return joined;
  };
}

function collectAll(makers: readonly (() => Awaitable<StateBatch>)[]): Awaitable<readonly StateBatch[]> {
  const batches: StateBatch[] = [];
  const goOn = (from: number): Awaitable<readonly StateBatch[]> => {
    for (let i = from; i < makers.length; i++) {
      const made = makers[i]();
      if (made instanceof Promise) {
        return made.then((batch) => {
          batches.push(batch);
          return goOn(i + 1);
        });
      }
      batches.push(made);
    }
    return batches;
  };
  return goOn(0);
}

function requireSeveralGroups(
  name: string,
  traces: readonly MultiCellTrace[],
  fitted: readonly string[],
): void {
  const groups = new Set(traces.map(groupOf));
  if (groups.size > 1) return;
  throw new BadInputError("one-trace-group", {
    subject: `${name}, arms ${fitted.join(", ")}`,
    expected:
      "traces of at least two groups: a compression is fitted on other groups than the one it is tested on",
    got: `${groups.size} group of ${traces.length} traces`,
    remedy: "replay the arms cold, full and raw128, which need no fit",
  });
}
