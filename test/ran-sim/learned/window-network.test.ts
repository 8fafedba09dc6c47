import { beforeAll, expect, test } from "vitest";
import { rowOf } from "#core";
import type { ContextMemory } from "../../../ran-sim/learned/context-memory.ts";
import type { ContextModel, ContextRuntime } from "../../../ran-sim/learned/context-runtime.ts";
import { FEATURES, LAST_VALUES, rsrpFeature } from "../../../ran-sim/learned/context-shape.ts";
import { windowShape } from "../../../ran-sim/learned/window-network.ts";
import { memoryOf, reportOf, seededRuntime } from "../support/context.ts";

const REPORTS = 3;
const shape = windowShape(4, REPORTS, 6);
const model: ContextModel = { modelId: "context-window-test", shape, latentBytes: null };
let runtime: ContextRuntime;
beforeAll(() => {
  runtime = seededRuntime(1, model);
});

const levels = [-88, -80, -97, -91, -84, -93];
const rowsOf = (count: number, from = 0) =>
  Array.from({ length: count }, (_, t) => levels.map((level, cell) => level + 3 * Math.sin(from + t + cell)));

async function heard(memory: ContextMemory, rows: readonly (readonly number[])[], serving = 0, firstMs = 40) {
  for (const [i, row] of rows.entries()) {
    await memory.observe(reportOf((firstMs + 40 * i) / 1000, [row], [serving]));
  }
}

const expectations = (memory: ContextMemory, cells: readonly number[]) =>
  cells.map((cell) => Array.from(memory.expectation(0, cell) ?? [Number.NaN]));

function farthest(a: readonly number[][], b: readonly number[][]): number {
  return Math.max(...a.flatMap((row, i) => row.map((value, j) => Math.abs(value - b[i][j]))));
}

test("the state is the window: features of the last reports, oldest first, and what was last measured", async () => {
  const memory = memoryOf(runtime);
  const rows = rowsOf(4);
  await heard(memory, rows);
  const slot = Array.from(memory.cellsOf(0)).indexOf(1);
  const slotSize = REPORTS * FEATURES + LAST_VALUES;
  const state = rowOf(memory.read([0]), 0).subarray(slot * slotSize, (slot + 1) * slotSize);
  const seen = Array.from({ length: REPORTS }, (_, i) => state[i * FEATURES]);
  for (const [i, level] of seen.entries()) expect(level).toBeCloseTo(rsrpFeature(rows[i + 1][1]), 5);
  expect(state[REPORTS * FEATURES]).toBeCloseTo(rsrpFeature(rows[3][1]), 5);
  expect(state[slotSize - 1]).toBe(1);
});

test("what lies before the window makes no difference, what lies in it does", async () => {
  const [some, other, nearer] = [memoryOf(runtime), memoryOf(runtime), memoryOf(runtime)];
  const last = rowsOf(REPORTS, 50);
  await heard(some, [...rowsOf(5), ...last]);
  await heard(other, [...rowsOf(5, 9), ...last]);
  await heard(nearer, [...rowsOf(6), ...last.slice(1)]);
  const cells = [...some.cellsOf(0)];
  expect(farthest(expectations(some, cells), expectations(other, cells))).toBeLessThan(1e-5);
  expect(farthest(expectations(some, cells), expectations(nearer, cells))).toBeGreaterThan(1e-3);
});

test("the numbers and the order of cells mean nothing: a permutation permutes what is expected", async () => {
  const order = [3, 5, 0, 4, 1, 2];
  const permuted = (row: readonly number[]) => row.map((_, cell) => row[order.indexOf(cell)]);
  const [plain, mixed] = [memoryOf(runtime), memoryOf(runtime)];
  await heard(plain, rowsOf(4));
  await heard(mixed, rowsOf(4).map(permuted), order[0]);
  const cells = [...plain.cellsOf(0)];
  const images = cells.map((cell) => order[cell]);
  expect(farthest(expectations(mixed, images), expectations(plain, cells))).toBeLessThan(1e-5);
});

test("a handover empties the window: afterwards a phone is as one that was never heard", async () => {
  const [lost, fresh] = [memoryOf(runtime), memoryOf(runtime)];
  await heard(lost, rowsOf(4));
  lost.forget(0);
  fresh.forget(0);
  await heard(lost, rowsOf(2, 7), 1, 240);
  await heard(fresh, rowsOf(2, 7), 1, 240);
  const cells = [...fresh.cellsOf(0)];
  expect(expectations(lost, cells)).toEqual(expectations(fresh, cells));
});

test("a level that is no number, and a report without any, leave every expectation a number", async () => {
  const memory = memoryOf(runtime);
  await heard(memory, [levels, levels.map((level, cell) => (cell === 1 ? Number.NaN : level))]);
  await heard(memory, [new Array(6).fill(-156)], 0, 120);
  const known = [...memory.cellsOf(0)].filter((cell) => memory.expectation(0, cell) !== undefined);
  expect(known.length).toBeGreaterThan(0);
  for (const value of expectations(memory, known).flat()) expect(Number.isFinite(value)).toBe(true);
});
