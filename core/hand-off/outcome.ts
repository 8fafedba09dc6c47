import { type PayloadFailure, payloadFailures } from "../payload.ts";

/** What came of one message, whatever the arm meant to do with it. */

/**
 * Why a receiver started cold: the payload was unusable, the message around it was (`malformed`: a format of another standard;
 * `bad-header`, `bad-body`: an agent's message), it did not come, came too late, or none was sent.
 */
export type ColdReason =
  | PayloadFailure
  | "malformed"
  | "bad-header"
  | "bad-body"
  | "lost"
  | "late"
  | "none-sent";

export const coldReasons: readonly ColdReason[] = [
  ...payloadFailures,
  "malformed",
  "bad-header",
  "bad-body",
  "lost",
  "late",
  "none-sent",
];

export type ReceptionOutcome = "warm" | ColdReason;
