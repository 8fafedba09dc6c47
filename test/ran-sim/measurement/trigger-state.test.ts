import fc from "fast-check";
import { expect, test } from "vitest";
import { stepA3 } from "../../../ran-sim/measurement/a3-event.ts";
import { stepA5 } from "../../../ran-sim/measurement/a5-event.ts";
import { createTriggerState, resetTriggers } from "../../../ran-sim/measurement/trigger-state.ts";
import { createEventState, type EventConfig, stepEvents } from "../../support/measurement/events.ts";

const cellCount = 3;
const tickMs = 10;
const reporting = { reportIntervalMs: 120, reportAmount: 1, reportOnLeave: false };

/** dBm on a 1 dB grid, so that equalities at the conditions' edges are common. */
const level = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: -104, max: -96 }) },
  { weight: 1, arbitrary: fc.constant(Number.NaN) },
);
const world = fc.integer({ min: 1, max: 3 }).chain((ueCount) =>
  fc.record({
    ueCount: fc.constant(ueCount),
    biasDb: fc.array(fc.integer({ min: -3, max: 3 }), {
      minLength: ueCount * cellCount,
      maxLength: ueCount * cellCount,
    }),
    hysteresisDb: fc.constantFrom(0, 1),
    timeToTriggerMs: fc.constantFrom(0, 10, 40, 64),
    ticks: fc.array(
      fc.record({
        l3: fc.array(level, { minLength: ueCount * cellCount, maxLength: ueCount * cellCount }),
        // Each level set stays for a few ticks, so that times-to-trigger run out.
        held: fc.integer({ min: 1, max: 8 }),
        serving: fc.array(fc.constantFrom(0, 0, 0, 0, 1), { minLength: ueCount, maxLength: ueCount }),
      }),
      { minLength: 1, maxLength: 12 },
    ),
  }),
);

test.each(["A3", "A5"] as const)("the array form of %s agrees with the single-user engine", (event) => {
  let joins = 0;
  fc.assert(
    fc.property(world, ({ ueCount, biasDb, hysteresisDb, timeToTriggerMs, ticks }) => {
      const parameters = {
        offsetDb: 1,
        threshold1Dbm: -99,
        threshold2Dbm: -101,
        hysteresisDb,
        timeToTriggerMs,
      };
      const config: EventConfig = { event, ...reporting, ...parameters };
      const arrays = createTriggerState(ueCount, cellCount);
      const engines = Array.from({ length: ueCount }, createEventState);
      let timeMs = 0;
      for (const { l3, held, serving } of ticks) {
        for (let n = 0; n < held; n++, timeMs += tickMs) {
          const step = event === "A3" ? stepA3 : stepA5;
          const bestCell = step(
            parameters,
            arrays,
            Float64Array.from(l3),
            Int32Array.from(serving),
            Float64Array.from(biasDb),
            tickMs,
          );
          for (let ue = 0; ue < ueCount; ue++) {
            const one = (cell: number) => ({
              cell,
              rsrpDbm: l3[ue * cellCount + cell],
              offsetDb: cell === serving[ue] ? 0 : biasDb[ue * cellCount + cell],
            });
            const neighbours = [0, 1, 2].filter((cell) => cell !== serving[ue]).map(one);
            const engine = engines[ue];
            const reports = stepEvents(config, engine, { serving: one(serving[ue]), neighbours }, timeMs);
            const triggered = neighbours
              .filter(({ cell, rsrpDbm }) => engine.triggeredCells.has(cell) && !Number.isNaN(rsrpDbm))
              .sort((a, b) => b.rsrpDbm + b.offsetDb - (a.rsrpDbm + a.offsetDb) || a.cell - b.cell);
            expect(bestCell[ue]).toBe(triggered.length === 0 ? -1 : triggered[0].cell);
            expect(arrays.joined[ue]).toBe(reports.some(({ cause }) => cause === "entered") ? 1 : 0);
            joins += arrays.joined[ue];
          }
        }
      }
    }),
    { numRuns: 300 },
  );
  // The property would hold of two machines that never trigger.
  expect(joins).toBeGreaterThan(100);
});

test("a bias counts on the neighbour's side only", () => {
  const parameters = { offsetDb: 3, hysteresisDb: 0, timeToTriggerMs: 0 };
  const step = (biasDb: Float64Array | undefined) =>
    stepA3(
      parameters,
      createTriggerState(1, 2),
      Float64Array.of(-90, -88),
      Int32Array.of(0),
      biasDb,
      tickMs,
    )[0];
  expect(step(undefined)).toBe(-1);
  expect(step(Float64Array.of(0, 1.1))).toBe(1);
  expect(step(Float64Array.of(-9, 0))).toBe(-1);
});

test("a user without a serving cell has no triggered neighbour, and a reset forgets", () => {
  const parameters = { offsetDb: 0, hysteresisDb: 0, timeToTriggerMs: 20 };
  const state = createTriggerState(1, 2);
  const l3 = Float64Array.of(-90, -80);
  const step = (serving: number) =>
    stepA3(parameters, state, l3, Int32Array.of(serving), undefined, tickMs)[0];
  expect([step(0), step(0), step(0)]).toEqual([-1, -1, 1]);
  resetTriggers(state, 0);
  expect([step(0), step(0), step(0)]).toEqual([-1, -1, 1]);
  expect(step(-1)).toBe(-1);
});

test("arrays of another shape are refused", () => {
  const parameters = { offsetDb: 0, hysteresisDb: 0, timeToTriggerMs: 0 };
  const state = createTriggerState(2, 2);
  expect(() => stepA3(parameters, state, new Float64Array(3), new Int32Array(2), undefined, 10)).toThrow(
    "stepA3: expected 4 measurements of 2 users, got 3 of 2",
  );
});
