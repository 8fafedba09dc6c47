import fc from "fast-check";
import { expect, test } from "vitest";
import { stepA3 } from "../../../ran-sim/measurement/a3-event.ts";
import { createReportState, stepEventReports } from "../../../ran-sim/measurement/event-reports.ts";
import { createTriggerState } from "../../../ran-sim/measurement/trigger-state.ts";
import { createEventState, type EventConfig, stepEvents } from "../../support/measurement/events.ts";

const cellCount = 3;
const tickMs = 10;
const level = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: -104, max: -96 }) },
  { weight: 1, arbitrary: fc.constant(Number.NaN) },
);
const step = fc.record({
  l3: fc.array(level, { minLength: cellCount, maxLength: cellCount }),
  held: fc.integer({ min: 1, max: 40 }),
  serving: fc.constantFrom(0, 0, 0, 0, 1),
});

test("the array form sends a report on the same ticks as the single-user engine", () => {
  let reports = 0;
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 1, maxLength: 15 }),
      fc.constantFrom(0, 40, 64),
      fc.constantFrom(120, 240, 1024),
      fc.constantFrom(1, 2, 4, Number.POSITIVE_INFINITY),
      fc.boolean(),
      (steps, timeToTriggerMs, reportIntervalMs, reportAmount, reportOnLeave) => {
        const reporting = { reportIntervalMs, reportAmount, reportOnLeave };
        const event = { offsetDb: 1, hysteresisDb: 0.5, timeToTriggerMs };
        const config: EventConfig = { event: "A3", ...event, ...reporting };
        const engine = createEventState();
        const triggers = createTriggerState(1, cellCount);
        const state = createReportState(1);
        let timeMs = 0;
        for (const { l3, held, serving } of steps) {
          for (let n = 0; n < held; n++, timeMs += tickMs) {
            const one = (cell: number) => ({ cell, rsrpDbm: l3[cell] });
            const neighbours = [0, 1, 2].filter((cell) => cell !== serving).map(one);
            const sent = stepEvents(config, engine, { serving: one(serving), neighbours }, timeMs);
            stepA3(event, triggers, Float64Array.from(l3), Int32Array.of(serving), undefined, tickMs);
            const isSent = stepEventReports(reporting, state, triggers, tickMs)[0];
            expect(isSent, `at ${timeMs} ms`).toBe(sent.length > 0 ? 1 : 0);
            expect(triggers.listedCount[0]).toBe(engine.triggeredCells.size);
            expect(state.sentCount[0]).toBe(engine.reportsSent);
            reports += isSent;
          }
        }
      },
    ),
  );
  expect(reports).toBeGreaterThan(200);
});
