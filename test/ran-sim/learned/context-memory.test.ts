import { beforeAll, expect, test } from "vitest";
import { rowOf } from "#core";
import type { ContextMemory } from "../../../ran-sim/learned/context-memory.ts";
import type { ContextRuntime } from "../../../ran-sim/learned/context-runtime.ts";
import { LAST_VALUES, rsrpFeature, stateLimits } from "../../../ran-sim/learned/context-shape.ts";
import { NO_CELL } from "../../../ran-sim/learned/slots.ts";
import { memoryOf, reportOf, seededRuntime, smallModel, smallShape } from "../support/context.ts";

const { slots, slotWidth } = smallShape;
let one: ContextRuntime;
let two: ContextRuntime;
beforeAll(() => {
  one = seededRuntime(1);
  two = seededRuntime(2);
});

const levels = [-88, -80, -97, -91, -84, -93];

async function heard(memory: ContextMemory, rows: readonly (readonly number[])[], serving = 0) {
  for (const [i, row] of rows.entries()) {
    await memory.observe(reportOf(0.04 * (i + 1), [row], [serving]));
  }
}

const expectations = (memory: ContextMemory, cells: readonly number[], ue = 0) =>
  cells.map((cell) => Array.from(memory.expectation(ue, cell) ?? [Number.NaN]));

function expectClose(got: readonly number[][], wanted: readonly number[][], tolerance = 1e-5) {
  const worst = Math.max(...got.flatMap((row, i) => row.map((value, j) => Math.abs(value - wanted[i][j]))));
  expect(worst).toBeLessThan(tolerance);
}

test("a departing state is in the order of its candidate list: source, target, then by the last level", async () => {
  const memory = memoryOf(one);
  await heard(memory, [levels]);
  memory.depart?.([{ ue: 0, source: 0, target: 3 }]);
  expect([...memory.cellsOf(0)]).toEqual([0, 3, 1, 4]);
  const state = rowOf(memory.read([0]), 0);
  const lastLevels = [0, 1, 2, 3].map((slot) => state[slot * (slotWidth + LAST_VALUES) + slotWidth]);
  for (const [i, cell] of [0, 3, 1, 4].entries()) {
    expect(lastLevels[i]).toBeCloseTo(rsrpFeature(levels[cell]), 5);
  }
});

test("putting a state in order changes nothing that is expected of a cell", async () => {
  const memory = memoryOf(one);
  await heard(memory, [levels, levels.map((level) => level - 2)]);
  const cells = [...memory.cellsOf(0)];
  const before = expectations(memory, cells);
  memory.depart?.([{ ue: 0, source: 0, target: 3 }]);
  expect(expectations(memory, cells)).toEqual(before);
});

test("forget empties a phone: no cell, no expectation, the initial state", async () => {
  const memory = memoryOf(one);
  await heard(memory, [levels]);
  expect(memory.expectation(0, 0)).toBeDefined();
  memory.forget(0);
  expect([...memory.cellsOf(0)]).toEqual(new Array(slots).fill(NO_CELL));
  expect(memory.expectation(0, 0)).toBeUndefined();
  expect(Array.from(rowOf(memory.read([0]), 0))).toEqual(Array.from(await one.initial()));
});

test("write takes the cells of the request, and what was sent whole expects what it expected", async () => {
  const memory = memoryOf(one);
  await heard(memory, [levels, levels.map((level, cell) => level + (cell % 3))]);
  memory.depart?.([{ ue: 0, source: 0, target: 1 }]);
  const sent = memory.read([0]);
  const cells = [...memory.cellsOf(0)];
  const before = expectations(memory, cells);
  // The source goes on hearing other cells until the phone has left.
  await memory.observe(reportOf(0.12, [[-80, -120, -60, -61, -62, -63]], [0]));
  memory.forget(0);
  await memory.write([0], sent);
  expect([...memory.cellsOf(0)]).toEqual(cells);
  expectClose(expectations(memory, cells), before);
});

test("a state that arrives is as old as the request: its first report says so, whoever served in between", async () => {
  const stateAfter = async (inBetween: boolean) => {
    const memory = memoryOf(one);
    await heard(memory, [levels]);
    memory.depart?.([{ ue: 0, source: 0, target: 1 }]);
    const sent = memory.read([0]);
    if (inBetween) await memory.observe(reportOf(0.08, [levels], [0]));
    memory.forget(0);
    await memory.write([0], sent);
    await memory.observe(reportOf(0.16, [levels], [1]));
    return Array.from(rowOf(memory.read([0]), 0));
  };
  expect(await stateAfter(true)).toEqual(await stateAfter(false));
});

test("the order and the numbers of the cells mean nothing: a permutation permutes what is expected", async () => {
  const order = [3, 5, 0, 4, 1, 2];
  const sameSite = new Uint8Array(36);
  const permutedSites = new Uint8Array(36);
  for (const [a, b] of [
    [0, 1],
    [1, 0],
    [4, 3],
    [3, 4],
  ]) {
    sameSite[a * 6 + b] = 1;
    permutedSites[order[a] * 6 + order[b]] = 1;
  }
  const permuted = (row: readonly number[]) => row.map((_, cell) => row[order.indexOf(cell)]);
  const rows = [0, 1, 2, 3].map((t) => levels.map((level, cell) => level + 3 * Math.sin(t + cell)));
  const plain = memoryOf(one, { sameSite });
  const mixed = memoryOf(one, { sameSite: permutedSites });
  await heard(plain, rows);
  await heard(mixed, rows.map(permuted), order[0]);
  const cells = [...plain.cellsOf(0)].filter((cell) => plain.expectation(0, cell) !== undefined);
  expect(cells.length).toBe(slots);
  const images = cells.map((cell) => order[cell]);
  expectClose(expectations(mixed, images), expectations(plain, cells));
});

