import {
  type Awaitable,
  type Experiment,
  type Pause,
  type Shard,
  type ShardResult,
  type UnitResult,
  whenReady,
} from "#core";
import { type ArmVariant, checkRowNames, memoryKey, readyVariants } from "./hand-off/arms/variant.ts";
import {
  checkArms,
  defaultRanArms,
  inCurrentNames,
  needsLookupTable,
  ranArmNames,
  statesNeeded,
} from "./hand-off/arms.ts";
import { replayPublishedBaseline } from "./handover/published-baseline.ts";
import {
  publishedBaselineArms,
  publishedBaselineParameters,
} from "./handover/published-baseline-parameters.ts";
import {
  createStatesOfOthers,
  createTablesOfOthers,
  REPLAY_SEED,
  requireSeveralGroups,
} from "./leave-group-out.ts";
import { ranGap, ranMetrics } from "./metrics/ran-metrics.ts";
import { type RunWorldOptions, runWorld } from "./run-world.ts";
import type { RanScenario } from "./scenario.ts";
import type { MultiCellTrace } from "./trace/multi-cell-trace.ts";
import { unusedValues } from "./trace/trace-notes.ts";
import { groupOf } from "./trace/trace-split.ts";
import { createTraceWorld, withoutMissing } from "./trace-world.ts";
import { collectEach } from "./training-states.ts";

/** The experiment on recorded journeys, closed loop: one shard a trace, resampled by groups of traces that share road. */

export interface ReplayExperimentOptions {
  /** What the folder or file is called. */
  readonly name: string;
  readonly traces: readonly MultiCellTrace[];
  /** The rules' parameters; layout, radio and mobility play no part, and times are counted from the first tick. */
  readonly scenario: RanScenario;
  readonly arms?: readonly string[];
  /** Points of a sweep that share the traces' links: more arms, after those of `arms`; in standard mode only. */
  readonly variants?: readonly ArmVariant[];
  /** The published baseline's machine, tick by tick, instead of this simulator's. */
  readonly compat?: boolean;
  readonly source?: string;
}

/** Traces that run side by side where a learned model decides: more are cheaper a phone, and lose more when a run is stopped. */
const TOGETHER = 64;

/**
 * Returns the experiment. In standard mode values are those of a report (`trace-world.ts`), no measurement error is added
 * (a trace holds what was measured), nothing is a warm-up, and arms that learn from traces (a fitted compression, `lookup`)
 * learn from those of all *other* groups.
 *
 * Throws a BadInputError for an unknown arm, and when such an arm is asked for and all traces are of one group.
 */
export function createReplayExperiment(options: ReplayExperimentOptions): Experiment<"ran"> {
  const { name, traces, compat = false } = options;
  const variants = inCurrentNames(options.variants ?? []);
  const arms = compat
    ? checkArms(options.arms ?? publishedBaselineArms, publishedBaselineArms)
    : checkArms(options.arms ?? defaultArms(traces, options.scenario.network.memory), ranArmNames);
  if (compat && variants.length > 0) throw new RangeError("createReplayExperiment: compat has no variants");
  checkRowNames(arms, variants);
  const replayed = (of: RanScenario): RanScenario => ({
    ...of,
    name,
    warmUpS: 0,
    measurement: { ...of.measurement, errorSigmaDb: 0 },
  });
  const scenario = replayed(options.scenario);
  const needed = compat ? [] : statesNeeded(arms, scenario.network.memory, 1);
  const variantArms = checkArms([...new Set(variants.map(({ arm }) => arm))], ranArmNames);
  const learning = [...arms, ...variantArms].filter(
    (arm) => statesNeeded([arm], scenario.network.memory, 1).length > 0 || needsLookupTable(arm),
  );
  if (!compat && learning.length > 0) requireSeveralGroups(name, traces, learning);
  const train = createStatesOfOthers(traces, scenario);
  const trainVariants = createVariantStates(
    traces,
    variants.map((variant) => ({ ...variant, scenario: replayed(variant.scenario) })),
  );
  const tableFor = createTablesOfOthers(traces, scenario);
  return {
    name: "ran-replay",
    domain: "ran",
    kind: "simulated",
    ...(options.source === undefined ? {} : { source: options.source }),
    arms: [...arms, ...variants.map(({ name: variant }) => variant)],
    metrics: ranMetrics,
    gap: ranGap,
    shards: traces.map((trace) => ({ key: `${name}/trace=${trace.name}`, scenario: name, seed: null })),
    inputs: [],
    ...(compat || scenario.network.memory !== "learned" ? {} : { together: TOGETHER }),
    recipe: { module: import.meta.url, make: "createReplayExperiment", options },
    config: {
      arms,
      compat,
      traces: traces.map((trace) => ({
        name: trace.name,
        group: groupOf(trace),
        tickCount: trace.tickCount,
        ...(compat
          ? trace.missing === undefined
            ? {}
            : { missing: trace.missing }
          : { unused: unusedValues(trace) }),
      })),
      ...(compat
        ? {
            published: arms.map(
              (arm) => publishedBaselineParameters[arm as keyof typeof publishedBaselineParameters],
            ),
          }
        : { scenario, ...(variants.length === 0 ? {} : { variants }) }),
    },
    runShard(shard, { pause } = {}) {
      const trace = traces.find((one) => shard.key === `${name}/trace=${one.name}`);
      if (trace === undefined) throw new RangeError(`runShard: no shard "${shard.key}"`);
      if (compat) return replayCompat(shard, trace, arms);
      const table = learning.some(needsLookupTable) ? { lookupTable: tableFor(trace) } : {};
      return whenReady(
        collectEach(needed, (of) => train(trace, of, pause)),
        (states) =>
          whenReady(trainVariants(trace, pause), (ready) =>
            replayStandard(shard, trace, {
              ...{ arms, variants: ready, scenario, states, ...table },
              ...(pause === undefined ? {} : { pause }),
            }),
          ),
      );
    },
  };
}

/** Returns a function that gives a trace the variants with the states of all traces outside its group. */
function createVariantStates(
  traces: readonly MultiCellTrace[],
  variants: readonly ArmVariant[],
): (trace: MultiCellTrace, pause?: Pause) => ReturnType<typeof readyVariants> {
  const ofMemory = new Map<string, ReturnType<typeof createStatesOfOthers>>();
  return (trace, pause) =>
    readyVariants(
      variants,
      ({ arm, scenario }) => statesNeeded([arm], scenario.network.memory, 1),
      (scenario, needed) => {
        const key = memoryKey(scenario, needed);
        const train = ofMemory.get(key) ?? createStatesOfOthers(traces, scenario);
        ofMemory.set(key, train);
        return collectEach(needed, (of) => train(trace, of, pause));
      },
    );
}

/** Without names: what can run on these traces. */
function defaultArms(
  traces: readonly MultiCellTrace[],
  memory: RanScenario["network"]["memory"],
): readonly string[] {
  const cellsOf = (trace: MultiCellTrace): string => trace.cellIds.join();
  const canFit = traces.every((held) =>
    traces.some((other) => groupOf(other) !== groupOf(held) && cellsOf(other) === cellsOf(held)),
  );
  const arms = defaultRanArms(memory);
  return canFit ? arms : arms.filter((arm) => statesNeeded([arm], memory, 1).length === 0);
}

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
        ({ arm, memory, tallies }): UnitResult<"ran"> => ({
          ...label,
          domain: "ran",
          arm,
          ...(memory === undefined ? {} : { memory }),
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
      const { hoExecStart, hoDone, rlf, shortStay, abaPingPong } = replayPublishedBaseline(
        withoutMissing(trace),
        parameters,
      );
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
