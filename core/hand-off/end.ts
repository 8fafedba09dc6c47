import { type ColdReason, coldReasons, type ReceptionOutcome } from "./outcome.ts";

/**
 * How a hand-off ends, by what the receiver knows and not by whether bytes were sent: what was known is **kept** (nothing had to be
 * rebuilt), **restored** (rebuilt from what crossed, at a cost) or **lost**.
 */
export type HandOffEnd =
  | { readonly ends: "kept"; readonly because: KeptBecause }
  | { readonly ends: "restored"; readonly because: RestoredBecause }
  | { readonly ends: "lost"; readonly because: LostBecause };

/** In the order in which they are told. */
export const handOffEnds = ["kept", "restored", "lost"] as const satisfies readonly HandOffEnd["ends"][];

export const keptBecause = ["nobodyElse", "stayed", "phoneKeeps", "needsNoPast", "cacheHit"] as const;
export const restoredBecause = ["projected", "replayed", "loaded", "reread", "summary", "answer"] as const;
/** Why nothing usable came, after the reasons that an arm itself has. */
export const lostBecause = ["notCarried", "nothingKept", "standIn", ...coldReasons] as const;

export type KeptBecause = (typeof keptBecause)[number];
export type RestoredBecause = (typeof restoredBecause)[number];
export type LostBecause = "notCarried" | "nothingKept" | "standIn" | ColdReason;

/** In words that stand by themselves after the end: `Lost: the payload came too late`. */
export const endReasons: Readonly<Record<KeptBecause | RestoredBecause | LostBecause, string>> = {
  nobodyElse: "one agent goes on, so nothing has to cross",
  stayed: "the state stays where it is, and reports are forwarded to it",
  phoneKeeps: "the phone itself keeps all that the rule uses",
  needsNoPast: "the rule uses nothing of the past",
  cacheHit: "the receiver's cache still holds what was read",
  projected: "made anew from the latent that came",
  replayed: "made anew from the reports that came",
  loaded: "the sender's whole state came and was loaded",
  reread: "the whole text came and was read again",
  summary: "only in part, from a summary that came",
  answer: "only in part: the sender's answer came",
  notCarried: "nothing is carried over",
  nothingKept: "the network keeps no memory, and the rule starts anew at the target",
  standIn: "a control: what came is not this one's state",
  truncated: "the payload was cut off",
  "bad-magic": "the bytes were no payload",
  "unknown-version": "the payload's version is unknown",
  "unknown-precision": "the payload's precision is unknown",
  "wrong-length": "the payload was too long",
  "bad-checksum": "the payload's checksum did not fit",
  "wrong-model": "the payload was written by another model",
  "wrong-dimension": "the payload has another size",
  stale: "the payload belongs to an earlier hand-off",
  "not-finite": "a value was not finite",
  malformed: "the payload's encoding was broken",
  "bad-header": "the message's header was broken",
  "bad-body": "the message's body was broken",
  lost: "the payload was lost on the way",
  late: "the payload came too late",
  "none-sent": "nothing was sent this time",
};

/**
 * Returns how one hand-off ended: as its arm's go when all goes well (`planned`), unless what should have come did not, or could not be
 * used. `received`: what came of the payload; null where the arm sends none on purpose.
 */
export function endOfHandOff(planned: HandOffEnd, received: ReceptionOutcome | null): HandOffEnd {
  return received === null || received === "warm" ? planned : { ends: "lost", because: received };
}

/** Returns the end and its reason in one line: `restored: made anew from the latent that came`. */
export function endInWords({ ends, because }: HandOffEnd): string {
  return `${ends}: ${endReasons[because]}`;
}
