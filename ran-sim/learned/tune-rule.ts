import type { Tally } from "#core";
import { type Arm, ends, ruleArm } from "../hand-off/arms/arm.ts";
import { createAttemptLog } from "../metrics/attempt-log.ts";
import { countLate } from "../metrics/service-time.ts";
import { unitTallies } from "../metrics/unit-tallies.ts";
import type { TrainingWorld } from "../policy/tune-a3.ts";
import { ticksOf } from "../ran-params.ts";
import { createSimulation } from "../simulate.ts";
import { createSyntheticWorld } from "../synthetic-world.ts";
import type { MultiCellTrace } from "../trace/multi-cell-trace.ts";
import { splitTraces } from "../trace/trace-split.ts";
import { createTraceWorld } from "../trace-world.ts";
import { FIRST_TRAINING_SEED } from "../training.ts";
import type { World } from "../world.ts";
import { createContextMemory } from "./context-memory.ts";
import { createContextPolicy } from "./context-policy.ts";
import type { ContextRuntime } from "./context-runtime.ts";
import type { ExpectationRule } from "./expectation-rule.ts";
import { type Foreseen, withForesight } from "./foresight.ts";
import { TRACE_SPLIT_SEED, traceScenario } from "./recorded-traces.ts";
import { recordWorld, sameSites } from "./recording.ts";
import { sharedMemory } from "./shared-memory.ts";
import { trainingScenario } from "./training-worlds.ts";
import { contextRuntime, modelName, SYNTHETIC } from "./weights.ts";

/**
 * The best rule on expectations, of a grid of 270 points, as many as `a3-tuned` has, on training worlds, and the same
 * number to minimise. Expectations do not depend on the rule while the state is never lost, so one model serves all points.
 */

/** Gain that is enough without need, and the risk that the target may have then; with 30 dB none is. */
const withoutNeed = [
  { gainDb: 2, greatestRisk: 0.05 },
  { gainDb: 2, greatestRisk: 0.15 },
  { gainDb: 2, greatestRisk: 0.3 },
  { gainDb: 4, greatestRisk: 0.15 },
  { gainDb: 30, greatestRisk: 0.1 },
];

export const ruleGrid: readonly ExpectationRule[] = [0.02, 0.1, 0.2].flatMap((urgentMargin) =>
  [0.4, 0.7, 1].flatMap((shortStayRisk) =>
    withoutNeed.flatMap((gain) =>
      // With a margin of 1 a phone waits for the last moment, however long its cell will not last.
      [0.05, 0.1, 0.2, 0.3, 0.5, 1].map((saferMargin) => ({
        ...{ urgentMargin, saferMargin, shortStayRisk, ...gain },
        minimumStayMs: 1000,
      })),
    ),
  ),
);

/** What the search found: the best point, what it was measured on, and every point. */
export interface TunedRule {
  readonly chosen: ExpectationRule;
  readonly minimised: "shortStayRate + failuresPerHandover";
  readonly manifest: {
    readonly command: string;
    /** What the worlds are, in words: seeds and size, or of which traces. */
    readonly worlds: string;
    readonly model: string;
  };
  readonly points: readonly TunedPoint[];
}

/** The first of the worlds on which rules are tuned, those of event A3 too: none that a model was trained on. */
const FIRST_SEED = FIRST_TRAINING_SEED + 100;
const SIZE = { users: 20, durationS: 20 };

/** Returns the worlds of a search, alike for every rule that is tuned. */
export function tuningWorlds(count: number): readonly TrainingWorld[] {
  return Array.from({ length: count }, (_, i) => {
    const seed = FIRST_SEED + i;
    return { scenario: trainingScenario(seed, SIZE), seed };
  });
}

/** Where a rule is searched, and with the models of which training. */
export interface RuleTuning {
  /** Made one after the other. */
  readonly worlds: readonly (() => TuningWorld)[];
  readonly inWords: string;
  /** What the models were trained on. */
  readonly on: string;
}

interface TuningWorld extends TrainingWorld {
  readonly world: World;
}

/** Returns the search on synthetic training worlds. */
export function tuningOnWorlds(count: number): RuleTuning {
  return {
    worlds: tuningWorlds(count).map((of) => () => ({
      ...of,
      world: createSyntheticWorld(of.scenario, of.seed),
    })),
    inWords: `seeds ${FIRST_SEED} to ${FIRST_SEED + count - 1}, ${SIZE.users} phones, ${SIZE.durationS} s`,
    on: SYNTHETIC,
  };
}

/** Returns the search on the validation traces of the split with which models were trained on such traces; `on` names that training. */
export function tuningOnTraces(traces: readonly MultiCellTrace[], on: string): RuleTuning {
  const { validation } = splitTraces(traces, { seed: TRACE_SPLIT_SEED });
  return {
    worlds: worldsOfTraces(validation),
    inWords: `${validation.length} validation traces of ${on}`,
    on,
  };
}

/** Returns the worlds of traces, as they are replayed in every search. */
export function worldsOfTraces(traces: readonly MultiCellTrace[]): RuleTuning["worlds"] {
  return traces.map((trace) => () => ({
    ...{ scenario: traceScenario(), seed: 0 },
    world: createTraceWorld(trace),
  }));
}

