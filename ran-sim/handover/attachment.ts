import type { CellStay } from "../policy/policy.ts";
import { HISTORY_CELLS, NONE, Phase, type RanState } from "../state.ts";
import { stopMonitoring } from "./radio-link-monitor.ts";

/** Entering and leaving a cell, and the history that the network keeps of it. */

/** The phone has no serving cell from now on. */
export function leaveCell(state: RanState, ue: number): void {
  if (state.serving[ue] !== NONE) remember(state, ue);
  state.serving[ue] = NONE;
  state.outageSinceTick[ue] = state.tick;
  stopMonitoring(state, ue);
}

/** `cell` serves the phone from now on; one that still did (DAPS) is left. */
export function attach(state: RanState, ue: number, cell: number): void {
  if (state.serving[ue] !== NONE) remember(state, ue);
  state.attachedTick[ue] = backInto(state, ue, cell) ?? state.tick;
  state.phase[ue] = Phase.connected;
  state.serving[ue] = cell;
  state.lastServing[ue] = cell;
  state.target[ue] = NONE;
  state.outageSinceTick[ue] = NONE;
  state.heldUntilTick[ue] = NONE;
  state.recovery[ue] = 0;
  for (const timer of [state.t304EndTick, state.t311EndTick, state.t301EndTick, state.t300EndTick]) {
    timer[ue] = NONE;
  }
  stopMonitoring(state, ue);
}

/**
 * The phone is no longer there: every state and timer of it is as before it came. What was under way stays without an outcome;
 * messages between nodes that were sent still arrive.
 */
export function depart(state: RanState, ue: number): void {
  leaveCell(state, ue);
  state.phase[ue] = Phase.idle;
  state.target[ue] = NONE;
  state.outageSinceTick[ue] = NONE;
  state.recovery[ue] = 0;
  state.phaseEndTick[ue] = NONE;
  state.heldUntilTick[ue] = NONE;
  const timers = [state.t304EndTick, state.t311EndTick, state.t301EndTick, state.overallEndTick];
  for (const timer of timers) timer[ue] = NONE;
  const first = ue * state.cellCount;
  state.candidates?.phase.fill(0, first, first + state.cellCount);
  forgetHistory(state, ue);
}

/** Nothing is known of a phone whose context was released. */
export function forgetHistory(state: RanState, ue: number): void {
  state.historyCell.fill(NONE, ue * HISTORY_CELLS, (ue + 1) * HISTORY_CELLS);
}

/**
 * Returns the UE History Information of TS 38.413 9.3.1.95, newest first, at most {@link HISTORY_CELLS}: the serving
 * cell with the time until `tick`, then those before. Times in whole seconds are at most 4095; these are exact.
 */
export function ueHistory(
  state: RanState,
  ue: number,
  tickMs: number,
  tick = state.tick,
): readonly CellStay[] {
  const seconds = (ticks: number): number => (ticks * tickMs) / 1000;
  const serving = state.serving[ue];
  const now = serving === NONE ? [] : [{ cell: serving, stayS: seconds(tick - state.attachedTick[ue]) }];
  const first = ue * HISTORY_CELLS;
  const past = Array.from(state.historyCell.subarray(first, first + HISTORY_CELLS), (cell, slot) => ({
    cell,
    stayS: seconds(state.historyStayTicks[first + slot]),
  }));
  return [...now, ...past.filter(({ cell }) => cell !== NONE)].slice(0, HISTORY_CELLS);
}

/**
 * A phone that comes back to the cell that it lost goes on with the stay that it had there: a list of visited cells holds a cell
 * once between two others. Returns when that stay began, and takes it from the past; null in any other cell.
 */
function backInto(state: RanState, ue: number, cell: number): number | null {
  const first = ue * HISTORY_CELLS;
  const leftTick = state.outageSinceTick[ue];
  if (leftTick === NONE || state.historyCell[first] !== cell) return null;
  const last = first + HISTORY_CELLS - 1;
  const sinceTick = leftTick - state.historyStayTicks[first];
  state.historyCell.copyWithin(first, first + 1, last + 1);
  state.historyStayTicks.copyWithin(first, first + 1, last + 1);
  state.historyCell[last] = NONE;
  return sinceTick;
}

function remember(state: RanState, ue: number): void {
  const first = ue * HISTORY_CELLS;
  const last = first + HISTORY_CELLS - 1;
  state.historyCell.copyWithin(first + 1, first, last);
  state.historyStayTicks.copyWithin(first + 1, first, last);
  state.historyCell[first] = state.serving[ue];
  state.historyStayTicks[first] = state.tick - state.attachedTick[ue];
}
