import { type Awaitable, rowOf, type StateBatch } from "#core";
import type { Departure, NetworkMemory, UeBatch } from "../policy/policy.ts";
import { UNHEARD_DBM } from "../policy/trend.ts";
import { NONE } from "../state.ts";
import type { ContextRuntime } from "./context-runtime.ts";
import {
  FEATURES,
  gapReports,
  LAST_VALUES,
  OUTPUTS,
  output,
  stateLimits,
  writeFeatures,
} from "./context-shape.ts";
import { assignSlots, NO_CELL } from "./slots.ts";

/** A network's learned memory of every phone: the states of a model, and which cells they speak of. */
export interface ContextMemory extends NetworkMemory {
  depart?(leaving: readonly Pick<Departure, "ue" | "source" | "target">[]): void;
  /** Takes a report of all phones in. */
  observe(observations: UeBatch): Awaitable<void>;
  /** Returns what is expected of a cell, or undefined where nothing is known of it. */
  expectation(ue: number, cell: number): Expectation | undefined;
  /** Whether something new is expected of a phone on this tick; absent where that is so on every report. */
  isFresh?(ue: number): boolean;
  /** Writes the cells that the state of `ue` speaks of; NO_CELL for none. */
  cellsOf(ue: number): Int16Array;
}

/** The memory of one model; those around it hand on other things than its states. */
export interface ModelMemory extends ContextMemory {
  /** Returns what the last request of `ue` said of its state, as another memory takes it in; see `admit`. */
  departure(ue: number): DepartedState;
  /** Takes over, for a `write` to come, what a request said to this memory that left another one. */
  admit(ue: number, departed: DepartedState): void;
}

/** What a HANDOVER REQUEST says of a state besides the state. */
export interface DepartedState {
  /** [slots]: the candidate list. */
  readonly cells: Int16Array;
  /** When the last report came that the state has in it. */
  readonly reportS: number;
}

const LOST = Number.NEGATIVE_INFINITY;

/** [OUTPUTS]: what a model expects of one cell; see `output`. */
export type Expectation = Float32Array;

/**
 * Returns the memory of `ueCount` phones. `sameSite` [cell, cell] says which cells share a site. When a phone leaves, its
 * state is put in the order of its HANDOVER REQUEST's candidate list: source, target, then by level; the target learns
 * from that list which cells the state speaks of and which are known, in every arm. What arrives is held to where states can be.
 */
