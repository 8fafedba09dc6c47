import fc from "fast-check";
import { expect, test } from "vitest";
import { schedule, takeNext } from "../../agent-sim/event-queue.ts";
import { createAgentState } from "../../agent-sim/state.ts";

test("events come in order of time, and those of one time in the order in which they were queued", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9)), (times) => {
      const state = createAgentState(1, 0);
      for (const [task, atS] of times.entries()) schedule(state, atS, { type: "arrive", task });
      const taken = times.map(() => takeNext(state));
      const expected = times
        .map((atS, task) => ({ atS, task }))
        .sort((a, b) => a.atS - b.atS || a.task - b.task);
      expect(taken.map((event) => ({ atS: event?.atS, task: event?.pending.task }))).toEqual(expected);
      expect(takeNext(state)).toBeUndefined();
    }),
  );
});
