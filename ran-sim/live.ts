import {
  type Awaitable,
  formulaTexts,
  type HandOffReport,
  type KpiRow,
  type LiveFormulas,
  liveFormulas,
  poolWithFormulas,
  type StepLabels,
  whenReady,
} from "#core";
import type { RanEvent } from "./events.ts";
import { createTraining } from "./experiment.ts";
import { type Arm, checkArms, createArm, liveRanArms } from "./hand-off/arms.ts";
import { type AttemptLog, createAttemptLog } from "./metrics/attempt-log.ts";
import { createPostHandover, type PostHandover } from "./metrics/post-handover.ts";
import { ranMetrics } from "./metrics/ran-metrics.ts";
import { countLate } from "./metrics/service-time.ts";
import { unitTallies } from "./metrics/unit-tallies.ts";
import { ticksOf } from "./ran-params.ts";
import { commonRule } from "./run-world.ts";
import type { RanScenario } from "./scenario.ts";
import { createSimulation, type Simulation } from "./simulate.ts";
import { NONE, Phase } from "./state.ts";
import { createSyntheticWorld } from "./synthetic-world.ts";
import { statesOfArm, type TrainingStates } from "./training-states.ts";
import { isPresent, presentTicks, type SyntheticWorld, type WorldLayout } from "./world.ts";

/**
 * One arm on a few worlds that go on for ever: what the dashboard shows. The step is that of the experiments, and so is the
 * open-loop measure after handovers: a second run, whose rule fixes the handovers, is followed by the arm's memory. A rule without
 * one names the cell that serves.
 */

export interface RanLiveOptions {
  readonly scenario: RanScenario;
  readonly arm: string;
  /** Worlds that the KPIs are pooled over; the first is the one that is drawn. */
  readonly worlds?: number;
  readonly firstSeed?: number;
  /** KPIs of the user's own beside those of the scenario, each `name = expression`. */
  readonly kpis?: readonly string[];
}

export interface RanLive {
  readonly layout: WorldLayout;
  /** What each of the three steps does in this arm, in words. */
  readonly steps: StepLabels;
  readonly tickMs: number;
  /** Runs every world on by that many ticks. */
  advance(ticks: number): Awaitable<void>;
  /** The drawn world now, in arrays of its own; [ue] each. `phase` has the codes of `Phase`; `sinrDb` is NaN unserved. */
  frame(): RanFrame;
  /** Returns the hand-offs of the drawn world since the last call, oldest first, at most {@link MOST_KEPT}. */
  takeReports(): readonly HandOffReport<"ran">[];
  /** As {@link takeReports}, for its events. */
  takeEvents(): readonly RanEvent[];
  readonly formulas: LiveFormulas;
  /** KPIs since the end of the warm-up, or over the last {@link WINDOW_S} when that is longer ago; those of {@link formulas} behind them. */
  kpis(): readonly KpiRow<"ran">[];
}

export interface RanFrame {
  readonly timeS: number;
  /** Metres; NaN for a phone that is not there. */
  readonly xM: Float32Array;
  readonly yM: Float32Array;
  readonly serving: Int16Array;
  readonly phase: Uint8Array;
  readonly sinrDb: Float32Array;
}

/** What is not taken in time is dropped, oldest first. */
export const MOST_KEPT = 5000;
/** KPIs of a run without an end are those of a sliding window, so that memory stays bounded. */
export const WINDOW_S = 600;
/** The log is thinned out at most this often. */
const DROP_EVERY_S = 60;

interface LiveWorld {
  readonly seed: number;
  readonly world: SyntheticWorld;
  readonly simulation: Simulation;
  readonly arm: Arm;
  readonly log: AttemptLog;
  readonly postHandover: PostHandover;
  /** Late phone-ticks, [second modulo the window]. */
  readonly lateTicks: Float64Array;
  /** Of states that stay where they are, in the same way. */
  readonly forwardedBytes: Float64Array;
}

/**
 * Returns the live run; a promise only when the arm's training is one, or a KPI is to be read. Throws a BadInputError for an unknown arm. Making
 * a world takes most of a second, and an arm with a fitted compression some seconds of training worlds on top.
 */
export function createRanLive(options: RanLiveOptions): Awaitable<RanLive> {
  const { scenario } = options;
  const [arm] = checkArms(
    [options.arm],
    liveRanArms.map(({ name }) => name),
  );
  return whenReady(createTraining(scenario, [arm])(), (states) =>
    whenReady(
      liveFormulas([...formulaTexts(scenario.kpis), ...(options.kpis ?? [])], ranMetrics),
      (formulas) => open({ ...options, arm }, states, formulas),
    ),
  );
}

