import fc from "fast-check";
import { expect, test } from "vitest";
import { assignSlots, NO_CELL } from "../../../ran-sim/learned/slots.ts";
import { UNHEARD_DBM } from "../../../ran-sim/policy/trend.ts";

const none = (count: number) => new Int16Array(count).fill(NO_CELL);
const report = (...levels: number[]) => Float64Array.from(levels);

test("the strongest cells take the empty slots, and none more often than once", () => {
  const cells = none(3);
  assignSlots(cells, report(-100, -80, -90, -95, -85), 1);
  expect([...cells].sort()).toEqual([1, 2, 4]);
});

test("the serving cell takes the weakest slot however weak it is, and keeps it", () => {
  const cells = Int16Array.from([0, 1]);
  const levels = report(-80, -85, -140, -70, -60);
  expect(assignSlots(cells, levels, 2)).toContain(1);
  expect(cells).toContain(2);
  assignSlots(cells, levels, 2);
  expect(cells).toContain(2);
});

test("a cell keeps its slot until another is more than 2 dB stronger", () => {
  const cells = Int16Array.from([0, 1]);
  expect(assignSlots(cells, report(-80, -90, -88), 0)).toEqual([]);
  expect(assignSlots(cells, report(-80, -90, -87.9), 0)).toEqual([1]);
  expect([...cells]).toEqual([0, 2]);
});

test("a cell that is heard no longer gives its slot to any that is heard, and not to one that is not", () => {
  const cells = Int16Array.from([0, 1]);
  const gone = UNHEARD_DBM - 1;
  expect(assignSlots(cells, report(-80, gone, gone), 0)).toEqual([]);
  expect(assignSlots(cells, report(-80, gone, -150), 0)).toEqual([1]);
  expect([...cells]).toEqual([0, 2]);
});

test("a level that is no number takes no slot", () => {
  const cells = none(2);
  assignSlots(cells, report(Number.NaN, -90, Number.NaN), 1);
  expect([...cells].sort()).toEqual([NO_CELL, 1]);
});

test("after any reports the serving cell has a slot, no cell has two, and what changed hands is told", () => {
  const level = fc.oneof(fc.integer({ min: -150, max: -40 }), fc.constant(-156.5));
  const step = fc.record({
    levels: fc.array(level, { minLength: 7, maxLength: 7 }),
    serving: fc.integer({ min: 0, max: 6 }),
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.array(step, { maxLength: 12 }), (slots, steps) => {
      const cells = none(slots);
      for (const { levels, serving } of steps) {
        const before = cells.slice();
        const changed = assignSlots(cells, Float64Array.from(levels), serving);
        const taken = cells.filter((cell) => cell !== NO_CELL);
        expect(cells).toContain(serving);
        expect(new Set(taken).size).toBe(taken.length);
        for (const [slot, cell] of cells.entries()) {
          if (cell !== before[slot]) expect(changed).toContain(slot);
        }
      }
    }),
    { numRuns: 100 },
  );
});
