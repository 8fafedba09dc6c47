// Compatibility mode: the published Karlsruhe baseline on one trace, tick by tick, with its quirks (marked Q) kept.
// They are known faults of a published simulator; the standard mode follows 38.331 and TR 36.839 instead.
import type { MultiCellTrace } from "../trace/multi-cell-trace.ts";
import type { PublishedBaselineParameters } from "./published-baseline-parameters.ts";
import {
  type BaselineTimer,
  countTick,
  createTimer,
  isPending,
  resetTimer,
  startTimer,
} from "./published-baseline-timer.ts";

/** What happened, as ticks (row indices of the trace). The names are those of the published event lists. */
export interface PublishedBaselineEvents {
  /** Executions started, those that fail at once (state 2) included: handoverAttempts. */
  readonly hoExecStart: readonly number[];
  /** Completions: handovers. */
  readonly hoDone: readonly number[];
  /** Recoveries started, states 2 and 3 included: radioLinkFailures. */
  readonly rlf: readonly number[];
  /** Executions that start before the minimum-time-of-stay timer of the last one has expired: shortStays. */
  readonly shortStay: readonly number[];
  /** [tick, cell index or null] at every change of serving cell as seen at the end of a tick, and at tick 0. */
  readonly serving: readonly (readonly [tick: number, cell: number | null])[];
  /** Ticks of strict A-B-A returns after a stay in B under the minimum: pingPongs. See `abaPingPongTicks`. */
  readonly abaPingPong: readonly number[];
}

/** Stands for no serving cell, no candidate, no target. */
const NONE = -1;

/** The tick of the published description; L3 weights are stated for it. */
const PUBLISHED_TICK_MS = 10;

/**
 * Returns the events of the published 3GPP baseline (kit-cel/HandoverOptimDRL, arXiv 2503.21601) on `trace`, equal on every
 * tick to the lists published for the Karlsruhe traces. RSRP and SINR are used as stored, without clamping.
 *
 * The description is in ticks of 10 ms. At another sample period every time becomes the fewest ticks that last at least as
 * long, and the L3 weight w per 10 ms becomes 1 - (1 - w)^(sampleMs / 10), so that the filter keeps its time constant.
 */
export function replayPublishedBaseline(
  trace: MultiCellTrace,
  parameters: PublishedBaselineParameters,
): PublishedBaselineEvents {
  const { cellIds, tickCount, sampleMs } = trace;
  const cellCount = cellIds.length;
  const timer = createTimers(parameters, sampleMs);
  const everyTimer = Object.values(timer);
  const newWeight = l3Weight(parameters.l3K, sampleMs);
  const oldWeight = 1 - newWeight;
  const rsrpDbm = trace.rsrpDbm.slice(0, cellCount);
  const sinrDb = trace.sinrDb.slice(0, cellCount);
  const hoDone: number[] = [];
  const serving: [number, number | null][] = [];

  let servingCell = NONE;
  let candidate = highest(sinrDb);
  let target = NONE;
  let outOfSync = false;
  let a3 = false;
  let lastSeen = Number.NaN;

  if (!(sinrDb[candidate] > parameters.qInDb)) candidate = NONE;
  attach();

  for (let tick = 0; tick < tickCount; tick++) {
    if (tick > 0) {
      const row = tick * cellCount;
      for (let cell = 0; cell < cellCount; cell++) {
        rsrpDbm[cell] = oldWeight * rsrpDbm[cell] + newWeight * trace.rsrpDbm[row + cell];
        sinrDb[cell] = oldWeight * sinrDb[cell] + newWeight * trace.sinrDb[row + cell];
      }
    }
    const best = highest(rsrpDbm);
    candidate = best === servingCell ? NONE : best;
    for (const each of everyTimer) countTick(each);
    monitorRadioLink(tick);
    if (timer.minimumStay.phase === "expired") resetTimer(timer.minimumStay, tick);
    judgeRadioLink(tick);
    watchA3(tick);
    advanceHandover(tick);
    if (timer.recovery.phase === "expired" && candidate !== NONE) {
      attach();
      resetTimer(timer.recovery, tick);
    }
    if (servingCell !== lastSeen) {
      serving.push([tick, servingCell === NONE ? null : servingCell]);
      lastSeen = servingCell;
    }
  }

  return {
    hoExecStart: timer.execution.startTicks,
    hoDone,
    rlf: timer.recovery.startTicks,
    shortStay: timer.minimumStay.cutShortTicks,
    serving,
    abaPingPong: abaPingPongTicks(serving, timer.minimumStay.lengthTicks),
  };

  function attach(): void {
    if (candidate === NONE) return;
    servingCell = candidate;
    candidate = NONE;
  }

  function fail(tick: number): void {
    startTimer(timer.recovery, tick);
    servingCell = NONE;
  }

  /** Q: one flag for every cell that is checked, so that between Q_out and Q_in a target inherits the serving cell's state. */
  function checkSync(cell: number): boolean {
    if (sinrDb[cell] < parameters.qOutDb) outOfSync = true;
    else if (sinrDb[cell] > parameters.qInDb) outOfSync = false;
    return outOfSync;
  }

  function monitorRadioLink(tick: number): void {
    if (servingCell === NONE) {
      resetTimer(timer.n310, tick);
      resetTimer(timer.n311, tick);
      resetTimer(timer.t310, tick);
    } else if (checkSync(servingCell)) {
      resetTimer(timer.n311, tick);
      if (!isPending(timer.t310)) startTimer(timer.n310, tick);
    } else {
      resetTimer(timer.n310, tick);
      if (isPending(timer.t310)) startTimer(timer.n311, tick);
    }
  }

  function judgeRadioLink(tick: number): void {
    const lost = timer.n310.phase === "expired";
    const regained = !lost && timer.n311.phase === "expired";
    const failed = !lost && !regained && timer.t310.phase === "expired";
    if (!lost && !regained && !failed) return;
    resetTimer(timer.n310, tick);
    resetTimer(timer.n311, tick);
    if (lost) startTimer(timer.t310, tick);
    else resetTimer(timer.t310, tick);
    if (failed) fail(tick);
  }

  function watchA3(tick: number): void {
    if (servingCell !== NONE && candidate !== NONE) {
      // Q: one flag for all neighbours, so that a new candidate inside the hysteresis inherits the last one's state.
      const neighbourDbm = rsrpDbm[candidate];
      const thresholdDbm = rsrpDbm[servingCell] + parameters.a3OffsetDb;
      if (neighbourDbm - parameters.a3HysteresisDb > thresholdDbm) a3 = true;
      else if (neighbourDbm + parameters.a3HysteresisDb < thresholdDbm) a3 = false;
      if (a3 && !isPending(timer.preparation) && !isPending(timer.timeToTrigger)) {
        target = candidate;
        startTimer(timer.timeToTrigger, tick);
      }
      if (a3 && candidate === target) return;
    }
    resetTimer(timer.timeToTrigger, tick);
    resetTimer(timer.preparation, tick);
  }

  function advanceHandover(tick: number): void {
    if (timer.timeToTrigger.phase === "expired") {
      resetTimer(timer.timeToTrigger, tick);
      startTimer(timer.preparation, tick);
    } else if (timer.preparation.phase === "expired") {
      resetTimer(timer.preparation, tick);
      startTimer(timer.execution, tick);
      if (isPending(timer.t310)) {
        resetTimer(timer.execution, tick);
        fail(tick); // state 2: the command is lost on a failing link
      } else {
        servingCell = NONE;
        resetTimer(timer.minimumStay, tick);
        startTimer(timer.minimumStay, tick);
      }
    } else if (timer.execution.phase === "expired") {
      resetTimer(timer.execution, tick);
      if (checkSync(target)) {
        fail(tick); // state 3: no access to the target
      } else {
        hoDone.push(tick);
        attach(); // Q: to the candidate, which need not be the target any more
      }
    }
  }
}

