import type { ReceptionOutcome } from "#core";

/** Everything that happens to a phone, as one union: metrics fold it, the run store keeps it, the dashboard shows it. */

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
}

/** How an attempt that begins with a HANDOVER REQUEST ends; exactly one of these. */
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

export type RanEvent =
  /** The measurement report that asks for a handover. */
  | (OfAttempt & { readonly type: "report" })
  | (OfAttempt & { readonly type: "handoverRequest" })
  | (OfAttempt & {
      readonly type: "preparationFailure";
      readonly outcome: "refused" | "preparationTimeout" | "cancelled";
    })
  /** The phone has the command and leaves its cell. */
  | (OfAttempt & { readonly type: "handoverCommand" })
  | (OfAttempt & { readonly type: "handoverComplete" })
  /** State 2: the link failed before the command was there; state 3: the target could not be reached. */
  | (OfAttempt & { readonly type: "handoverFailure"; readonly state: 2 | 3 })
  /** A failure that is no handover failure. `attempt` is the one it overtook, or null. */
  | (Happening & {
      readonly type: "radioLinkFailure";
      readonly cell: number;
      readonly attempt: number | null;
    })
  /** The phone is served again, after a failure or for the first time (`sinceTick` null). */
  | (Happening & {
      readonly type: "reestablishment";
      readonly cell: number;
      readonly sinceTick: number | null;
    })
  /** The payload goes onto the link; bytes with header. */
  | (OfAttempt & { readonly type: "latentSent"; readonly payloadBytes: number })
  /** What the target made of it at the completion; bytes as sent, 0 when none were. */
  | (OfAttempt & {
      readonly type: "latentReceived";
      readonly outcome: ReceptionOutcome;
      readonly payloadBytes: number;
    });

export type RanEventType = RanEvent["type"];