export function createContextMemory(
  runtime: ContextRuntime,
  {
    ueCount,
    cellCount,
    sameSite,
    reportPeriodMs,
  }: { ueCount: number; cellCount: number; sameSite: Uint8Array; reportPeriodMs: number },
): ModelMemory {
  const { shape, stateSize } = runtime;
  const { slots, slotWidth } = shape;
  const slotSize = slotWidth + LAST_VALUES;
  /** Empty until the first report, by when no state can have been lost. */
  let initial: Float32Array = new Float32Array(stateSize);
  let started = false;
  const states = new Float32Array(ueCount * stateSize);
  const expected = new Float32Array(ueCount * slots * OUTPUTS);
  const cells = new Int16Array(ueCount * slots).fill(NO_CELL);
  /** The cells of what was sent last. */
  const departed = new Int16Array(ueCount * slots).fill(NO_CELL);
  /** When the last report came that a state has in it; NaN before the first, LOST where the state was lost. */
  const lastReportS = new Float64Array(ueCount).fill(Number.NaN);
  const departedReportS = new Float64Array(ueCount).fill(LOST);
  const limits = stateLimits(shape);
  const features = new Float32Array(ueCount * slots * FEATURES);
  const xn = new Float32Array(ueCount * slots * slots);
  const stateOf = (ue: number): Float32Array => states.subarray(ue * stateSize, (ue + 1) * stateSize);
  const cellsOf = (ue: number): Int16Array => cells.subarray(ue * slots, (ue + 1) * slots);

  return {
    stateSize,
    cellsOf,
    read(ues) {
      const values = new Float32Array(ues.length * stateSize);
      for (const [i, ue] of ues.entries()) values.set(stateOf(ue), i * stateSize);
      return { count: ues.length, size: stateSize, values };
    },
    depart(leaving) {
      for (const { ue, source, target } of leaving) {
        reorder(ue, [source, target]);
        // The list of a request holds what was measured (candidateCellInfoList).
        const listed = cellsOf(ue).map((cell, slot) => (isKnown(ue, slot) ? cell : NO_CELL));
        departed.set(listed, ue * slots);
        departedReportS[ue] = lastReportS[ue];
      }
    },
    departure: (ue) => ({
      cells: departed.slice(ue * slots, (ue + 1) * slots),
      reportS: departedReportS[ue],
    }),
    admit(ue, { cells: listed, reportS }) {
      departed.set(listed, ue * slots);
      departedReportS[ue] = reportS;
    },
    async write(ues, arrived) {
      for (const [i, ue] of ues.entries()) {
        const row = rowOf(arrived, i);
        const own = stateOf(ue);
        for (let j = 0; j < stateSize; j++) {
          own[j] = Math.min(limits.high[j], Math.max(limits.low[j], row[j]));
        }
        for (let slot = 0; slot < slots; slot++) {
          const known = slot * slotSize + slotSize - 1;
          own[known] = departed[ue * slots + slot] !== NO_CELL && row[known] > 0.5 ? 1 : 0;
        }
        lastReportS[ue] = departedReportS[ue];
        cellsOf(ue).set(departed.subarray(ue * slots, (ue + 1) * slots));
        writeXn(ue);
      }
      await expectAgain(ues);
    },
    forget(ue) {
      stateOf(ue).set(initial);
      lastReportS[ue] = LOST;
      cellsOf(ue).fill(NO_CELL);
      expected.fill(0, ue * slots * OUTPUTS, (ue + 1) * slots * OUTPUTS);
    },
    predict(ue, _horizonMs, out) {
      out.fill(Number.NaN);
      for (const [slot, cell] of cellsOf(ue).entries()) {
        if (cell !== NO_CELL && isKnown(ue, slot)) out[cell] = expectedAt(ue, slot)[output.right];
      }
    },
    expectation(ue, cell) {
      const slot = cellsOf(ue).indexOf(cell);
      return slot < 0 || !isKnown(ue, slot) ? undefined : expectedAt(ue, slot);
    },
    observe(observations) {
      if (!observations.hasReport) return;
      return takeIn(observations);
    },
  };

  async function takeIn({ serving, reportedRsrpDbm, reportedSinrDb, timeS }: UeBatch): Promise<void> {
    if (!started) {
      initial = Float32Array.from(await runtime.initial());
      for (let ue = 0; ue < ueCount; ue++) stateOf(ue).set(initial);
      started = true;
    }
    features.fill(0);
    for (let ue = 0; ue < ueCount; ue++) {
      if (serving[ue] === NONE) continue;
      const at = ue * cellCount;
      const report = reportedRsrpDbm.subarray(at, at + cellCount);
      const changed = assignSlots(cellsOf(ue), report, serving[ue]);
      for (const slot of changed) startSlot(ue, slot);
      if (changed.length > 0) writeXn(ue);
      const elapsedMs = sinceLastReportMs(ue, timeS);
      lastReportS[ue] = timeS;
      let strongestDbm = Number.NEGATIVE_INFINITY;
      for (const cell of cellsOf(ue))
        if (cell !== NO_CELL && report[cell] > strongestDbm) strongestDbm = report[cell];
      for (const [slot, cell] of cellsOf(ue).entries()) {
        // Not "at most UNHEARD_DBM": a value that is no number is no measurement either.
        if (cell === NO_CELL || !(report[cell] > UNHEARD_DBM)) continue;
        if (Number.isNaN(reportedSinrDb[at + cell])) continue;
        const measured = { rsrpDbm: report[cell], sinrDb: reportedSinrDb[at + cell], strongestDbm };
        writeFeatures(features, (ue * slots + slot) * FEATURES, measured, elapsedMs);
      }
    }
    const next = await runtime.step({ features, xn, states });
    // A phone that nobody serves sends nothing: its state stays as it is.
    for (let ue = 0; ue < ueCount; ue++) {
      if (serving[ue] === NONE) continue;
      const at = ue * stateSize;
      states.set(next.states.subarray(at, at + stateSize), at);
      const row = ue * slots * OUTPUTS;
      expected.set(next.expected.subarray(row, row + slots * OUTPUTS), row);
    }
  }

  async function expectAgain(ues: readonly number[]): Promise<void> {
    const values = new Float32Array(ues.length * stateSize);
    const edges = new Float32Array(ues.length * slots * slots);
    for (const [i, ue] of ues.entries()) {
      values.set(stateOf(ue), i * stateSize);
      edges.set(xn.subarray(ue * slots * slots, (ue + 1) * slots * slots), i * slots * slots);
    }
    const batch: StateBatch = { count: ues.length, size: stateSize, values };
    const results = await runtime.expect(batch, edges);
    for (const [i, ue] of ues.entries()) {
      expected.set(results.subarray(i * slots * OUTPUTS, (i + 1) * slots * OUTPUTS), ue * slots * OUTPUTS);
    }
  }

  /** What training says of a first report: that the state is as old as the request. A lost one counts the same. */
  function sinceLastReportMs(ue: number, timeS: number): number {
    const last = lastReportS[ue];
    if (Number.isNaN(last)) return reportPeriodMs;
    return last === LOST ? gapReports({ reportPeriodMs }) * reportPeriodMs : (timeS - last) * 1000;
  }

  /** A cell counts as known from its first report on. */
  function isKnown(ue: number, slot: number): boolean {
    return stateOf(ue)[slot * slotSize + slotSize - 1] > 0.5;
  }

  function expectedAt(ue: number, slot: number): Expectation {
    const at = (ue * slots + slot) * OUTPUTS;
    return expected.subarray(at, at + OUTPUTS);
  }

  function startSlot(ue: number, slot: number): void {
    const at = slot * slotSize;
    stateOf(ue).set(initial.subarray(at, at + slotSize), at);
  }

  function writeXn(ue: number): void {
    const own = cellsOf(ue);
    for (let a = 0; a < slots; a++) {
      for (let b = 0; b < slots; b++) {
        const joined =
          own[a] !== NO_CELL && own[b] !== NO_CELL && sameSite[own[a] * cellCount + own[b]] === 1;
        xn[(ue * slots + a) * slots + b] = joined ? 1 : 0;
      }
    }
  }

  /** Puts the slots of `ue` in order: `first`, then by the level that was last reported, then what is empty. */
  function reorder(ue: number, first: readonly number[]): void {
    const own = cellsOf(ue);
    const state = stateOf(ue);
    const rank = (slot: number): number => {
      if (own[slot] === NO_CELL) return Number.POSITIVE_INFINITY;
      const named = first.indexOf(own[slot]);
      return named >= 0 ? named - 1e6 : -state[slot * slotSize + slotWidth];
    };
    const order = Array.from(own.keys()).sort((a, b) => rank(a) - rank(b) || a - b);
    const cellsBefore = own.slice();
    const stateBefore = state.slice();
    const expectedBefore = expected.slice(ue * slots * OUTPUTS, (ue + 1) * slots * OUTPUTS);
    for (const [to, from] of order.entries()) {
      own[to] = cellsBefore[from];
      state.set(stateBefore.subarray(from * slotSize, (from + 1) * slotSize), to * slotSize);
      const outputs = expectedBefore.subarray(from * OUTPUTS, (from + 1) * OUTPUTS);
      expected.set(outputs, (ue * slots + to) * OUTPUTS);
    }
    writeXn(ue);
  }
}
