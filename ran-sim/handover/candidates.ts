import type { PreparationCause } from "../events.ts";
import { Answer, Candidate, NONE } from "../state.ts";
import { mayRequest } from "./admission.ts";
import { refusalOf, sendAnswer, sendRequest } from "./request.ts";
import { ofCandidate, reachesPhone, requireCandidates, sinrDb, type Turn } from "./turn.ts";

/**
 * Cells prepared ahead of time, for conditional handover (TS 38.300 9.2.3.4) and LTM. Each is an attempt of its own, from
 * its HANDOVER REQUEST to what becomes of it; the phone stays connected all the while.
 */

/** Sends, answers and withdraws requests of a connected phone, as the decision wants them. */
export function stepCandidates(turn: Turn, ue: number): void {
  const { state, decisions } = turn;
  const { phase } = requireCandidates(state);
  const row = ue * state.cellCount;
  for (let cell = 0; cell < state.cellCount; cell++) {
    const wanted = decisions.prepare !== undefined && decisions.prepare[row + cell] !== 0;
    if (phase[row + cell] !== Candidate.none) {
      advance(turn, ue, cell);
      if (!wanted && phase[row + cell] !== Candidate.none) {
        endCandidate(turn, ue, cell, "cancelled", "cell left the reported list");
      }
    } else if (wanted && mayRequest(turn, ue, cell)) request(turn, ue, cell);
  }
}

/** Whether the phone has the configuration of `cell` stored. */
export function isConfigured({ state }: Turn, ue: number, cell: number): boolean {
  return requireCandidates(state).phase[ue * state.cellCount + cell] >= Candidate.configured;
}

/** Makes candidate `cell` the phone's target: its attempt is the one under way. */
export function takeCandidate({ state }: Turn, ue: number, cell: number): void {
  const { phase, attempt } = requireCandidates(state);
  const entry = ue * state.cellCount + cell;
  state.isSynchronised[ue] = phase[entry] === Candidate.synchronised ? 1 : 0;
  state.target[ue] = cell;
  state.attempt[ue] = attempt[entry];
  state.answer[ue] = Answer.acknowledged;
  phase[entry] = Candidate.none;
}

/** Ends the attempt of every candidate of a phone; of those without a stored configuration only, on request. */
export function endCandidates(
  turn: Turn,
  ue: number,
  outcome: "cancelled" | "overtakenByRlf",
  cause: PreparationCause,
  onlyUnconfigured = false,
): void {
  const { candidates, cellCount } = turn.state;
  if (candidates === null) return;
  for (let cell = 0; cell < cellCount; cell++) {
    const phase = candidates.phase[ue * cellCount + cell];
    if (phase === Candidate.none || (onlyUnconfigured && phase >= Candidate.configured)) continue;
    endCandidate(turn, ue, cell, outcome, cause);
  }
}

/** Whether a phone has a candidate whose configuration is stored. */
export function hasConfigured({ state }: Turn, ue: number): boolean {
  const { candidates, cellCount } = state;
  if (candidates === null) return false;
  for (let cell = 0; cell < cellCount; cell++) {
    if (candidates.phase[ue * cellCount + cell] >= Candidate.configured) return true;
  }
  return false;
}

function request(turn: Turn, ue: number, cell: number): void {
  const { state, params, tick, events } = turn;
  const candidates = requireCandidates(state);
  const entry = ue * state.cellCount + cell;
  candidates.attempt[entry] = ++state.attemptCount[ue];
  const { answer, answerSentMs, payload } = sendRequest(turn, ue, candidates.attempt[entry], cell);
  candidates.answer[entry] = answer;
  candidates.answerSentMs[entry] = answerSentMs;
  candidates.phase[entry] = Candidate.requested;
  candidates.endTick[entry] = tick + params.preparationTimeoutTicks;
  events.push({ type: "report", ...ofCandidate(turn, ue, cell) });
  events.push({ type: "handoverRequest", ...ofCandidate(turn, ue, cell), ...payload });
}

function advance(turn: Turn, ue: number, cell: number): void {
  const { state, params, tick, events } = turn;
  const candidates = requireCandidates(state);
  const { phase, answer, endTick } = candidates;
  const entry = ue * state.cellCount + cell;
  if (phase[entry] === Candidate.requested) {
    sendAnswer(turn, { ...ofCandidate(turn, ue, cell), entry }, candidates, endTick);
  }
  if (phase[entry] === Candidate.requested && tick >= endTick[entry]) {
    if (answer[entry] !== Answer.accepted) {
      const { outcome, cause } = refusalOf(answer[entry]);
      endCandidate(turn, ue, cell, outcome, cause);
      return;
    }
    events.push({ type: "handoverAcknowledge", ...ofCandidate(turn, ue, cell) });
    phase[entry] = Candidate.acknowledged;
    endTick[entry] = tick + params.commandTicks;
  }
  // A message that does not get through is repeated until it does, or the link fails.
  if (phase[entry] === Candidate.acknowledged && tick >= endTick[entry] && reachesPhone(turn, ue)) {
    events.push({ type: "candidateConfiguration", ...ofCandidate(turn, ue, cell) });
    phase[entry] = Candidate.configured;
    endTick[entry] =
      params.procedure === "ltm" && params.earlySynchronisationTicks !== null
        ? tick + params.earlySynchronisationTicks
        : NONE;
  }
  if (
    phase[entry] === Candidate.configured &&
    endTick[entry] !== NONE &&
    tick >= endTick[entry] &&
    sinrDb(turn, ue, cell) >= params.qOutDb
  ) {
    events.push({ type: "earlySynchronisation", ...ofCandidate(turn, ue, cell) });
    phase[entry] = Candidate.synchronised;
  }
}

function endCandidate(
  turn: Turn,
  ue: number,
  cell: number,
  outcome: "refused" | "preparationTimeout" | "cancelled" | "overtakenByRlf",
  cause: PreparationCause,
): void {
  const { state, params, tick } = turn;
  turn.events.push({ type: "preparationFailure", ...ofCandidate(turn, ue, cell), outcome, cause });
  requireCandidates(state).phase[ue * state.cellCount + cell] = Candidate.none;
  if (outcome === "refused" || outcome === "preparationTimeout") {
    state.heldUntilTick[ue] = tick + params.retryTicks;
  }
}