test("a phone is remembered alike alone and among others, to 1e-5", async () => {
  const alone = memoryOf(one);
  const among = memoryOf(two, { ueCount: 2 });
  const rows = [0, 1, 2].map((t) => levels.map((level, cell) => level + 2 * Math.cos(t * cell)));
  await heard(alone, rows);
  const other = levels.map((level) => level - 20);
  for (const [i, row] of rows.entries()) {
    await among.observe(reportOf(0.04 * (i + 1), [other, row], [2, 0]));
  }
  const cells = [...alone.cellsOf(0)];
  expectClose(expectations(among, cells, 1), expectations(alone, cells));
});

test("a phone that nobody serves keeps its state, whatever is measured", async () => {
  const memory = memoryOf(two, { ueCount: 2 });
  await memory.observe(reportOf(0.04, [levels, levels], [0, 0]));
  const before = Array.from(rowOf(memory.read([1]), 0));
  await memory.observe(reportOf(0.08, [levels, levels.map((level) => level + 9)], [0, -1]));
  expect(Array.from(rowOf(memory.read([1]), 0))).toEqual(before);
});

test.each([1e30, -1e30, 3, 0])("a state of %d that arrives is held to where states can be", async (value) => {
  const memory = memoryOf(one);
  await heard(memory, [levels]);
  memory.depart?.([{ ue: 0, source: 0, target: 1 }]);
  const size = memory.stateSize;
  await memory.write([0], { count: 1, size, values: new Float32Array(size).fill(value) });
  const { low, high } = stateLimits(smallShape);
  for (const [j, held] of rowOf(memory.read([0]), 0).entries()) {
    expect(held).toBeGreaterThanOrEqual(low[j]);
    expect(held).toBeLessThanOrEqual(high[j]);
  }
  const expected = [0, 1].flatMap((cell) => Array.from(memory.expectation(0, cell) ?? []));
  expect(expected.every(Number.isFinite)).toBe(true);
});

test.each([0, 1, 0.4, -1e30, 1e30])(
  "no cell is known after a hand-off that the candidate list does not name, whatever was sent: %d everywhere",
  async (value) => {
    const memory = memoryOf(one);
    // The serving cell has a slot though it is not heard, and so stands in no list of what was measured.
    const unheard = [-156, -80, -97, -156, -84, -156];
    await heard(memory, [unheard, unheard]);
    expect([...memory.cellsOf(0)]).toContain(0);
    memory.depart?.([{ ue: 0, source: 0, target: 1 }]);
    const size = memory.stateSize;
    memory.forget(0);
    await memory.write([0], { count: 1, size, values: new Float32Array(size).fill(value) });
    expect([...memory.cellsOf(0)]).toEqual([NO_CELL, 1, 4, 2]);
    const known = levels.map((_, cell) => memory.expectation(0, cell) !== undefined);
    // Of the listed ones, those that the state that arrived has heard of.
    const heardOf = value > 0.5;
    expect(known).toEqual([false, heardOf, heardOf, false, heardOf, false]);
    const state = rowOf(memory.read([0]), 0);
    const flags = [0, 1, 2, 3].map((slot) => state[(slot + 1) * (slotWidth + LAST_VALUES) - 1]);
    expect(flags).toEqual(heardOf ? [0, 1, 1, 1] : [0, 0, 0, 0]);
  },
);

test("a phone that arrives knows the cells of its own list, not those of another that arrives with it", async () => {
  const memory = memoryOf(two, { ueCount: 2 });
  const other = [-156, -156, -80, -85, -156, -156];
  await memory.observe(reportOf(0.04, [levels, other], [0, 2]));
  memory.depart?.([
    { ue: 1, source: 2, target: 3 },
    { ue: 0, source: 0, target: 1 },
  ]);
  const sent = memory.read([1, 0]);
  await memory.write([1, 0], sent);
  expect([...memory.cellsOf(0)]).toEqual([0, 1, 4, 3]);
  expect([...memory.cellsOf(1)]).toEqual([2, 3, NO_CELL, NO_CELL]);
  const knownBy = (ue: number) =>
    [0, 1, 2, 3, 4, 5].filter((cell) => memory.expectation(ue, cell) !== undefined);
  expect(knownBy(0)).toEqual([0, 1, 3, 4]);
  expect(knownBy(1)).toEqual([2, 3]);
});

test("a value that is no number is taken for a cell that was not measured, and poisons no state", async () => {
  const memory = memoryOf(one);
  const holes = levels.map((level, cell) => (cell === 1 || cell === 0 ? Number.NaN : level));
  await heard(memory, [levels, holes, levels]);
  const sinrs = levels.map((level, cell) => (cell === 4 ? Number.NaN : level + 95));
  await memory.observe(reportOf(0.2, [levels], [0], [sinrs]));
  expect(rowOf(memory.read([0]), 0).every(Number.isFinite)).toBe(true);
  expect(
    expectations(memory, [...memory.cellsOf(0)])
      .flat()
      .every(Number.isFinite),
  ).toBe(true);
});

test.each([1, 2, 200])(
  "a world of %d cells is remembered, with expectations of the serving cell",
  async (cellCount) => {
    const memory = memoryOf(one, { cellCount });
    const row = Array.from({ length: cellCount }, (_, cell) => -70 - (cell % 60));
    const serving = cellCount - 1;
    await heard(memory, [row, row], serving);
    const own = memory.expectation(0, serving);
    expect(own !== undefined && Array.from(own).every(Number.isFinite)).toBe(true);
    const named = new Float64Array(cellCount);
    memory.predict(0, 0, named);
    expect(named.filter(Number.isFinite).length).toBe(Math.min(cellCount, smallModel.shape.slots));
  },
);
