import { type Awaitable, type Pause, type TableRow, type Tally, whenReady } from "#core";
import type { RanEvent } from "./events.ts";
import type { ReadyVariant } from "./hand-off/arms/variant.ts";
import { vendorsOf, vendorWays, wayBetween } from "./hand-off/arms/vendor-arms.ts";
import { type Arm, createArm } from "./hand-off/arms.ts";
import { createAttemptLog } from "./metrics/attempt-log.ts";
import { createEventLevels, type EventLevels } from "./metrics/event-levels.ts";
import { createPostHandover } from "./metrics/post-handover.ts";
import { countLate } from "./metrics/service-time.ts";
import { attemptRow, eventRows, type UnitLabel } from "./metrics/table-rows.ts";
import { unitTallies } from "./metrics/unit-tallies.ts";
import type { LookupTable } from "./policy/lookup-table.ts";
import { ticksOf } from "./ran-params.ts";
import type { RanScenario } from "./scenario.ts";
import { createSimulation, type Simulation } from "./simulate.ts";
import { statesOfArm, type TrainingStates } from "./training-states.ts";
import { presentTicks, type World } from "./world.ts";
import type { XnSent } from "./xn/signalling.ts";

/** One world from its first tick to its last, with every arm in step, folded into numbers. */

export interface ArmResult {
  readonly arm: string;
  /** What remembers; absent for an arm that keeps nothing of a phone. */
  readonly memory?: RanScenario["network"]["memory"];
  readonly tallies: Readonly<Record<string, Tally>>;
  /** Where handovers are told apart by vendor: the open-loop tallies of each of {@link vendorWays}. */
  readonly ways: Readonly<Record<string, Readonly<Record<string, Tally>>>>;
  readonly events: readonly RanEvent[];
  handoverRows(label: UnitLabel): TableRow[];
  eventRows(label: UnitLabel): TableRow[];
}

export interface RunWorldOptions {
  readonly world: World;
  readonly scenario: RanScenario;
  readonly arms: readonly string[];
  /** More arms, after `arms`. */
  readonly variants?: readonly ReadyVariant[];
  readonly seed: number;
  /** Tell the common handovers apart by the vendors of their cells. */
  readonly byVendor?: boolean;
  /** Training states, for the arms that need any. */
  readonly states?: TrainingStates;
  /** Rows of other recorded journeys; not needed by other arms than `lookup`. */
  readonly lookupTable?: LookupTable;
  /** Called with each message over Xn of any arm, as it is sent. */
  readonly onXnMessage?: (sent: XnSent) => void;
  /** Awaited every {@link TICKS_PER_PAUSE} ticks. */
  readonly pause?: Pause;
}

/** Soon enough to answer a Ctrl-C: forty learned arms and a hundred phones take about a second. */
const TICKS_PER_PAUSE = 20;

/**
 * The rule that fixes the common handovers of the open-loop measures: the tuned A3; for the memory that is not learned the
 * scenario's own, with which it was reported.
 */
export const commonRule = { learned: "a3-tuned", trend: "a3" } as const;

