import fc from "fast-check";
import { expect, test } from "vitest";
import {
  createLinkState,
  joinFairLink,
  type LinkSharing,
  leaveFairLink,
  nextEndS,
  sendInTurn,
} from "../../../agent-sim/fleet/link.ts";

/** Returns when each message is through a fair link of 100 bytes a second; messages are sent in order of time. */
function fairEndsS(messages: readonly { readonly atS: number; readonly bytes: number }[]): number[] {
  const link = createLinkState("fair", 100);
  const endsS: number[] = [];
  let endS = Number.POSITIVE_INFINITY;
  const until = (timeS: number): void => {
    while (endS <= timeS && endS < Number.POSITIVE_INFINITY) {
      endsS[leaveFairLink(link, endS)] = endS;
      endS = nextEndS(link);
    }
  };
  for (const [number, { atS, bytes }] of messages.entries()) {
    until(atS);
    endS = joinFairLink(link, atS, bytes, number);
  }
  until(Number.MAX_VALUE);
  return endsS;
}

test("one message takes its bytes over the rate", () => {
  expect(fairEndsS([{ atS: 3, bytes: 50 }])).toEqual([3.5]);
  for (const sharing of ["none", "fifo"] satisfies LinkSharing[])
    expect(sendInTurn(createLinkState(sharing, 100), 3, 50)).toBe(3.5);
});

test("two at once get half of the rate each, and what one leaves the other takes", () => {
  // 100 bytes alone until 0.5 s, then both at 50 B/s: the short one has its 20 at 0.9 s, the long one the rest at 1.2 s.
  const [long, short] = fairEndsS([
    { atS: 0, bytes: 100 },
    { atS: 0.5, bytes: 20 },
  ]);
  expect(short).toBeCloseTo(0.9, 12);
  expect(long).toBeCloseTo(1.2, 12);
});

test("in turn, a message waits for all before it; without sharing for none", () => {
  const fifo = createLinkState("fifo", 100);
  expect([sendInTurn(fifo, 0, 100), sendInTurn(fifo, 0.5, 100), sendInTurn(fifo, 5, 100)]).toEqual([1, 2, 6]);
  const free = createLinkState("none", 100);
  expect([sendInTurn(free, 0, 100), sendInTurn(free, 0.5, 100)]).toEqual([1, 1.5]);
});

test("a fair link is busy exactly as long as one that serves in turn", () => {
  const message = fc.record({
    gapS: fc.double({ min: 0, max: 3, noNaN: true }),
    bytes: fc.integer({ min: 1, max: 500 }),
  });
  fc.assert(
    fc.property(fc.array(message, { minLength: 1, maxLength: 30 }), (gaps) => {
      const messages: { atS: number; bytes: number }[] = [];
      for (const { gapS, bytes } of gaps) messages.push({ atS: (messages.at(-1)?.atS ?? 0) + gapS, bytes });
      const fifo = createLinkState("fifo", 100);
      const inTurnS = messages.map((one) => sendInTurn(fifo, one.atS, one.bytes));
      const fairS = fairEndsS(messages);
      expect(fairS).toHaveLength(messages.length);
      expect(Math.max(...fairS)).toBeCloseTo(Math.max(...inTurnS), 6);
      for (const [i, endS] of fairS.entries())
        expect(endS).toBeGreaterThanOrEqual(messages[i].atS + messages[i].bytes / 100 - 1e-9);
    }),
  );
});
