import type { ReceptionOutcome } from "#core";

/**
 * Everything that happens to a phone, as one union: metrics fold it, the run store keeps it, the dashboard shows it.
 * Each message of a handover is an event of its own (TS 38.300 9.2.3.2, Figure 9.2.3.2.1-1).
 */

interface Happening {
  readonly tick: number;
  readonly timeS: number;
  readonly ue: number;
}

interface OfAttempt extends Happening {
  /** Number of the attempt among this phone's. */
  readonly attempt: number;
  readonly source: number;
  readonly target: number;
  /** Bytes that it puts on Xn, headers down to Ethernet included; absent where nothing crosses Xn. */
  readonly xnBytes?: number;
}

/**
 * How an attempt ends; exactly one of these. It begins with a HANDOVER REQUEST, or, where the link failed before one could be
 * sent, with the entering condition.
 */
export type AttemptOutcome =
  | "completed"
  | "refused"
  | "preparationTimeout"
  | "cancelled"
  | "failedState2"
  | "failedState3"
  | "overtakenByRlf"
  | "openAtEnd";

export const attemptOutcomes: readonly AttemptOutcome[] = [
  "completed",
  "refused",
  "preparationTimeout",
  "cancelled",
  "failedState2",
  "failedState3",
  "overtakenByRlf",
  "openAtEnd",
];

/** Why a preparation ended without an execution; the first two are causes of TS 38.423 9.2.3.2. */
export type PreparationCause =
  | "no radio resources available in target cell"
  | "ho target not allowed"
  | "TXnRELOCprep expiry"
  | "cell left the reported list"
  | "another candidate was executed"
  | "the phone left for a cell that was no candidate"
  | "radio link failure";

/** How a handover failed: the first three in state 2 of TR 36.839, the last in state 3. */
export type HandoverFailureCause =
  | "link failed during time-to-trigger"
  | "link failed before the command"
  | "command lost while T310 ran"
  | "random access failed";

/** Why a phone leaves for its target. */
export type ExecutionTrigger =
  /** RRCReconfiguration with reconfigurationWithSync. */
  | "command"
  /** A conditional configuration's own condition (TS 38.331 5.3.5.13.4). */
  | "condition"
  /** The cell selected after a failure was a candidate (attemptCondReconfig, TS 38.331 5.3.7.3). */
  | "recovery"
  /** The LTM cell switch command, a MAC CE. */
  | "cellSwitch";

/** Messages that say no more than of which attempt they are. */
export type PlainMessage =
  /** The measurement report that asks for a handover. */
  | "report"
  | "handoverAcknowledge"
  /** RRCReconfiguration that stores a candidate at the phone. */
  | "candidateConfiguration"
  /** LTM: timing advance of the candidate is known. */
  | "earlySynchronisation"
  /** The preamble at the target. */
  | "randomAccess"
  | "snStatusTransfer"
  | "earlyStatusTransfer"
  | "handoverSuccess"
  | "pathSwitchRequest"
  | "pathSwitchAcknowledge"
  | "ueContextRelease";

export type RanEvent =
  | { readonly [M in PlainMessage]: OfAttempt & { readonly type: M } }[PlainMessage]
  /**
   * `payloadArrivesS`: when the payload sent along reaches the target, or null for never; absent where none is sent.
   * `requestArrivesS`: the same of the request itself, for a payload that is an IE of it.
   */
  | (OfAttempt & {
      readonly type: "handoverRequest";
      readonly payloadArrivesS?: number | null;
      readonly requestArrivesS?: number | null;
    })
  | (OfAttempt & {
      readonly type: "preparationFailure";
      readonly outcome: "refused" | "preparationTimeout" | "cancelled" | "overtakenByRlf";
      readonly cause: PreparationCause;
    })
  /** The phone goes to its target. */
  | (OfAttempt & { readonly type: "handoverCommand"; readonly trigger: ExecutionTrigger })
  /** `interruptionMs`: without service; null where it is part of the outage of a failure before (`recovery`). */
  | (OfAttempt & { readonly type: "handoverComplete"; readonly interruptionMs: number | null })
  /**
   * State 2: the link failed before the command was there, or the command was lost; state 3: the target could not be
   * reached. `fallback`: the source serves on, kept by DAPS or never left because no command came, so that nothing has to
   * be recovered. `enteredTick`: of an attempt without a HANDOVER REQUEST, when its entering condition began to hold.
   */
  | (OfAttempt & {
      readonly type: "handoverFailure";
      readonly state: 2 | 3;
      readonly cause: HandoverFailureCause;
      readonly fallback: boolean;
      readonly enteredTick?: number;
    })
  /** DAPS: the source link failed while the target was being reached. */
  | (OfAttempt & { readonly type: "sourceLinkFailure" })
  /**
   * A failure that is no handover failure. `attempt` is the one it overtook, or null. `afterAttempt`: the one that had failed
   * before because its command was lost while the T310 ran that has expired now; nothing is counted for it again.
   */
  | (Happening & {
      readonly type: "radioLinkFailure";
      readonly cell: number;
      readonly attempt: number | null;
      readonly afterAttempt?: number;
    })
  /** The phone is served again, after a failure or for the first time (`sinceTick` null). */
  | (Happening & {
      readonly type: "reestablishment";
      readonly cell: number;
      readonly sinceTick: number | null;
    })
  /** The phone is served again after RRC_IDLE: random access and the messages of a setup have taken their time. */
  | (Happening & {
      readonly type: "connectionSetup";
      readonly cell: number;
      readonly sinceTick: number | null;
    })
  /** A setup was not answered in time; the phone selects a cell again. */
  | (Happening & { readonly type: "setupFailure"; readonly cell: number; readonly timer: "T300" })
  /** The phone goes to RRC_IDLE: no cell was found, or the one found did not answer, in time. */
  | (Happening & { readonly type: "connectionReleased"; readonly timer: "T311" | "T301" })
  /** TXnRELOCoverall expired: the source releases the phone by itself. */
  | (Happening & { readonly type: "relocationTimeout"; readonly attempt: number })
  /** The payload goes onto the link, as it is encoded; bytes with its own header. */
  | (OfAttempt & {
      readonly type: "latentSent";
      readonly payloadBytes: number;
      readonly payload: Uint8Array;
    })
  /** What the target made of it at the completion; bytes as sent, 0 when none were. */
  | (OfAttempt & {
      readonly type: "latentReceived";
      readonly outcome: ReceptionOutcome;
      readonly payloadBytes: number;
    });
