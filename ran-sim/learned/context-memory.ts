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
  const { low, high } = stateLimits(shape);
  const features = new Float32Array(ueCount * slots * FEATURES);
  const xn = new Float32Array(ueCount * slots * slots);
  const stateOf = rowViews(states, stateSize);
  const cellsOf = rowViews(cells, slots);
  /** [ue * slots + slot] */
  const expectationOf = rowViews(expected, OUTPUTS);
  const order = new Uint8Array(slots);
  const ranks = new Float64Array(slots);
  const scratch = new Float32Array(slots * Math.max(slotSize, OUTPUTS));

  return {
    stateSize,
    cellsOf: (ue) => cellsOf[ue],
    read(ues) {
      const values = new Float32Array(ues.length * stateSize);
      for (let i = 0; i < ues.length; i++) values.set(stateOf[ues[i]], i * stateSize);
      return { count: ues.length, size: stateSize, values };
    },
    depart(leaving) {
      for (const { ue, source, target } of leaving) {
        reorder(ue, source, target);
        // The list of a request holds what was measured (candidateCellInfoList).
        for (let slot = 0; slot < slots; slot++) {
          departed[ue * slots + slot] = isKnown(ue, slot) ? cellsOf[ue][slot] : NO_CELL;
        }
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
      for (let i = 0; i < ues.length; i++) arrive(ues[i], rowOf(arrived, i));
      await expectAgain(ues);
    },
    forget(ue) {
      stateOf[ue].set(initial);
      lastReportS[ue] = LOST;
      cellsOf[ue].fill(NO_CELL);
      expected.fill(0, ue * slots * OUTPUTS, (ue + 1) * slots * OUTPUTS);
    },
    predict(ue, _horizonMs, out) {
      out.fill(Number.NaN);
      for (const [slot, cell] of cellsOf[ue].entries()) {
        if (cell !== NO_CELL && isKnown(ue, slot)) out[cell] = expectationOf[ue * slots + slot][output.right];
      }
    },
    expectation(ue, cell) {
      const slot = cellsOf[ue].indexOf(cell);
      return slot < 0 || !isKnown(ue, slot) ? undefined : expectationOf[ue * slots + slot];
    },
    observe(observations) {
      if (!observations.hasReport) return;
      return takeIn(observations);
    },
  };

  /** Takes over the state that arrived for a phone, of the cells that its request listed. */
  function arrive(ue: number, state: Float32Array): void {
    const own = stateOf[ue];
    for (let j = 0; j < stateSize; j++) {
      const value = state[j];
      own[j] = value < low[j] ? low[j] : value > high[j] ? high[j] : value;
    }
    for (let slot = 0; slot < slots; slot++) {
      const cell = departed[ue * slots + slot];
      const known = slot * slotSize + slotSize - 1;
      cells[ue * slots + slot] = cell;
      own[known] = cell !== NO_CELL && state[known] > 0.5 ? 1 : 0;
    }
    lastReportS[ue] = departedReportS[ue];
    writeXn(ue);
  }

  async function takeIn({ serving, reportedRsrpDbm, reportedSinrDb, timeS }: UeBatch): Promise<void> {
    if (!started) {
      initial = Float32Array.from(await runtime.initial());
      for (const state of stateOf) state.set(initial);
      started = true;
    }
    features.fill(0);
    for (let ue = 0; ue < ueCount; ue++) {
      if (serving[ue] === NONE) continue;
      const at = ue * cellCount;
      const report = reportedRsrpDbm.subarray(at, at + cellCount);
      const own = cellsOf[ue];
      const changed = assignSlots(own, report, serving[ue]);
      for (const slot of changed) startSlot(ue, slot);
      if (changed.length > 0) writeXn(ue);
      const elapsedMs = sinceLastReportMs(ue, timeS);
      lastReportS[ue] = timeS;
      let strongestDbm = Number.NEGATIVE_INFINITY;
      for (const cell of own)
        if (cell !== NO_CELL && report[cell] > strongestDbm) strongestDbm = report[cell];
      for (let slot = 0; slot < slots; slot++) {
        const cell = own[slot];
        // Not "at most UNHEARD_DBM": a value that is no number is no measurement either.
        if (cell === NO_CELL || !(report[cell] > UNHEARD_DBM)) continue;
        if (Number.isNaN(reportedSinrDb[at + cell])) continue;
        const measured = { rsrpDbm: report[cell], sinrDb: reportedSinrDb[at + cell], strongestDbm };
        writeFeatures(features, (ue * slots + slot) * FEATURES, measured, elapsedMs);
      }
    }
    const next = await runtime.step({ features, xn, states });
    if (!serving.includes(NONE)) {
      states.set(next.states);
      expected.set(next.expected);
      return;
    }
    // A phone that nobody serves sends nothing: its state stays as it is.
    for (let ue = 0; ue < ueCount; ue++) {
      if (serving[ue] === NONE) continue;
      copyRow(next.states, ue, states, ue, stateSize);
      copyRow(next.expected, ue, expected, ue, slots * OUTPUTS);
    }
  }

  async function expectAgain(ues: readonly number[]): Promise<void> {
    const values = new Float32Array(ues.length * stateSize);
    const edges = new Float32Array(ues.length * slots * slots);
    for (let i = 0; i < ues.length; i++) {
      copyRow(states, ues[i], values, i, stateSize);
      copyRow(xn, ues[i], edges, i, slots * slots);
    }
    const batch: StateBatch = { count: ues.length, size: stateSize, values };
    const results = await runtime.expect(batch, edges);
    for (let i = 0; i < ues.length; i++) copyRow(results, i, expected, ues[i], slots * OUTPUTS);
  }

  /** What training says of a first report: that the state is as old as the request. A lost one counts the same. */
  function sinceLastReportMs(ue: number, timeS: number): number {
    const last = lastReportS[ue];
    if (Number.isNaN(last)) return reportPeriodMs;
    return last === LOST ? gapReports({ reportPeriodMs }) * reportPeriodMs : (timeS - last) * 1000;
  }

  /** A cell counts as known from its first report on. */
  function isKnown(ue: number, slot: number): boolean {
    return states[ue * stateSize + slot * slotSize + slotSize - 1] > 0.5;
  }

  function startSlot(ue: number, slot: number): void {
    const at = slot * slotSize;
    stateOf[ue].set(initial.subarray(at, at + slotSize), at);
  }

  function writeXn(ue: number): void {
    const own = cellsOf[ue];
    xn.fill(0, ue * slots * slots, (ue + 1) * slots * slots);
    for (let a = 0; a < slots; a++) {
      if (own[a] === NO_CELL) continue;
      for (let b = 0; b < slots; b++) {
        const joined = own[b] !== NO_CELL && sameSite[own[a] * cellCount + own[b]] === 1;
        if (joined) xn[(ue * slots + a) * slots + b] = 1;
      }
    }
  }

  /** Puts the slots of `ue` in order: source, target, then by the level that was last reported, then what is empty. */
  function reorder(ue: number, source: number, target: number): void {
    for (let slot = 0; slot < slots; slot++) {
      const cell = cells[ue * slots + slot];
      const level = states[ue * stateSize + slot * slotSize + slotWidth];
      if (cell === NO_CELL) ranks[slot] = Number.POSITIVE_INFINITY;
      else ranks[slot] = cell === source ? -2e6 : cell === target ? -1e6 : -level;
    }
    if (!sortByRank(order, ranks)) return;
    permute(cells, ue * slots, 1);
    permute(states, ue * stateSize, slotSize);
    permute(expected, ue * slots * OUTPUTS, OUTPUTS);
    writeXn(ue);
  }

  /** Gives each slot the `width` values of the one that `order` puts there; those of slot 0 stand at `at`. */
  function permute(values: Float32Array | Int16Array, at: number, width: number): void {
    for (let i = 0; i < slots * width; i++) scratch[i] = values[at + i];
    for (let to = 0; to < slots; to++) {
      const from = order[to] * width;
      for (let i = 0; i < width; i++) values[at + to * width + i] = scratch[from + i];
    }
  }
}

/** Writes the places of `ranks` by rank, equal ones as they stand; returns whether that is another order than theirs. */
function sortByRank(order: Uint8Array, ranks: Float64Array): boolean {
  let moved = false;
  for (let place = 0; place < ranks.length; place++) {
    let at = place;
    for (; at > 0 && ranks[order[at - 1]] > ranks[place]; at--) order[at] = order[at - 1];
    order[at] = place;
    moved ||= at !== place;
  }
  return moved;
}

/** Returns views of the rows of `width` values, made once: to make one costs as much as to read a short row. */
function rowViews<T extends Float32Array | Int16Array>(values: T, width: number): readonly T[] {
  const count = values.length / width;
  return Array.from({ length: count }, (_, row) => values.subarray(row * width, (row + 1) * width) as T);
}

function copyRow(source: Float32Array, from: number, target: Float32Array, to: number, width: number): void {
  target.set(source.subarray(from * width, (from + 1) * width), to * width);
}
