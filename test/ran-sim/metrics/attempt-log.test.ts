import { describe, expect, test } from "vitest";
import type { RanEvent } from "../../../ran-sim/events.ts";
import { createAttemptLog } from "../../../ran-sim/metrics/attempt-log.ts";

/** A log of one phone at 10 ms a tick, told in short words. */
function story() {
  const log = createAttemptLog(100, 10);
  let attempt = 0;
  const at = (tick: number) => ({ tick, timeS: tick / 100, ue: 0 });
  const add = (...events: RanEvent[]) => log.add(events);
  return {
    log,
    handover(tick: number, source: number, target: number) {
      const of = { ...at(tick), attempt: ++attempt, source, target };
      add(
        { type: "handoverRequest", ...of, ...at(tick - 9) },
        { type: "handoverCommand", ...of, ...at(tick - 4), trigger: "command" },
      );
      add({ type: "handoverComplete", ...of, interruptionMs: 40 });
    },
    failure(tick: number, state: 2 | 3, source: number, target: number) {
      const of = { ...at(tick), attempt: ++attempt, source, target };
      add(
        { type: "handoverRequest", ...of, ...at(tick - 9) },
        { type: "handoverFailure", ...of, state, cause: "random access failed", fallback: false },
      );
    },
    rlf: (tick: number, cell: number) => add({ type: "radioLinkFailure", ...at(tick), cell, attempt: null }),
    back: (tick: number, cell: number, sinceTick: number) =>
      add({ type: "reestablishment", ...at(tick), cell, sinceTick }),
  };
}

describe("time of stay (TR 36.839 5.2.1.4)", () => {
  test("A to B and back within a second is one ping-pong, marked on the way back, and one short stay in B", () => {
    const s = story();
    s.handover(100, 0, 1);
    s.handover(199, 1, 0);
    expect(
      s.log.attempts.map(({ stayTicks, shortStay, pingPong }) => [stayTicks, shortStay, pingPong]),
    ).toEqual([
      [99, true, false],
      [null, false, true],
    ]);
  });

  test("a stay of exactly one second is not short", () => {
    const s = story();
    s.handover(100, 0, 1);
    s.handover(200, 1, 0);
    expect(s.log.attempts.some(({ shortStay, pingPong }) => shortStay || pingPong)).toBe(false);
  });

  test("on to a third cell is a short stay and no ping-pong", () => {
    const s = story();
    s.handover(100, 0, 1);
    s.handover(150, 1, 2);
    expect(s.log.attempts.map(({ shortStay, pingPong }) => [shortStay, pingPong])).toEqual([
      [true, false],
      [false, false],
    ]);
  });

  test("a failure between two handovers ends the stay without a time", () => {
    const s = story();
    s.handover(100, 0, 1);
    s.rlf(130, 1);
    s.back(150, 1, 130);
    s.handover(180, 1, 0);
    expect(s.log.attempts.every(({ stayTicks, pingPong }) => stayTicks === null && !pingPong)).toBe(true);
  });
});

describe("mobility robustness classes (TS 38.300 15.5.2)", () => {
  const classOf = (tell: (s: ReturnType<typeof story>) => void) => {
    const s = story();
    tell(s);
    return s.log.failures.map(({ mro }) => mro);
  };

  test.each([
    ["long in a cell, found in another: too late", 500, 2, "tooLate"],
    ["long in a cell, found in the same: none", 500, 1, null],
    ["shortly after a handover, found in the source: too early", 150, 0, "tooEarly"],
    ["shortly after a handover, found in a third cell: wrong cell", 150, 2, "wrongCell"],
    ["shortly after a handover, found in its target: none", 150, 1, null],
  ])("radio link failure %s", (_, tick, cell, expected) => {
    expect(
      classOf((s) => {
        s.handover(100, 0, 1);
        s.rlf(tick, 1);
        s.back(tick + 20, cell, tick);
      }),
    ).toEqual([expected]);
  });

  test.each([
    [0, "tooEarly"],
    [1, null],
    [2, "wrongCell"],
  ])("failure in state 3 of 0 to 1, found in %i: %s", (cell, expected) => {
    expect(
      classOf((s) => {
        s.failure(100, 3, 0, 1);
        s.back(120, cell, 96);
      }),
    ).toEqual([expected]);
  });

  test("failure in state 2, found in the target: too late, and the outage counts as its interruption", () => {
    const s = story();
    s.failure(100, 2, 0, 1);
    s.back(121, 1, 100);
    expect(s.log.attempts[0]).toMatchObject({
      outcome: "failedState2",
      interruptionMs: 210,
      mro: "tooLate",
    });
  });
});

test("what is under way at the end is open, and old rows can be dropped", () => {
  const s = story();
  s.handover(100, 0, 1);
  s.log.add([{ type: "handoverRequest", tick: 300, timeS: 3, ue: 0, attempt: 2, source: 1, target: 0 }]);
  s.log.finish();
  expect(s.log.attempts.map(({ outcome }) => outcome)).toEqual(["completed", "openAtEnd"]);
  s.log.dropBefore(200);
  expect(s.log.attempts.map(({ attempt }) => attempt)).toEqual([2]);
});
