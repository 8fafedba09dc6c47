import type { PreparationCause } from "../events.ts";
import { Answer, NONE, Phase } from "../state.ts";
import { mayRequest } from "./admission.ts";
import { takeCandidate } from "./candidates.ts";
import { startExecution, startOverallTimer } from "./execution.ts";
import { refusalOf, sendAnswer, sendRequest } from "./request.ts";
import { ofAttempt, reachesPhone, type Turn } from "./turn.ts";

/** From the measurement report to the command: TS 38.300 9.2.3.2.1 steps 1 to 6, TS 38.423 8.2.1. */

/** Asks `target` to take a connected phone; TXnRELOCprep runs until its answer. */
export function requestHandover(turn: Turn, ue: number, target: number): void {
  if (!mayRequest(turn, ue, target)) return;
  const { state, params, tick, events } = turn;
  state.attempt[ue] = ++state.attemptCount[ue];
  const { answer, answerSentMs, payload } = sendRequest(turn, ue, state.attempt[ue], target);
  state.answer[ue] = answer;
  state.answerSentMs[ue] = answerSentMs;
  state.phase[ue] = Phase.preparing;
  state.target[ue] = target;
  state.phaseEndTick[ue] = tick + params.preparationTimeoutTicks;
  events.push({ type: "report", ...ofAttempt(turn, ue) });
  events.push({ type: "handoverRequest", ...ofAttempt(turn, ue), ...payload });
}

/** LTM: the cell switch command for a configured candidate is on its way to the phone. */
export function commandCellSwitch(turn: Turn, ue: number, target: number): void {
  const { state, params, tick } = turn;
  takeCandidate(turn, ue, target);
  state.phase[ue] = Phase.preparing;
  state.phaseEndTick[ue] = tick + params.cellSwitchCommandTicks;
}

/** The answer, the command or a timer, when its time has come; or the source's own withdrawal. */
export function stepPreparation(turn: Turn, ue: number): void {
  const { state, params, tick, decisions, events } = turn;
  if (state.answer[ue] !== Answer.acknowledged) {
    sendAnswer(turn, { ...ofAttempt(turn, ue), entry: ue }, state, state.phaseEndTick);
  }
  if (tick >= state.phaseEndTick[ue] && state.answer[ue] !== Answer.acknowledged) {
    if (state.answer[ue] !== Answer.accepted) {
      const { outcome, cause } = refusalOf(state.answer[ue]);
      giveUp(turn, ue, outcome, cause);
      return;
    }
    events.push({ type: "handoverAcknowledge", ...ofAttempt(turn, ue) });
    state.answer[ue] = Answer.acknowledged;
    startOverallTimer(turn, ue);
    state.phaseEndTick[ue] += params.commandTicks;
  }
  if (tick >= state.phaseEndTick[ue] && state.answer[ue] === Answer.acknowledged) deliver(turn, ue);
  else if (decisions.cancel[ue] !== 0) giveUp(turn, ue, "cancelled", "cell left the reported list");
}

/**
 * The command is due. One that does not get through is a failure in state 2 (TR 36.839 5.2.1.3), and the phone knows nothing
 * of it: it stays on the source until T310 expires or stops. Until then the source asks nobody else.
 */
function deliver(turn: Turn, ue: number): void {
  const { state, events } = turn;
  if (!reachesPhone(turn, ue)) {
    const cause = "command lost while T310 ran";
    events.push({ type: "handoverFailure", ...ofAttempt(turn, ue), state: 2, cause, fallback: true });
    state.phase[ue] = Phase.connected;
    state.target[ue] = NONE;
    state.overallEndTick[ue] = NONE;
    state.lostCommandOf[ue] = state.attempt[ue];
    return;
  }
  startExecution(turn, ue, turn.params.procedure === "ltm" ? "cellSwitch" : "command");
}

function giveUp(
  turn: Turn,
  ue: number,
  outcome: "refused" | "preparationTimeout" | "cancelled",
  cause: PreparationCause,
): void {
  const { state, params, tick } = turn;
  turn.events.push({ type: "preparationFailure", ...ofAttempt(turn, ue), outcome, cause });
  state.phase[ue] = Phase.connected;
  state.target[ue] = NONE;
  state.overallEndTick[ue] = NONE;
  state.heldUntilTick[ue] = tick + params.retryTicks;
}
