import { NONE, Phase, Recovery } from "../state.ts";
import { attach, forgetHistory, leaveCell } from "./attachment.ts";
import { endCandidates, hasConfigured } from "./candidates.ts";
import { sinrDb, type Turn } from "./turn.ts";

/** From a lost cell to re-establishment or RRC_IDLE: TS 38.331 5.3.7. */

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

/** The best cell by L1 RSRP, when its SINR is above Qin; otherwise the phone looks again on the next tick. */
export function suitableCell(turn: Turn, ue: number): number {
  const cell = turn.links.bestCell[ue];
  return sinrDb(turn, ue, cell) > turn.params.qInDb ? cell : NONE;
}

/** The selected cell takes the phone at once, or after the re-establishment that T301 guards. */
export function enterCell(turn: Turn, ue: number, cell: number): void {
  const { state, params, tick } = turn;
  const isFirst = state.phase[ue] === Phase.idle;
  if (isFirst || params.reestablishmentAccessTicks === 0) {
    serve(turn, ue, cell);
    return;
  }
  state.target[ue] = cell;
  state.t311EndTick[ue] = NONE;
  state.t301EndTick[ue] = tick + params.t301Ticks;
  state.phaseEndTick[ue] = tick + params.reestablishmentAccessTicks;
}

/** Judges a re-establishment under way; with T301 it ends. */
export function judgeReestablishment(turn: Turn, ue: number): void {
  const { state, params, tick } = turn;
  const cell = state.target[ue];
  if (tick >= state.phaseEndTick[ue] && sinrDb(turn, ue, cell) >= params.qOutDb) serve(turn, ue, cell);
  else if (tick >= state.t301EndTick[ue]) release(turn, ue, "T301");
}

/** The phone goes to RRC_IDLE, where it selects a cell and sets up a new connection. */
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

function serve(turn: Turn, ue: number, cell: number): void {
  const { state, tick, timeS } = turn;
  const since = state.outageSinceTick[ue];
  turn.events.push({
    type: "reestablishment",
    tick,
    timeS,
    ue,
    cell,
    sinceTick: since === NONE ? null : since,
  });
  // The cell fetches the context from the source (TS 38.423 8.2.4), which it releases.
  state.overallEndTick[ue] = NONE;
  attach(state, ue, cell);
}

function dropCandidates(turn: Turn, ue: number, from: number): void {
  if (from === Recovery.ofExecution) {
    endCandidates(turn, ue, "cancelled", "the phone left for a cell that was no candidate");
  } else endCandidates(turn, ue, "overtakenByRlf", "radio link failure");
}