function open(options: RanLiveOptions, states: TrainingStates, formulas: LiveFormulas): RanLive {
  const { scenario, arm: armName, worlds: worldCount = 4, firstSeed = 1 } = options;
  const { tickMs } = scenario;
  const warmUpTicks = ticksOf(scenario.warmUpS * 1000, tickMs);
  const reports: HandOffReport<"ran">[] = [];
  const events: RanEvent[] = [];
  const worlds = Array.from({ length: worldCount }, (_, index) => createWorld(index));
  const [drawn] = worlds;
  const { ueCount, cellCount } = drawn.world;
  const place = { xM: new Float64Array(ueCount), yM: new Float64Array(ueCount) };
  let droppedTick = 0;

  return {
    layout: drawn.world.layout,
    steps: drawn.arm.handOff.steps,
    tickMs,
    advance: (ticks) => whenReady(advanceFrom(0, ticks), dropOld),
    frame,
    takeReports: () => reports.splice(0),
    takeEvents: () => events.splice(0),
    formulas,
    kpis: () =>
      poolWithFormulas(
        { name: "ran-live", domain: "ran", kind: "simulated", metrics: ranMetrics },
        formulas,
        worlds.map((world) => ({
          domain: "ran",
          scenario: scenario.name,
          arm: armName,
          ...(world.arm.policy.memory === null ? {} : { memory: scenario.network.memory }),
          seed: world.seed,
          unit: `seed=${world.seed}`,
          group: `seed=${world.seed}`,
          tallies: talliesOf(world),
        })),
      ),
  };

  function createWorld(index: number): LiveWorld {
    const seed = firstSeed + index;
    const world = createSyntheticWorld(scenario, seed, { endless: true });
    const make = (name: string): Arm =>
      createArm(name, { scenario, world, seed, trainingStates: (of) => statesOfArm(states, of) });
    const arm = make(armName);
    const judged = [make(armName)];
    const postHandover = createPostHandover(world, judged, warmUpTicks);
    const log = createAttemptLog(ticksOf(scenario.handover.minimumTimeOfStayMs, tickMs), tickMs);
    const lateTicks = new Float64Array(WINDOW_S);
    const forwardedBytes = new Float64Array(WINDOW_S);
    const simulation = createSimulation({
      world,
      scenario,
      seed,
      arms: [arm],
      common: {
        arm: make(commonRule[scenario.network.memory]),
        shadows: judged,
        onTick: postHandover.onTick,
      },
      onTick(_, state, happened, { links }) {
        const second = Math.floor(((state.tick - 1) * tickMs) / 1000);
        const place = second % WINDOW_S;
        if (Math.floor(((state.tick - 2) * tickMs) / 1000) !== second) {
          lateTicks[place] = 0;
          forwardedBytes[place] = 0;
        }
        lateTicks[place] += countLate(state, links);
        forwardedBytes[place] += arm.policy.memory?.stays?.takeForwardedBytes() ?? 0;
        if (happened.length === 0) return;
        log.add(happened);
        if (index === 0) keep(events, happened);
      },
      ...(index === 0 ? { onHandOff: (report: HandOffReport<"ran">) => keep(reports, [report]) } : {}),
    });
    return { seed, world, simulation, arm, log, postHandover, lateTicks, forwardedBytes };
  }

  function advanceFrom(index: number, ticks: number): Awaitable<void> {
    if (index === worlds.length) return;
    return whenReady(worlds[index].simulation.advance(ticks), () => advanceFrom(index + 1, ticks));
  }

  function windowStartTick(): number {
    return Math.max(warmUpTicks, drawn.simulation.tick - ticksOf(WINDOW_S * 1000, tickMs));
  }

  function dropOld(): void {
    const { tick } = drawn.simulation;
    if (tick - droppedTick < ticksOf(DROP_EVERY_S * 1000, tickMs)) return;
    droppedTick = tick;
    for (const { log, postHandover } of worlds) {
      log.dropBefore(windowStartTick());
      postHandover.dropBefore(windowStartTick());
    }
  }

  function talliesOf({ world, arm, log, postHandover, lateTicks, forwardedBytes, simulation }: LiveWorld) {
    const fromTick = windowStartTick();
    const countedMs = presentTicks(world, fromTick, simulation.tick) * tickMs;
    const firstSecond = Math.ceil((fromTick * tickMs) / 1000);
    const lastSecond = Math.ceil((simulation.tick * tickMs) / 1000);
    let late = 0;
    let forwarded = 0;
    for (let second = Math.max(firstSecond, lastSecond - WINDOW_S); second < lastSecond; second++) {
      late += lateTicks[second % WINDOW_S];
      forwarded += forwardedBytes[second % WINDOW_S];
    }
    const closedLoop = unitTallies(
      log,
      { lateMs: late * tickMs, ueMinutes: countedMs / 60_000 },
      {
        fromTick,
        tickMs,
        hasMemory: arm.policy.memory !== null,
        forwardedBytes: forwarded,
      },
    );
    return { ...closedLoop, ...postHandover.tallies(arm.name) };
  }

  function frame(): RanFrame {
    const { simulation } = drawn;
    const [state] = simulation.states;
    const { sinrDb } = simulation.sensing.links;
    const tick = Math.max(0, simulation.tick - 1);
    const timeS = (tick * tickMs) / 1000;
    drawn.world.positionsAt(timeS, place);
    return {
      timeS,
      xM: Float32Array.from(place.xM, (xM, ue) => (isPresent(drawn.world, ue, tick) ? xM : Number.NaN)),
      yM: Float32Array.from(place.yM, (yM, ue) => (isPresent(drawn.world, ue, tick) ? yM : Number.NaN)),
      serving: Int16Array.from(state.serving),
      phase: state.phase.slice(),
      sinrDb: Float32Array.from(state.serving, (cell, ue) =>
        cell === NONE || state.phase[ue] === Phase.idle ? Number.NaN : sinrDb[ue * cellCount + cell],
      ),
    };
  }
}

function keep<T>(kept: T[], more: readonly T[]): void {
  kept.push(...more);
  if (kept.length > MOST_KEPT) kept.splice(0, kept.length - MOST_KEPT);
}
