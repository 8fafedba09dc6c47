import { NONE, Phase, Recovery } from "../state.ts";
import { attach, forgetHistory, leaveCell } from "./attachment.ts";
import { endCandidates, hasConfigured } from "./candidates.ts";
import { selectCell } from "./cell-selection.ts";
import { sinrDb, type Turn } from "./turn.ts";

/** From a lost cell to re-establishment (TS 38.331 5.3.7), or to RRC_IDLE and back by a setup (5.3.3). */

/**
 * Takes the phone off its cell and starts T311. With a stored candidate (attemptCondReconfig, TS 38.331 5.3.7.3) a cell is
 * selected sooner: that candidate needs no re-establishment. One such try follows a failure, not two.
 */
export function recover(
  turn: Turn,
  ue: number,
  outageSinceTick: number,
  from: typeof Recovery.ofLink | typeof Recovery.ofExecution,
): void {
  const { state, params, tick } = turn;
  const again = state.recovery[ue] !== Recovery.none;
  leaveCell(state, ue);
  state.phase[ue] = Phase.reestablishing;
  state.target[ue] = NONE;
  state.t304EndTick[ue] = NONE;
  state.t311EndTick[ue] = tick + params.t311Ticks;
  state.outageSinceTick[ue] = outageSinceTick;
  const tries = params.candidateRecovery && !again && hasConfigured(turn, ue);
  state.recovery[ue] = tries ? from : Recovery.none;
  state.phaseEndTick[ue] = tick + (tries ? params.cellSelectionTicks : params.reestablishmentTicks);
  if (!tries) dropCandidates(turn, ue, from);
}

/** The selected cell is no candidate: the rest of the time of a re-establishment follows. */
export function giveUpCandidates(turn: Turn, ue: number): void {
  const { state, params } = turn;
  dropCandidates(turn, ue, state.recovery[ue]);
  state.recovery[ue] = Recovery.none;
  state.phaseEndTick[ue] += params.reestablishmentTicks - params.cellSelectionTicks;
}

/** Returns the cell that the phone selects now, by the criterion S; NONE when it has to look again on the next tick. */
export function suitableCell({ params, links }: Turn, ue: number): number {
  return selectCell(params.selection, links, ue * links.cellCount);
}

/**
 * The selected cell is asked for a re-establishment, which T301 guards; from RRC_IDLE for a setup, which T300 guards and
 * which takes a time of its own. A phone that never had a cell begins as one that is connected.
 */
export function enterCell(turn: Turn, ue: number, cell: number): void {
  const { state, params, tick } = turn;
  const { reestablishmentAccessTicks, setupTicks, t300Ticks, t301Ticks } = params;
  if (state.phase[ue] === Phase.idle && state.outageSinceTick[ue] === NONE) {
    if (sinrDb(turn, ue, cell) >= params.qOutDb) serve(turn, ue, cell, "reestablishment");
    return;
  }
  const isIdle = state.phase[ue] === Phase.idle;
  state.target[ue] = cell;
  state.t311EndTick[ue] = NONE;
  state.phaseEndTick[ue] = tick + (isIdle ? setupTicks : reestablishmentAccessTicks);
  if (isIdle) state.t300EndTick[ue] = tick + t300Ticks;
  else {
    state.t301EndTick[ue] = tick + t301Ticks;
    judgeAccess(turn, ue);
  }
}

/** Judges a re-establishment or a setup under way; it ends with its timer. */
export function judgeAccess(turn: Turn, ue: number): void {
  const { state, params, tick, timeS } = turn;
  const cell = state.target[ue];
  const isIdle = state.phase[ue] === Phase.idle;
  if (tick >= state.phaseEndTick[ue] && sinrDb(turn, ue, cell) >= params.qOutDb) {
    serve(turn, ue, cell, isIdle ? "connectionSetup" : "reestablishment");
  } else if (isIdle && tick >= state.t300EndTick[ue]) {
    turn.events.push({ type: "setupFailure", tick, timeS, ue, cell, timer: "T300" });
    state.target[ue] = NONE;
    state.t300EndTick[ue] = NONE;
    state.phaseEndTick[ue] = tick;
  } else if (!isIdle && tick >= state.t301EndTick[ue]) release(turn, ue, "T301");
}

/** The phone goes to RRC_IDLE, where it selects a cell and asks for a new connection. */
export function release(turn: Turn, ue: number, timer: "T311" | "T301"): void {
  const { state, tick, timeS } = turn;
  dropCandidates(turn, ue, state.recovery[ue]);
  turn.events.push({ type: "connectionReleased", tick, timeS, ue, timer });
  state.phase[ue] = Phase.idle;
  state.target[ue] = NONE;
  state.t311EndTick[ue] = NONE;
  state.t301EndTick[ue] = NONE;
  state.recovery[ue] = Recovery.none;
  state.phaseEndTick[ue] = tick;
  forgetHistory(state, ue);
}

function serve(turn: Turn, ue: number, cell: number, type: "reestablishment" | "connectionSetup"): void {
  const { state, tick, timeS } = turn;
  const since = state.outageSinceTick[ue];
  turn.events.push({
    type,
    tick,
    timeS,
    ue,
    cell,
    sinceTick: since === NONE ? null : since,
  });
  // The cell fetches the context from the source (TS 38.423 8.2.4), or there is none any more.
  state.overallEndTick[ue] = NONE;
  attach(state, ue, cell);
}

function dropCandidates(turn: Turn, ue: number, from: number): void {
  if (from === Recovery.ofExecution) {
    endCandidates(turn, ue, "cancelled", "the phone left for a cell that was no candidate");
  } else endCandidates(turn, ue, "overtakenByRlf", "radio link failure");
}