/** Returns what each arm did, in the order of `arms` and `variants`. Nothing is counted before `warmUpS`. */
export function runWorld(options: RunWorldOptions): Awaitable<readonly ArmResult[]> {
  const { world, scenario, seed, states = new Map(), variants = [] } = options;
  const { tickMs } = world;
  const context = {
    scenario,
    world,
    seed,
    trainingStates: (of: string) => statesOfArm(states, of),
    lookupTable: () => requireTable(options.lookupTable),
  };
  const make = (name: string): Arm => createArm(name, context);
  const makeVariant = ({ name, arm, scenario: own, states: mine = new Map() }: ReadyVariant): Arm => ({
    ...createArm(arm, {
      ...context,
      scenario: own,
      trainingStates: (of: string) => statesOfArm(mine, of),
    }),
    name,
  });
  const fromTick = ticksOf(scenario.warmUpS * 1000, tickMs);
  const minimumStayTicks = ticksOf(scenario.handover.minimumTimeOfStayMs, tickMs);
  const acting = variants.filter(({ loops }) => loops !== "open");
  const runs = [...options.arms.map(make), ...acting.map(makeVariant)].map((arm) => ({
    arm,
    log: createAttemptLog(minimumStayTicks, tickMs),
    events: [] as RanEvent[],
    levelsOf: createEventLevels(world, arm.policy.filterCoefficient),
    /** [event] */
    levels: [] as EventLevels[],
    lateTicks: 0,
  }));
  const judged = variants.filter(({ loops }) => loops !== "closed");
  const shadows = [...options.arms.map(make), ...judged.map(makeVariant)].filter(
    ({ policy }) => policy.memory !== null || policy.expects !== undefined,
  );
  /** What remembers in each arm that keeps something. */
  const memories = new Map(
    [...runs.map(({ arm }) => arm), ...shadows].flatMap(({ name, policy }) => {
      const own = variants.find((variant) => variant.name === name)?.scenario ?? scenario;
      return policy.memory === null ? [] : [[name, own.network.memory] as const];
    }),
  );
  const vendors = options.byVendor === true ? vendorsOf(world) : null;
  const postHandover = createPostHandover(world, shadows, fromTick, (source, target) =>
    vendors === null ? "" : wayBetween(vendors[source], vendors[target]),
  );
  const simulation = createSimulation({
    world,
    scenario,
    seed,
    arms: runs.map((run) => run.arm),
    onTick(index, state, events, sensing, decisions) {
      const run = runs[index];
      const levels = run.levelsOf(state, events, sensing, decisions);
      if (events.length > 0) {
        run.log.add(events);
        run.events.push(...events);
        run.levels.push(...levels);
      }
      if (state.tick > fromTick) run.lateTicks += countLate(state, sensing.links);
      // What was forwarded during the warm-up is not counted.
      else run.arm.policy.memory?.stays?.takeForwardedBytes();
    },
    onXnMessage: (_, sent) => options.onXnMessage?.(sent),
    ...(shadows.length === 0
      ? {}
      : { common: { arm: make(commonRule[scenario.network.memory]), shadows, onTick: postHandover.onTick } }),
  });

  return whenReady(advanceAll(simulation, world.tickCount, options.pause), () => {
    const countedMs = presentTicks(world, fromTick, world.tickCount) * tickMs;
    const results = runs.map(({ arm, log, events, levels, lateTicks }): ArmResult => {
      log.finish();
      const service = { lateMs: lateTicks * tickMs, ueMinutes: countedMs / 60_000 };
      const hasMemory = arm.policy.memory !== null;
      const forwardedBytes = arm.policy.memory?.stays?.takeForwardedBytes() ?? 0;
      // Where no phone was ever there, no count is an answer.
      const closedLoop =
        countedMs === 0 ? {} : unitTallies(log, service, { fromTick, tickMs, hasMemory, forwardedBytes });
      const labelled = (label: UnitLabel) => ({
        ...label,
        arm: arm.name,
        tickMs,
        cellNames: world.cellNames,
      });
      return {
        arm: arm.name,
        ...openLoopOf(arm.name, closedLoop),
        events,
        handoverRows(label) {
          const about = labelled(label);
          return log.attempts.map((row) => attemptRow(row, about));
        },
        eventRows(label) {
          const about = labelled(label);
          return events.flatMap((event, i) => eventRows(event, levels[i], about));
        },
      };
    });
    const order = [...options.arms, ...variants.map(({ name }) => name)];
    return order.map((name) => results.find(({ arm }) => arm === name) ?? undecided(name));
  });

  function openLoopOf(
    name: string,
    closedLoop: Readonly<Record<string, Tally>>,
  ): Pick<ArmResult, "memory" | "tallies" | "ways"> {
    const ways = vendors === null ? [] : vendorWays;
    const memory = memories.get(name);
    return {
      ...(memory === undefined ? {} : { memory }),
      tallies: { ...closedLoop, ...postHandover.tallies(name) },
      ways: Object.fromEntries(ways.map((way) => [way, postHandover.tallies(name, way)])),
    };
  }

  /** Of an arm that decided nothing. */
  function undecided(name: string): ArmResult {
    return {
      arm: name,
      ...openLoopOf(name, {}),
      events: [],
      handoverRows: () => [],
      eventRows: () => [],
    };
  }
}

function advanceAll(simulation: Simulation, ticks: number, pause: Pause | undefined): Awaitable<void> {
  return pause === undefined ? simulation.advance(ticks) : advanceWithPauses(simulation, ticks, pause);
}

async function advanceWithPauses(simulation: Simulation, ticks: number, pause: Pause): Promise<void> {
  for (let done = 0; done < ticks; done += TICKS_PER_PAUSE) {
    await simulation.advance(Math.min(TICKS_PER_PAUSE, ticks - done));
    await pause();
  }
}

function requireTable(table: LookupTable | undefined): LookupTable {
  if (table === undefined) throw new RangeError("runWorld: an arm needs a lookup table and none was given");
  return table;
}