/**
 * Returns the ticks at which the phone is back in A after A, B, A were three consecutive spells of service, with a spell in B,
 * from attaching to leaving, of fewer than `minimumStayTicks`.
 *
 * The page does not define it; this reading gives the published count on all 582 lists, and no other that was tried does
 * (stay until completion in the next cell, a stay of exactly 1 s counted, two spells in one cell merged, completed handovers
 * only). So it counts returns after radio link failures too, and is more than the ping-pongs of TR 36.839.
 */
export function abaPingPongTicks(
  serving: PublishedBaselineEvents["serving"],
  minimumStayTicks: number,
): number[] {
  const spells = serving.flatMap(([tick, cell], index) =>
    cell === null ? [] : [{ cell, from: tick, to: serving[index + 1]?.[0] ?? Number.POSITIVE_INFINITY }],
  );
  return spells.flatMap((back, index) => {
    const away = spells[index - 1];
    const before = spells[index - 2];
    const returned =
      away !== undefined &&
      before?.cell === back.cell &&
      away.cell !== back.cell &&
      away.to - away.from < minimumStayTicks;
    return returned ? [back.from] : [];
  });
}

function createTimers(parameters: PublishedBaselineParameters, sampleMs: number) {
  const create = (lengthMs: number): BaselineTimer =>
    createTimer(Math.max(1, Math.ceil(lengthMs / sampleMs - 1e-9)));
  return {
    n310: create(parameters.n310Ms),
    n311: create(parameters.n311Ms),
    t310: create(parameters.t310Ms),
    recovery: create(parameters.recoveryMs),
    timeToTrigger: create(parameters.timeToTriggerMs),
    minimumStay: create(parameters.minimumStayMs),
    preparation: create(parameters.preparationMs),
    execution: create(parameters.executionMs),
  };
}

function l3Weight(k: number, sampleMs: number): number {
  const weight = 1 / 2 ** (k / 4);
  return sampleMs === PUBLISHED_TICK_MS ? weight : 1 - (1 - weight) ** (sampleMs / PUBLISHED_TICK_MS);
}

/** Returns the index of the highest value; a tie goes to the lowest index. */
function highest(values: Float64Array): number {
  let best = 0;
  for (let index = 1; index < values.length; index++) if (values[index] > values[best]) best = index;
  return best;
}
