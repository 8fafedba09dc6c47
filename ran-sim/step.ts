import type { RandomStream } from "#core";
import type { RanEvent } from "./events.ts";
import { monitorRadioLink, stopMonitoring } from "./handover/radio-link-monitor.ts";
import type { Decisions } from "./policy/policy.ts";
import type { RanParams } from "./ran-params.ts";
import type { LinkView } from "./sensing.ts";
import { Answer, NONE, Phase, type RanState } from "./state.ts";

/**
 * Advances every phone of one arm by one tick, in place, and returns what happened, in order of phones.
 *
 * In one tick a phone's link is judged first, then whatever phase ends now, then the decision is carried out: a
 * request is never sent by a phone whose link fails in the same tick, and a phone that completes a handover can ask
 * for the next one a tick later. The answer of the target is drawn from (phone, attempt) only.
 *
 * TS 38.331 5.3.10 (radio link failure), 38.300 9.2.3.2 (handover), TR 36.839 5.2.1.3 (failure states):
 * - state 2: T310 expires before the command arrives, or is running when it should be delivered;
 * - state 3: the target's 200 ms mean SINR is below Qout at the end of the execution;
 * - a link that fails while no command can come any more (the request was lost or refused) overtakes the attempt and
 *   is a radio link failure, not a handover failure.
 */
export function stepRan(
  params: RanParams,
  state: RanState,
  links: LinkView,
  decisions: Decisions,
  random: RandomStream,
): readonly RanEvent[] {
  const events: RanEvent[] = [];
  const { tick } = state;
  const timeS = (tick * params.tickMs) / 1000;
  const ueCount = state.phase.length;

  for (let ue = 0; ue < ueCount; ue++) {
    if (monitorRadioLink(params, state, links, ue)) failLink(ue);
    switch (state.phase[ue]) {
      case Phase.preparing:
        if (tick >= state.phaseEndTick[ue]) endPreparation(ue);
        else if (decisions.cancel[ue] !== 0) giveUp(ue, "cancelled");
        break;
      case Phase.executing:
        if (tick >= state.phaseEndTick[ue]) endExecution(ue);
        break;
      case Phase.idle:
      case Phase.reestablishing:
        if (tick >= state.phaseEndTick[ue]) selectCell(ue);
        break;
      case Phase.connected:
        carryOut(ue);
        break;
    }
  }
  state.tick++;
  return events;

  function attemptOf(ue: number) {
    return {
      tick,
      timeS,
      ue,
      attempt: state.attempt[ue],
      source: state.lastServing[ue],
      target: state.target[ue],
    };
  }

  function failLink(ue: number): void {
    const preparing = state.phase[ue] === Phase.preparing;
    if (preparing && state.answer[ue] === Answer.accepted) {
      events.push({ type: "handoverFailure", ...attemptOf(ue), state: 2 });
    } else {
      const attempt = preparing ? state.attempt[ue] : null;
      events.push({ type: "radioLinkFailure", tick, timeS, ue, cell: state.serving[ue], attempt });
    }
    recover(ue, tick);
  }

  function endPreparation(ue: number): void {
    if (state.answer[ue] !== Answer.accepted) {
      giveUp(ue, state.answer[ue] === Answer.refused ? "refused" : "preparationTimeout");
      return;
    }
    if (state.t310EndTick[ue] !== NONE) {
      events.push({ type: "handoverFailure", ...attemptOf(ue), state: 2 });
      recover(ue, tick);
      return;
    }
    events.push({ type: "handoverCommand", ...attemptOf(ue) });
    state.phase[ue] = Phase.executing;
    state.phaseEndTick[ue] = tick + params.executionTicks;
    leaveCell(ue);
  }

  function endExecution(ue: number): void {
    const target = state.target[ue];
    if (links.sinrDb[ue * links.cellCount + target] < params.qOutDb) {
      events.push({ type: "handoverFailure", ...attemptOf(ue), state: 3 });
      recover(ue, state.outageSinceTick[ue]);
      return;
    }
    events.push({ type: "handoverComplete", ...attemptOf(ue) });
    attach(ue, target);
  }

  function giveUp(ue: number, outcome: "refused" | "preparationTimeout" | "cancelled"): void {
    events.push({ type: "preparationFailure", ...attemptOf(ue), outcome });
    state.phase[ue] = Phase.connected;
    state.target[ue] = NONE;
    state.heldUntilTick[ue] = tick + params.retryTicks;
  }

  /** The best cell by L1 RSRP takes the phone when its SINR is above Qin; otherwise it looks again on the next tick. */
  function selectCell(ue: number): void {
    const cell = links.bestCell[ue];
    if (!(links.sinrDb[ue * links.cellCount + cell] > params.qInDb)) return;
    const sinceTick = state.phase[ue] === Phase.idle ? null : state.outageSinceTick[ue];
    events.push({ type: "reestablishment", tick, timeS, ue, cell, sinceTick });
    attach(ue, cell);
  }

  function carryOut(ue: number): void {
    const target = decisions.target[ue];
    if (target === NONE || target === state.serving[ue] || tick < state.heldUntilTick[ue]) return;
    state.attempt[ue]++;
    const drawn = random.uniform(ue, state.attempt[ue]);
    const { requestLossProbability: lost, refusalProbability: refused } = params;
    state.answer[ue] =
      drawn < lost ? Answer.lost : drawn < lost + (1 - lost) * refused ? Answer.refused : Answer.accepted;
    state.phase[ue] = Phase.preparing;
    state.target[ue] = target;
    state.phaseEndTick[ue] =
      tick + (state.answer[ue] === Answer.lost ? params.preparationTimeoutTicks : params.preparationTicks);
    events.push({ type: "report", ...attemptOf(ue) });
    events.push({ type: "handoverRequest", ...attemptOf(ue) });
  }

  function recover(ue: number, outageSinceTick: number): void {
    leaveCell(ue);
    state.phase[ue] = Phase.reestablishing;
    state.target[ue] = NONE;
    state.phaseEndTick[ue] = tick + params.reestablishmentTicks;
    state.outageSinceTick[ue] = outageSinceTick;
  }

  function leaveCell(ue: number): void {
    state.serving[ue] = NONE;
    state.outageSinceTick[ue] = tick;
    stopMonitoring(state, ue);
  }

  function attach(ue: number, cell: number): void {
    state.phase[ue] = Phase.connected;
    state.serving[ue] = cell;
    state.lastServing[ue] = cell;
    state.target[ue] = NONE;
    state.outageSinceTick[ue] = NONE;
    state.heldUntilTick[ue] = NONE;
    stopMonitoring(state, ue);
  }
}
