import type { RanParams } from "../../ran-params.ts";
import { NONE } from "../../state.ts";
import { type PhoneFuture, Sync, syncOf } from "./future.ts";

/** What the handover machine will make of a command, and of a lost cell: `handover/execution.ts` and `recovery.ts`. */

export interface Fates {
  /** From a request to its command; the machine answers no sooner than on the next tick. */
  readonly preparationTicks: number;
  /** From the command to the first judgement of the access. */
  readonly executionTicks: number;
  /** Whether an access that fails can be tried again before T304 ends. */
  readonly hasRetries: boolean;
  /** Returns on which tick an execution that starts on `tick` is judged for good; the number of ticks if not before the end. */
  access(tick: number, target: number): number;
  /** Returns whether that judgement finds the target, by the tick of it. */
  isReached(tick: number, target: number): boolean;
  /** Returns the first tick on which a cell may be selected after a link was lost on `tick`. */
  selectionAfterLoss(tick: number): number;
  /** The same after a handover failed: the machine goes on a tick later at the earliest. */
  selectionAfterFailure(tick: number): number;
  /** Returns where and when a phone that may select a cell from `tick` on is served again; null: not before the end. */
  recovery(tick: number): { readonly cell: number; readonly tick: number } | null;
}

/** Returns what is to come for one phone. Every handover that is asked for is taken to be accepted. */
export function createFates(phone: PhoneFuture, params: RanParams): Fates {
  const { tickCount, cellCount, suitable, links } = phone;
  const executionTicks = Math.max(1, Math.ceil(params.executionMs / params.tickMs - 1e-9));
  const { randomAccessTicks, t304Ticks, reestablishmentTicks } = params;
  /** [tick]: the first tick at or after it with a suitable cell, else the number of ticks. */
  const nextSuitable = new Int32Array(tickCount + 1).fill(tickCount);
  for (let tick = tickCount - 1; tick >= 0; tick--) {
    nextSuitable[tick] = suitable[tick] === NONE ? nextSuitable[tick + 1] : tick;
  }
  const isReached = (tick: number, target: number): boolean =>
    syncOf(links[tick * cellCount + target]) !== Sync.out;

  return {
    preparationTicks: Math.max(1, params.preparationTicks),
    executionTicks,
    hasRetries: executionTicks + randomAccessTicks <= t304Ticks,
    access(startTick, target) {
      const lastTick = startTick + t304Ticks - randomAccessTicks;
      let tick = startTick + executionTicks;
      while (tick < tickCount && tick <= lastTick && !isReached(tick, target)) tick += randomAccessTicks;
      return Math.min(tick, tickCount);
    },
    isReached,
    selectionAfterLoss: (tick) => tick + reestablishmentTicks,
    selectionAfterFailure: (tick) => tick + Math.max(1, reestablishmentTicks),
    recovery(fromTick) {
      if (fromTick >= tickCount) return null;
      const found = nextSuitable[fromTick];
      const t311EndTick = fromTick + params.t311Ticks - reestablishmentTicks;
      if (found > Math.max(fromTick, t311EndTick)) return setUp(found);
      const { reestablishmentAccessTicks, t301Ticks } = params;
      const asked = access(found, reestablishmentAccessTicks, t301Ticks);
      return typeof asked === "number" ? setUp(nextSuitable[Math.min(tickCount, asked + 1)]) : asked;
    },
  };

  /** In RRC_IDLE a setup is tried, and after T300 another. */
  function setUp(selectedTick: number): ReturnType<Fates["recovery"]> {
    for (let found = selectedTick; found < tickCount; ) {
      const asked = access(found, params.setupTicks, params.t300Ticks);
      if (typeof asked !== "number") return asked;
      found = nextSuitable[Math.min(tickCount, asked + 1)];
    }
    return null;
  }

  /** Returns where and when the cell selected on a tick answers, null: not before the end, or when the guarding timer expires. */
  function access(
    selectedTick: number,
    leastTicks: number,
    timerTicks: number,
  ): ReturnType<Fates["recovery"]> | number {
    if (selectedTick >= tickCount) return null;
    const cell = suitable[selectedTick];
    for (let tick = selectedTick; tick < tickCount; tick++) {
      if (tick >= selectedTick + leastTicks && isReached(tick, cell)) return { cell, tick };
      if (tick >= selectedTick + timerTicks) return tick;
    }
    return null;
  }
}
