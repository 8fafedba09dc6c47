import type { ReceptionOutcome } from "#core";
import type { AttemptOutcome } from "../events.ts";

/** One handover attempt as a row: what it is when it begins, and all that may be learnt of it later. */

/** TS 38.300 15.5.2. */
export type MroClass = "tooEarly" | "tooLate" | "wrongCell";

/** One handover attempt, from its beginning to its end; changed while later events come in. */
export interface AttemptRow {
  readonly ue: number;
  readonly attempt: number;
  readonly source: number;
  readonly target: number;
  /** The request, or the entering condition of an attempt that got no further. */
  readonly startedTick: number;
  /** The HANDOVER REQUEST; null where the link failed before one was sent. */
  readonly requestedTick: number | null;
  /** Null while it is under way. */
  outcome: AttemptOutcome | null;
  /** The command was given, or should have been (state 2): what `handoverAttempts` counts. */
  executed: boolean;
  executedTick: number | null;
  completedTick: number | null;
  /** Without service, from leaving the source to being served again; null while that has not happened. */
  interruptionMs: number | null;
  /** Completed after a failure, by the stored configuration of a candidate: the interruption is that failure's outage. */
  recovered: boolean;
  /** From this completion to the next, without a failure between; null when one came first, or the end. */
  stayTicks: number | null;
  payloadBytes: number;
  /** Of all its messages over Xn, the payload's included, headers down to Ethernet included. */
  xnBytes: number;
  /** Of these, what carrying the payload added. */
  carriedXnBytes: number;
  latentOutcome: ReceptionOutcome | null;
  /** The way back of a ping-pong: the stay in the source before it (`stayBeforeTicks`) was short, and it came from the target. */
  pingPong: boolean;
  /** The way out of one: `stayTicks` is the short stay, and the next handover went back. */
  pingPongOut: boolean;
  /** From the completion before to this one: how long the source served; null where a failure or the start was between. */
  stayBeforeTicks: number | null;
  shortStay: boolean;
  mro: MroClass | null;
}

/** Returns the row of an attempt that begins with this HANDOVER REQUEST, or failed before one at its entering condition's tick. */
export function openRow(
  event: Pick<AttemptRow, "ue" | "attempt" | "source" | "target"> & {
    readonly tick: number;
    readonly xnBytes?: number;
  },
  enteredTick?: number,
): AttemptRow {
  const { ue, attempt, source, target, tick, xnBytes = 0 } = event;
  return {
    ue,
    attempt,
    source,
    target,
    startedTick: enteredTick ?? tick,
    requestedTick: enteredTick === undefined ? tick : null,
    outcome: null,
    executed: false,
    executedTick: null,
    completedTick: null,
    interruptionMs: null,
    recovered: false,
    stayTicks: null,
    payloadBytes: 0,
    xnBytes,
    carriedXnBytes: 0,
    latentOutcome: null,
    pingPong: false,
    pingPongOut: false,
    stayBeforeTicks: null,
    shortStay: false,
    mro: null,
  };
}
