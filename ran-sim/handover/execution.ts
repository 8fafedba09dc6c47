import type { ExecutionTrigger } from "../events.ts";
import type { RanParams } from "../ran-params.ts";
import { ticksOf } from "../ran-params.ts";
import { Answer, NONE, Phase, Recovery } from "../state.ts";
import { arrivalMs, Stream, XnMessage } from "../xn/association.ts";
import { attach, leaveCell } from "./attachment.ts";
import { endCandidates } from "./candidates.ts";
import { recover } from "./recovery.ts";
import { ofAttempt, sinrDb, type Turn } from "./turn.ts";

/**
 * From the command, or the condition that stands for it, to RRCReconfigurationComplete (TS 38.300 9.2.3.2, 38.331
 * 5.3.5.5.2 and 5.3.5.8.3). The target's 200 ms mean SINR is judged where the random access ends: below Qout it is tried
 * again while another try ends before T304 does. After the last the failure is taken at once, as TR 36.839 does in
 * state 3, and not when T304 runs out a little later.
 */

/** The phone goes to its target. DAPS keeps the source; every other procedure leaves it. */
export function startExecution(turn: Turn, ue: number, trigger: ExecutionTrigger): void {
  const { state, params, tick, events } = turn;
  const executionMs = executionTimeMs(params, trigger, state.isSynchronised[ue] !== 0);
  const executionTicks = ticksOf(executionMs, params.tickMs);
  events.push({ type: "handoverCommand", ...ofAttempt(turn, ue), trigger });
  state.phase[ue] = Phase.executing;
  state.phaseEndTick[ue] = tick + executionTicks;
  state.t304EndTick[ue] = tick + params.t304Ticks;
  state.roundedUpMs[ue] = executionTicks * params.tickMs - executionMs;
  if (params.procedure === "daps") {
    events.push({ type: "earlyStatusTransfer", ...ofAttempt(turn, ue) });
    return;
  }
  if (trigger === "command" || trigger === "cellSwitch") {
    events.push({ type: "snStatusTransfer", ...ofAttempt(turn, ue) });
  }
  // A phone that recovers has no cell to leave: its outage began with the failure.
  if (trigger !== "recovery") leaveCell(state, ue);
}

/** Random access and its judgement. */
export function stepExecution(turn: Turn, ue: number): void {
  const { state, params, tick, events } = turn;
  if (tick === Math.max(0, state.phaseEndTick[ue] - params.randomAccessTicks)) {
    events.push({ type: "randomAccess", ...ofAttempt(turn, ue) });
  }
  if (tick < state.phaseEndTick[ue]) return;
  if (sinrDb(turn, ue, state.target[ue]) >= params.qOutDb) {
    complete(turn, ue);
    return;
  }
  const nextTick = tick + params.randomAccessTicks;
  if (nextTick <= state.t304EndTick[ue]) {
    state.phaseEndTick[ue] = nextTick;
    events.push({ type: "randomAccess", ...ofAttempt(turn, ue) });
    return;
  }
  fail(turn, ue);
}

/**
 * Each path switch whose time has come: the AMF's answer, and the source's context released (TS 38.423 8.2.7). A release
 * that does not reach the source in time leaves TXnRELOCoverall to expire.
 */
export function stepPathSwitches(turn: Turn): void {
  const { params, state, random, tick, timeS, events } = turn;
  while (state.pathSwitches.length > 0 && state.pathSwitches[0].tick <= tick) {
    const [{ ue, attempt, source, target }] = state.pathSwitches.splice(0, 1);
    const of = { tick, timeS, ue, attempt, source, target };
    events.push({ type: "pathSwitchAcknowledge", ...of }, { type: "ueContextRelease", ...of });
    const arrives = arrivalMs(params.xn, state.xn, random.xn, {
      ...{ ue, attempt, message: XnMessage.release, stream: Stream.ofUes },
      ...{ from: target, to: source, sentMs: tick * params.tickMs },
    });
    const inTime = arrives < state.overallEndTick[ue] * params.tickMs;
    if (state.overallAttempt[ue] === attempt && inTime) state.overallEndTick[ue] = NONE;
  }
}

/** TXnRELOCoverall: the source waits no longer for the release of a phone that it has handed over. */
export function stepOverallTimer(turn: Turn, ue: number): void {
  const { state, tick, timeS } = turn;
  if (state.overallEndTick[ue] === NONE || tick < state.overallEndTick[ue]) return;
  state.overallEndTick[ue] = NONE;
  turn.events.push({ type: "relocationTimeout", tick, timeS, ue, attempt: state.overallAttempt[ue] });
}

/** Starts TXnRELOCoverall for the attempt under way: at its acknowledgement, TS 38.423 8.2.1.2. */
export function startOverallTimer({ state, params, tick }: Turn, ue: number): void {
  state.overallEndTick[ue] = tick + params.overallTimeoutTicks;
  state.overallAttempt[ue] = state.attempt[ue];
}

function executionTimeMs(params: RanParams, trigger: ExecutionTrigger, isSynchronised: boolean): number {
  if (params.procedure !== "ltm" || trigger === "recovery") return params.executionMs;
  return isSynchronised ? params.synchronisedExecutionMs : params.ltmExecutionMs;
}

function complete(turn: Turn, ue: number): void {
  const { state, params, tick, events } = turn;
  const of = ofAttempt(turn, ue);
  const keptSource = params.procedure === "daps" && state.serving[ue] !== NONE;
  const recovers = state.recovery[ue] !== Recovery.none;
  const interruptionMs = recovers
    ? null
    : keptSource
      ? params.dapsInterruptionMs
      : (tick - state.outageSinceTick[ue]) * params.tickMs - state.roundedUpMs[ue];
  events.push({ type: "handoverComplete", ...of, interruptionMs });
  if (params.procedure !== "basic" && params.procedure !== "ltm") {
    events.push({ type: "handoverSuccess", ...of }, { type: "snStatusTransfer", ...of });
  }
  events.push({ type: "pathSwitchRequest", ...of });
  state.pathSwitches.push({ ...of, tick: tick + params.pathSwitchTicks });
  endCandidates(turn, ue, "cancelled", "another candidate was executed");
  // Of a candidate the source hears only now (HANDOVER SUCCESS); the timer guards what is left.
  if (state.overallEndTick[ue] === NONE) startOverallTimer(turn, ue);
  attach(state, ue, of.target);
}

function fail(turn: Turn, ue: number): void {
  const { state, params, tick, events } = turn;
  const fallback = params.procedure === "daps" && state.serving[ue] !== NONE;
  const cause = "random access failed";
  events.push({ type: "handoverFailure", ...ofAttempt(turn, ue), state: 3, cause, fallback });
  if (!fallback) {
    recover(turn, ue, state.outageSinceTick[ue], Recovery.ofExecution);
    return;
  }
  state.phase[ue] = Phase.connected;
  state.target[ue] = NONE;
  state.t304EndTick[ue] = NONE;
  state.overallEndTick[ue] = NONE;
  state.answer[ue] = Answer.accepted;
  state.heldUntilTick[ue] = tick + params.retryTicks;
}