/** Returns the search's result, with the model whose state is never lost. */
export async function tuneRule(
  { worlds, inWords, on }: RuleTuning,
  { command, onWorld }: { readonly command: string; readonly onWorld?: (done: number, of: number) => void },
): Promise<TunedRule> {
  const trained = { carried: "state" } as const;
  const training = { seed: 1, on };
  const measured = await measureRules(worlds, ruleGrid, {
    runtimeOf: (ueCount) => contextRuntime(trained, training, ueCount),
    onWorld: (done) => onWorld?.(done, worlds.length),
  });
  const points = ruleGrid.map((rule, i) => ({ ...rule, ...totalsOf(measured.map((world) => world[i])) }));
  return {
    chosen: ruleGrid[bestRule(measured)],
    minimised: "shortStayRate + failuresPerHandover",
    manifest: { command, worlds: inWords, model: modelName(trained, training) },
    points,
  };
}

interface TunedPoint extends ExpectationRule, RuleTotals {}

/** What one rule came to in all worlds. */
interface RuleTotals {
  readonly handoverAttempts: number;
  readonly shortStays: number;
  readonly radioLinkFailures: number;
  readonly lateMsPerUeMinute: number;
}

/** What one rule came to in one world. */
type RuleTallies = Readonly<Record<string, Tally>>;

/**
 * Returns what each rule of the grid came to in each world, [world][rule]. `runtimeOf` returns a model for so many phones; what it
 * expects is replaced by the truth in the places of `foreseen`.
 */
export async function measureRules(
  worlds: RuleTuning["worlds"],
  grid: readonly ExpectationRule[],
  {
    runtimeOf,
    foreseen = [],
    onWorld,
  }: {
    readonly runtimeOf: (ueCount: number) => ContextRuntime;
    readonly foreseen?: readonly Foreseen[];
    readonly onWorld?: (done: number) => void;
  },
): Promise<readonly (readonly RuleTallies[])[]> {
  if (worlds.length === 0) throw new RangeError("measureRules: no world to measure rules on");
  const measured: (readonly RuleTallies[])[] = [];
  for (const [done, make] of worlds.entries()) {
    onWorld?.(done);
    const made = make();
    measured.push(await runRules(made, runtimeOf(made.world.ueCount), grid, foreseen));
  }
  return measured;
}

function totalsOf(worlds: readonly RuleTallies[]): RuleTotals {
  const sum = (metric: string): number =>
    worlds.reduce((total, tallies) => total + sumOf(tallies[metric]), 0);
  const minutes = worlds.reduce((total, { lateMsPerUeMinute }) => total + weightOf(lateMsPerUeMinute), 0);
  return {
    handoverAttempts: sum("handoverAttempts"),
    shortStays: sum("shortStays"),
    radioLinkFailures: sum("radioLinkFailures"),
    lateMsPerUeMinute: sum("lateMsPerUeMinute") / minutes,
  };
}

/** Returns the place of the rule with the least cost over all worlds, [world][rule]. */
export function bestRule(measured: readonly (readonly RuleTallies[])[]): number {
  const costs = measured[0].map((_, i) => costOf(totalsOf(measured.map((world) => world[i]))));
  return costs.indexOf(Math.min(...costs));
}

/** Returns shortStayRate + failuresPerHandover; infinite where nothing was handed over. */
function costOf({ handoverAttempts, shortStays, radioLinkFailures }: RuleTotals): number {
  return handoverAttempts === 0
    ? Number.POSITIVE_INFINITY
    : (shortStays + radioLinkFailures) / handoverAttempts;
}

async function runRules(
  { world, scenario, seed }: TuningWorld,
  runtime: ContextRuntime,
  grid: readonly ExpectationRule[],
  foreseen: readonly Foreseen[],
): Promise<readonly RuleTallies[]> {
  const { ueCount, cellCount, tickMs } = world;
  const { reportPeriodMs } = scenario.network;
  const own = createContextMemory(runtime, {
    ...{ ueCount, cellCount, reportPeriodMs },
    sameSite: sameSites(world),
  });
  const shared = sharedMemory(own, ueCount, cellCount);
  const memory =
    foreseen.length === 0 ? shared : withForesight(shared, recordWorld(world, scenario, seed, 0), foreseen);
  // The network sees no memory, so that no handover loses it.
  const arms = grid.map(
    (rule, i): Arm => ({
      name: `rule ${i}`,
      ...ruleArm({ ...createContextPolicy(memory, rule, ueCount), memory: null }, ends.nothingKept),
    }),
  );
  const { minimumTimeOfStayMs } = scenario.handover;
  const logs = grid.map(() => createAttemptLog(ticksOf(minimumTimeOfStayMs, tickMs), tickMs));
  const fromTick = ticksOf(scenario.warmUpS * 1000, tickMs);
  const lateTicks = new Float64Array(grid.length);
  const simulation = createSimulation({
    ...{ world, scenario, seed, arms },
    onTick(arm, state, events, { links }) {
      if (events.length > 0) logs[arm].add(events);
      if (state.tick > fromTick) lateTicks[arm] += countLate(state, links);
    },
  });
  await simulation.advance(world.tickCount);
  const ueMinutes = ((world.tickCount - fromTick) * tickMs * ueCount) / 60_000;
  return logs.map((log, i) => {
    log.finish();
    const service = { lateMs: lateTicks[i] * tickMs, ueMinutes };
    return unitTallies(log, service, { fromTick, tickMs, hasMemory: false });
  });
}

function sumOf(tally: Tally | undefined): number {
  return tally !== undefined && "sum" in tally ? tally.sum : 0;
}

function weightOf(tally: Tally | undefined): number {
  return tally !== undefined && "weight" in tally ? tally.weight : 0;
}
