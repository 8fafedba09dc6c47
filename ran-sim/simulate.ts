import { type Awaitable, createStream, type HandOffReport, whenReady } from "#core";
import type { RanEvent } from "./events.ts";
import type { Arm } from "./hand-off/arms.ts";
import { createExchange, type Exchange } from "./hand-off/exchange.ts";
import type { Decisions, UeBatch } from "./policy/policy.ts";
import { preparesCandidates, type RanParams, ranParams } from "./ran-params.ts";
import type { RanScenario } from "./scenario.ts";
import { createSensing, type Sensing } from "./sensing.ts";
import { createRanState, type RanState } from "./state.ts";
import { stepRan } from "./step.ts";
import type { World } from "./world.ts";
import { createXnSignalling, type XnSent, type XnSignalling } from "./xn/signalling.ts";

/** Arms in step on one world: the same loop for experiments, training and the dashboard. */

export interface Simulation {
  readonly sensing: Sensing;
  /** [arm] */
  readonly states: readonly RanState[];
  /** The next tick. */
  readonly tick: number;
  /** Runs that many ticks, or to the end; a promise only when a policy or a hand-off returned one. */
  advance(ticks: number): Awaitable<void>;
}

/** Called after each tick of an arm, with what happened on it and what its rule had decided. */
export type OnTick = (
  state: RanState,
  events: readonly RanEvent[],
  sensing: Sensing,
  decisions: Decisions,
) => void;

export interface SimulationOptions {
  readonly world: World;
  readonly scenario: RanScenario;
  readonly seed: number;
  readonly arms: readonly Arm[];
  readonly onTick?: (arm: number, ...rest: Parameters<OnTick>) => void;
  readonly onHandOff?: (report: HandOffReport<"ran">) => void;
  /** Called with each message over Xn, as it is sent. */
  readonly onXnMessage?: (arm: number, sent: XnSent) => void;
  /** One more arm, whose handovers the memories of `shadows` follow without deciding anything. */
  readonly common?: { readonly arm: Arm; readonly shadows: readonly Arm[]; readonly onTick: OnTick };
}

