import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createStream } from "#core";
import type { RanEvent } from "../../../ran-sim/events.ts";
import { arrivalMs, createXnAssociations } from "../../../ran-sim/xn/index.ts";
import { xnSchema } from "../../../ran-sim/xn/xn-schema.ts";
import { immediate, runArm, scenarioOf, twoCells } from "../support/run-arm.ts";

const random = createStream(1, "xn-association");
const link = (document: object) => xnSchema.parse(document);
const crossing = { message: 0, stream: 1, from: 3, to: 7 } as const;

test("a link without faults takes its delay, and remembers nothing", () => {
  const associations = createXnAssociations();
  expect(arrivalMs(link({}), associations, random, { ...crossing, ue: 0, attempt: 1, sentMs: 1000 })).toBe(
    1005,
  );
  expect(associations).toEqual(createXnAssociations());
});

test("loss shows as delay: the timeout, twice that, four times", () => {
  const lossy = link({ lossProbability: 0.5, retransmissionTimeoutMs: 100 });
  const counts = new Map<number, number>();
  for (let attempt = 0; attempt < 4000; attempt++) {
    const sent = { ...crossing, ue: 0, attempt, sentMs: 0 };
    const at = arrivalMs(lossy, createXnAssociations(), random, sent);
    counts.set(at, (counts.get(at) ?? 0) + 1);
  }
  // 100 (2^n - 1) ms after n losses, each half as often as the one before.
  for (const [losses, at] of [5, 105, 305, 705].entries()) {
    expect((counts.get(at) ?? 0) / 4000).toBeCloseTo(0.5 ** (losses + 1), 1);
  }
});

test("within a stream messages arrive in the order of sending, whatever is lost; between streams they need not", () => {
  let overtakes = 0;
  fc.assert(
    fc.property(
      fc.array(fc.record({ gapMs: fc.nat(50), stream: fc.constantFrom(0 as const, 1 as const) }), {
        minLength: 2,
        maxLength: 40,
      }),
      fc.nat(1000),
      (sendings, ue) => {
        const associations = createXnAssociations();
        const faulty = link({ lossProbability: 0.3, jitterMs: 20, retransmissionTimeoutMs: 50 });
        const last = [0, 0];
        let sentMs = 0;
        for (const [attempt, { gapMs, stream }] of sendings.entries()) {
          sentMs += gapMs;
          const at = arrivalMs(faulty, associations, random, { ...crossing, ue, attempt, stream, sentMs });
          expect(at).toBeGreaterThanOrEqual(Math.max(sentMs + 5, last[stream]));
          if (at < last[1 - stream]) overtakes++;
          last[stream] = at;
        }
      },
    ),
    { numRuns: 50 },
  );
  expect(overtakes).toBeGreaterThan(0);
});

test("too many losses take the association of the two nodes down, in both directions, until it is set up again", () => {
  const associations = createXnAssociations();
  const parameters = { lossProbability: 1, retransmissionTimeoutMs: 100, maximumRetransmissions: 2 };
  const dead = link({ ...parameters, restartMs: 300 });
  const good = link({ jitterMs: 1 });
  const send = (way: { from: number; to: number }, sentMs: number, of = good): number =>
    arrivalMs(of, associations, random, { ...crossing, ...way, ue: 0, attempt: 1, sentMs });
  expect(send({ from: 3, to: 7 }, 1000, dead)).toBe(Number.POSITIVE_INFINITY);
  // Three timeouts of 100, 200 and 400 ms, then 300 ms.
  expect(send({ from: 7, to: 3 }, 1999)).toBe(Number.POSITIVE_INFINITY);
  expect(send({ from: 3, to: 8 }, 1100)).toBeLessThan(1107);
  expect(send({ from: 7, to: 3 }, 2000)).toBeLessThan(2007);
});

describe("a handover over such links", () => {
  const world = twoCells(
    () => 0,
    () => 5,
  );
  const run = (document: object, arm = "a3"): RanEvent[] =>
    runArm(world, scenarioOf({ ...immediate, ...document }), arm);
  const firstTick = (events: RanEvent[], type: RanEvent["type"]): number | undefined =>
    events.find((event) => event.type === type)?.tick;

  test("is answered after both crossings and what the target takes", () => {
    // 116 is the request. Of the 30 ms two crossings of 5 ms are part; crossings of 40 ms leave nothing for the target.
    expect(firstTick(run({}), "handoverAcknowledge")).toBe(119);
    expect(firstTick(run({ xn: { delayMs: 15 } }), "handoverAcknowledge")).toBe(119);
    const slow = run({ xn: { delayMs: 40 } });
    expect(firstTick(slow, "handoverAcknowledge")).toBe(124);
    expect(firstTick(slow, "handoverCommand")).toBe(126);
  });

  test("fails in preparation, by TXnRELOCprep, where nothing crosses", () => {
    for (const arm of ["a3", "cho"]) {
      const events = run({ xn: { lossProbability: 1 } }, arm);
      const request = firstTick(events, "handoverRequest") ?? Number.NaN;
      expect(events.find(({ type }) => type === "preparationFailure")).toMatchObject({
        tick: request + 50,
        outcome: "preparationTimeout",
        cause: "TXnRELOCprep expiry",
      });
      expect(firstTick(events, "handoverAcknowledge")).toBeUndefined();
    }
  });

  test("fails likewise where the answer takes longer than TXnRELOCprep, though the target has the request", () => {
    const events = run({ xn: { delayMs: 260 } });
    expect(firstTick(events, "preparationFailure")).toBe(116 + 50);
    expect(firstTick(run({ xn: { delayMs: 250 } }), "handoverAcknowledge")).toBe(116 + 50);
  });

  test("leaves TXnRELOCoverall to expire where UE CONTEXT RELEASE does not come back in time", () => {
    const handover = { overallTimeoutMs: 400, preparationTimeoutMs: 5000 };
    const events = run({ handover, xn: { delayMs: 340 } });
    expect(firstTick(events, "ueContextRelease")).toBeDefined();
    const acknowledged = firstTick(events, "handoverAcknowledge") ?? Number.NaN;
    expect(firstTick(events, "relocationTimeout")).toBe(acknowledged + 40);
  });
});
