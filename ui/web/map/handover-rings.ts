/** Notices handovers: a phone that is served by another cell than before. */
import type { PhonesFrame } from "../../protocol.ts";

const ringMs = 700;

export interface HandoverRings {
  /** Takes the next frame, seen at `nowMs`. */
  see(frame: PhonesFrame, nowMs: number): void;
  /** Returns the rings to draw, each with its age 0...1. */
  at(nowMs: number): readonly { readonly phone: number; readonly age: number }[];
}

/** With `still` rings do not grow: they stand at one size until they are gone. */
export function createHandoverRings(still: boolean): HandoverRings {
  let epoch = -1;
  /** [user]: who served last; execution lies between two of them, without a serving cell. */
  let last: Int16Array = new Int16Array();
  let seen: { phone: number; sinceMs: number }[] = [];
  return {
    see(frame, nowMs) {
      const { serving } = frame;
      seen = seen.filter(({ sinceMs }) => nowMs - sinceMs < ringMs);
      if (frame.epoch !== epoch || last.length !== serving.length) {
        epoch = frame.epoch;
        last = serving.slice();
        seen = [];
        return;
      }
      for (let u = 0; u < serving.length; u++) {
        if (serving[u] < 0) continue;
        if (last[u] >= 0 && last[u] !== serving[u]) seen.push({ phone: u, sinceMs: nowMs });
        last[u] = serving[u];
      }
    },
    at: (nowMs) =>
      seen
        .filter(({ sinceMs }) => nowMs - sinceMs < ringMs)
        .map(({ phone, sinceMs }) => ({ phone, age: still ? 0.3 : (nowMs - sinceMs) / ringMs })),
  };
}
