import type { RanEvent } from "./events.ts";
import { depart, leaveCell } from "./handover/attachment.ts";
import { endCandidates, isConfigured, stepCandidates, takeCandidate } from "./handover/candidates.ts";
import { startExecution, stepExecution, stepOverallTimer, stepPathSwitches } from "./handover/execution.ts";
import { commandCellSwitch, requestHandover, stepPreparation } from "./handover/preparation.ts";
import { monitorRadioLink } from "./handover/radio-link-monitor.ts";
import {
  enterCell,
  giveUpCandidates,
  judgeAccess,
  recover,
  release,
  suitableCell,
} from "./handover/recovery.ts";
import { ofAttempt, type RanRandom, type Turn } from "./handover/turn.ts";
import type { Decisions } from "./policy/policy.ts";
import { preparesCandidates, type RanParams } from "./ran-params.ts";
import type { LinkView } from "./sensing.ts";
import { Answer, NONE, Phase, type RanState, Recovery } from "./state.ts";

/**
 * Advances every phone of one arm by one tick, in place, and returns what happened: the network's own messages first,
 * then in order of phones.
 *
 * In one tick a phone's link is judged first, then whatever phase ends now, then the decision is carried out: a
 * request is never sent by a phone whose link fails in the same tick, and a phone that completes a handover can ask
 * for the next one a tick later. The answer of the target, and what the links do, are drawn from (phone, attempt) only.
 *
 * TS 38.331 5.3.10 (radio link failure), 38.300 9.2.3.2 (handover), TR 36.839 5.2.1.3 (failure states):
 * - state 2: T310 expires while the time-to-trigger of a neighbour runs, or before the command arrives; or it is running when
 *   the command should be delivered, after which the phone stays where it is until T310 expires or stops;
 * - state 3: the target's 200 ms mean SINR is below Qout at the end of the execution;
 * - a link that fails while no command can come any more (the request was lost or refused) overtakes the attempt and
 *   is a radio link failure, not a handover failure.
 */
export function stepRan(
  params: RanParams,
  state: RanState,
  links: LinkView,
  decisions: Decisions,
  random: RanRandom,
): readonly RanEvent[] {
  const { tick } = state;
  const timeS = (tick * params.tickMs) / 1000;
  const turn: Turn = { params, state, links, decisions, random, events: [], tick, timeS };
  stepPathSwitches(turn);
  for (let ue = 0; ue < state.phase.length; ue++) {
    if (links.isPresent?.(ue) === false) {
      if (state.phase[ue] !== Phase.idle) depart(state, ue);
      continue;
    }
    if (monitorRadioLink(params, state, links, ue)) failLink(turn, ue);
    stepOverallTimer(turn, ue);
    switch (state.phase[ue]) {
      case Phase.preparing:
        stepPreparation(turn, ue);
        break;
      case Phase.executing:
        stepExecution(turn, ue);
        break;
      case Phase.idle:
      case Phase.reestablishing:
        findCell(turn, ue);
        break;
      case Phase.connected:
        carryOut(turn, ue);
        break;
    }
  }
  state.tick++;
  return turn.events;
}

function failLink(turn: Turn, ue: number): void {
  const { state, decisions, events, tick, timeS } = turn;
  if (state.phase[ue] === Phase.executing) {
    // DAPS: the target may still be reached.
    events.push({ type: "sourceLinkFailure", ...ofAttempt(turn, ue) });
    leaveCell(state, ue);
    return;
  }
  const preparing = state.phase[ue] === Phase.preparing;
  const answer = state.answer[ue];
  const cell = state.serving[ue];
  const lost = state.lostCommandOf[ue];
  const entering = preparing ? NONE : (decisions.entering?.cell[ue] ?? NONE);
  if (preparing && (answer === Answer.accepted || answer === Answer.acknowledged)) {
    const cause = "link failed before the command";
    events.push({ type: "handoverFailure", ...ofAttempt(turn, ue), state: 2, cause, fallback: false });
  } else if (lost !== 0) {
    events.push({ type: "radioLinkFailure", tick, timeS, ue, cell, attempt: null, afterAttempt: lost });
  } else if (entering !== NONE) failEntering(turn, ue, entering);
  else {
    const attempt = preparing ? state.attempt[ue] : null;
    events.push({ type: "radioLinkFailure", tick, timeS, ue, cell, attempt });
  }
  endCandidates(turn, ue, "overtakenByRlf", "radio link failure", true);
  recover(turn, ue, tick, Recovery.ofLink);
}

/** The link fails while the time-to-trigger of `target` runs: an attempt that got no further than its entering condition. */
function failEntering(
  { params, state, decisions, events, tick, timeS }: Turn,
  ue: number,
  target: number,
): void {
  const forMs = decisions.entering?.forMs[ue] ?? 0;
  events.push({
    type: "handoverFailure",
    ...{ tick, timeS, ue, attempt: ++state.attemptCount[ue], source: state.serving[ue], target },
    ...{ state: 2, cause: "link failed during time-to-trigger", fallback: false },
    enteredTick: tick - Math.round(forMs / params.tickMs),
  });
}

/** Cell selection: a candidate first (once after a failure), else re-establishment, else RRC_IDLE when T311 expires, and a setup. */
function findCell(turn: Turn, ue: number): void {
  const { state, tick } = turn;
  if (state.t301EndTick[ue] !== NONE || state.t300EndTick[ue] !== NONE) {
    judgeAccess(turn, ue);
    return;
  }
  if (tick < state.phaseEndTick[ue]) return;
  const cell = suitableCell(turn, ue);
  if (cell === NONE) {
    if (state.t311EndTick[ue] !== NONE && tick >= state.t311EndTick[ue]) release(turn, ue, "T311");
    return;
  }
  if (state.recovery[ue] !== Recovery.none) {
    if (isConfigured(turn, ue, cell)) {
      state.t311EndTick[ue] = NONE;
      takeCandidate(turn, ue, cell);
      startExecution(turn, ue, "recovery");
      return;
    }
    giveUpCandidates(turn, ue);
    if (tick < state.phaseEndTick[ue]) return;
  }
  enterCell(turn, ue, cell);
}

function carryOut(turn: Turn, ue: number): void {
  const { params, state, decisions } = turn;
  if (!preparesCandidates(params.procedure)) {
    if (state.lostCommandOf[ue] === 0) requestHandover(turn, ue, decisions.target[ue]);
    return;
  }
  stepCandidates(turn, ue);
  if (state.lostCommandOf[ue] !== 0) return;
  const target = decisions.target[ue];
  if (target === NONE || target === state.serving[ue] || !isConfigured(turn, ue, target)) return;
  if (params.procedure === "ltm") {
    commandCellSwitch(turn, ue, target);
    return;
  }
  takeCandidate(turn, ue, target);
  startExecution(turn, ue, "condition");
}
