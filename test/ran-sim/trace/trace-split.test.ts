import fc from "fast-check";
import { expect, test } from "vitest";
import type { MultiCellTrace } from "../../../ran-sim/trace/multi-cell-trace.ts";
import { readTraces } from "../../../ran-sim/trace/read-traces.ts";
import { createKnownRows, groupOf, splitTraces } from "../../../ran-sim/trace/trace-split.ts";
import { sharedPath, testWithShared } from "../../support/shared-data.ts";

/** A trace of two cells whose rows are numbered from `firstRow` on. */
function traceOf(name: string, group: string, tickCount: number, firstRow = 0): MultiCellTrace {
  const rsrpDbm = Float64Array.from(
    { length: 2 * tickCount },
    (_, i) => -90 - (firstRow + Math.floor(i / 2)) / 100,
  );
  return {
    name,
    group,
    cellIds: ["0", "1"],
    sampleMs: 10,
    tickCount,
    rsrpDbm,
    sinrDb: new Float64Array(2 * tickCount),
  };
}

const traces = fc
  .array(fc.record({ group: fc.nat(11), tickCount: fc.integer({ min: 1, max: 500 }) }), {
    minLength: 3,
    maxLength: 40,
  })
  .map((list) => list.map(({ group, tickCount }, i) => traceOf(`t${i}`, `g${group}`, tickCount)))
  .filter((list) => new Set(list.map(groupOf)).size >= 3);

test("each trace is in one part, each group in one part, and no part is empty", () => {
  fc.assert(
    fc.property(traces, fc.nat(1000), (list, seed) => {
      const { train, validation, test: held } = splitTraces(list, { seed });
      const parts = [train, validation, held];
      expect(
        parts
          .flat()
          .map(({ name }) => name)
          .sort(),
      ).toEqual(list.map(({ name }) => name).sort());
      const groups = parts.map((part) => new Set(part.map(groupOf)));
      expect(groups.reduce((sum, { size }) => sum + size, 0)).toBe(new Set(list.map(groupOf)).size);
      expect(parts.every((part) => part.length > 0)).toBe(true);
    }),
  );
});

test("the split depends on the seed and not on the order of the traces", () => {
  const list = Array.from({ length: 30 }, (_, i) => traceOf(`t${i}`, `g${i % 15}`, 100 + 7 * i));
  const names = (seed: number, of: readonly MultiCellTrace[]) =>
    splitTraces(of, { seed })
      .test.map(({ name }) => name)
      .sort();
  expect(names(1, [...list].reverse())).toEqual(names(1, list));
  const different = new Set(Array.from({ length: 10 }, (_, seed) => names(seed, list).join()));
  expect(different.size).toBeGreaterThan(5);
});

test("two groups cannot be split in three", () => {
  const list = [traceOf("a", "g", 10), traceOf("b", "h", 10)];
  expect(() => splitTraces(list, { seed: 1 })).toThrow(/at least three groups.*got 2 in 2 traces/);
});

test("rows are known when all levels agree to 0.01 dB, and near ones within the time asked for", () => {
  const known = createKnownRows([traceOf("a", "g", 50)]);
  // Rows 40 to 59: the first ten occur in the training.
  const held = traceOf("b", "h", 20, 40);
  expect([...known.mask(held)]).toEqual([...Array(10).fill(1), ...Array(10).fill(0)]);
  expect(known.share([held])).toBe(0.5);
  expect([...known.mask(held, 30)]).toEqual([...Array(13).fill(1), ...Array(7).fill(0)]);
  expect(createKnownRows([]).share([held])).toBe(0);
  expect(known.share([])).toBeNull();
});

testWithShared("of the recorded traces about a fifth of the time is held out, whatever the seed", () => {
  const input = readTraces(sharedPath("data", "karlsruhe"));
  if (input.kind !== "multi-cell") throw new Error("expected multi-cell traces");
  const timeOf = (list: readonly MultiCellTrace[]) => list.reduce((sum, one) => sum + one.tickCount, 0);
  for (let seed = 0; seed < 20; seed++) {
    const { test: held, train } = splitTraces(input.traces, { seed });
    const share = timeOf(held) / timeOf(input.traces);
    expect(share).toBeGreaterThan(0.12);
    expect(share).toBeLessThan(0.28);
    expect(timeOf(train)).toBeGreaterThan(timeOf(held));
  }
});
