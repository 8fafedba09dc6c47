/** The receiver's start in words; the same for phones and tasks. */
import type { ReceptionOutcome } from "#core";

const reasons: Readonly<Record<Exclude<ReceptionOutcome, "warm">, string>> = {
  truncated: "the payload was cut off",
  "bad-magic": "the bytes were no payload",
  "unknown-version": "the payload's version is unknown",
  "unknown-precision": "the payload's precision is unknown",
  "wrong-length": "the payload was too long",
  "bad-checksum": "the checksum did not fit",
  "wrong-model": "another model wrote it",
  "wrong-dimension": "its size is another",
  stale: "it belongs to an earlier hand-off",
  "not-finite": "a value was not finite",
  malformed: "its encoding was broken",
  lost: "the payload was lost",
  late: "the payload came too late",
  "none-sent": "nothing was sent",
};

/** Returns `Warm` or `Cold`, and why it is cold. */
export function outcomeWords(outcome: ReceptionOutcome): {
  readonly start: "Warm" | "Cold";
  readonly reason: string;
} {
  if (outcome === "warm") return { start: "Warm", reason: "from what arrived" };
  return { start: "Cold", reason: reasons[outcome] };
}