/** Returns a simulation at tick 0. */
export function createSimulation(options: SimulationOptions): Simulation {
  const { world, scenario, seed, arms, common, onTick, onHandOff, onXnMessage } = options;
  const every = common === undefined ? arms : [...arms, common.arm];
  const sensing = createSensing(world, scenario, {
    seed,
    filterCoefficients: every.map((arm) => arm.policy.filterCoefficient),
  });
  const runs = arms.map((arm, index) =>
    createRun(arm, [], {
      record: (state, events, seen, decisions) => onTick?.(index, state, events, seen, decisions),
      ...(onHandOff === undefined ? {} : { onHandOff }),
      onXnMessage: (sent) => onXnMessage?.(index, sent),
    }),
  );
  const states = runs.map((run) => run.state);
  if (common !== undefined) {
    runs.push(createRun(common.arm, common.shadows, { record: common.onTick }));
  }
  // One stream for every arm: attempt n of a phone meets the same answer wherever it goes.
  const random = {
    answers: createStream(seed, "handover-answer"),
    xn: createStream(seed, "xn-association"),
  };
  let tick = 0;

  return {
    sensing,
    states,
    get tick() {
      return tick;
    },
    advance(ticks) {
      const end = Math.min(world.tickCount, tick + ticks);
      while (tick < end) {
        const pending = stepAll();
        if (pending instanceof Promise) return finish(pending, end);
      }
    },
  };

  async function finish(pending: Promise<void>, end: number): Promise<void> {
    await pending;
    while (tick < end) {
      const next = stepAll();
      if (next instanceof Promise) await next;
    }
  }

  function stepAll(): Awaitable<void> {
    sensing.step(tick);
    tick++;
    if (runs.length === 1) return stepRun(runs[0]);
    return allReady(runs.map(stepRun));
  }

  function createRun(
    arm: Arm,
    shadows: readonly Arm[],
    { record, onHandOff: tell, onXnMessage: onMessage }: RunListeners,
  ): ArmRun {
    const sending = [arm, ...shadows].filter(({ sends }) => sends !== null);
    const params = ranParams(scenario, world.tickMs, {
      procedure: arm.procedure,
      sendsPayload: sending.length > 0,
      inRequest: sending.every(({ standardIe }) => standardIe !== undefined),
    });
    const state = createRanState(world.ueCount, world.cellCount, preparesCandidates(arm.procedure));
    const exchangeOf = (of: Arm): Exchange =>
      createExchange({ arm: of, state, world, seed, ...(tell === undefined ? {} : { onHandOff: tell }) });
    const { procedure } = arm;
    const signalling =
      onMessage === undefined
        ? null
        : createXnSignalling({
            ...{ state, tickMs: world.tickMs, procedure, xn: scenario.xn, onMessage },
            carrier: arm.standardIe ?? scenario.xn.carrier,
          });
    return {
      arm,
      params,
      state,
      exchange: exchangeOf(arm),
      signalling,
      observations: observe(arm, state),
      record,
      shadows: shadows.map((shadow) => ({ arm: shadow, exchange: exchangeOf(shadow) })),
    };
  }

  function stepRun(run: ArmRun): Awaitable<void> {
    const { arm, shadows, observations } = run;
    // A tick on which nobody has to be waited for, and nothing happens, is most of them: it makes no function.
    const observed =
      shadows.length === 0
        ? undefined
        : allReady(shadows.map((shadow) => shadow.arm.policy.observe(observations)));
    const decided =
      observed instanceof Promise
        ? observed.then(() => arm.policy.decide(observations))
        : arm.policy.decide(observations);
    if (decided instanceof Promise) return decided.then((decisions) => act(run, decisions));
    return act(run, decided);
  }

  function act(run: ArmRun, decisions: Decisions): Awaitable<void> {
    const { arm, params, state, record, shadows } = run;
    const events = stepRan(params, state, sensing.links, decisions, random);
    if (events.length === 0) return record(state, events, sensing, decisions);
    arm.policy.learn?.(events);
    const followed = allReady(shadows.map((shadow) => whenReady(shadow.exchange.follow(events), () => {})));
    return whenReady(followed, () =>
      whenReady(run.exchange.follow(events), (all) =>
        record(state, run.signalling?.follow(all) ?? all, sensing, decisions),
      ),
    );
  }

  /** Made once for all ticks; what changes is read when it is asked for. */
  function observe(arm: Arm, state: RanState): UeBatch {
    return {
      get tick() {
        return state.tick;
      },
      get timeS() {
        return (state.tick * world.tickMs) / 1000;
      },
      tickMs: world.tickMs,
      ueCount: world.ueCount,
      cellCount: world.cellCount,
      phase: state.phase,
      serving: state.serving,
      target: state.target,
      l3RsrpDbm: sensing.l3RsrpDbm(arm.policy.filterCoefficient),
      l1RsrpDbm: sensing.measuredDbm,
      candidatePhase: state.candidates?.phase ?? null,
      // Made up when they are read: most rules never do.
      get reportedRsrpDbm() {
        return sensing.reportedDbm;
      },
      get reportedSinrDb() {
        return sensing.reportedSinrDb;
      },
      get hasReport() {
        return sensing.hasReport;
      },
    };
  }
}

/** Who hears of an arm under way. Without a listener for them, its messages over Xn are not counted. */
interface RunListeners {
  readonly record: OnTick;
  readonly onHandOff?: NonNullable<SimulationOptions["onHandOff"]>;
  readonly onXnMessage?: (sent: XnSent) => void;
}

/** One arm under way, and the memories that only follow it. */
interface ArmRun {
  readonly arm: Arm;
  readonly params: RanParams;
  readonly state: RanState;
  readonly exchange: Exchange;
  readonly signalling: XnSignalling | null;
  readonly observations: UeBatch;
  readonly record: OnTick;
  readonly shadows: readonly { readonly arm: Arm; readonly exchange: Exchange }[];
}

/** Returns at once when nothing has to be waited for. */
function allReady(values: readonly Awaitable<void>[]): Awaitable<void> {
  const waiting = values.filter((value) => value instanceof Promise);
  if (waiting.length > 0) return Promise.all(waiting).then(() => undefined);
}
