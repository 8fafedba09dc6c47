import { beforeAll, expect, test } from "vitest";
import { createStream } from "#core";
import type { ContextMemory } from "../../../ran-sim/learned/context-memory.ts";
import type { ContextRuntime } from "../../../ran-sim/learned/context-runtime.ts";
import { createPinnedMemory } from "../../../ran-sim/learned/pinned-memory.ts";
import type { UeBatch } from "../../../ran-sim/policy/policy.ts";
import { xnSchema } from "../../../ran-sim/xn/xn-schema.ts";
import { memoryOf, reportOf, seededRuntime, smallShape } from "../support/context.ts";

const CELLS = 6;
let runtime: ContextRuntime;
beforeAll(() => {
  runtime = seededRuntime(1);
});

/** Reports as an L1 report has them: the middles of their bins. */
const levels = [-88.5, -80.5, -97.5, -91.5, -84.5, -93.5];
const sinrs = [2.25, 9.75, -6.25, -1.75, 5.25, -3.25];

const pinnedOf = (xn: Partial<Parameters<typeof xnSchema.parse>[0] & object> = {}) =>
  createPinnedMemory(memoryOf(runtime), xnSchema.parse(xn), createStream(1, "pinned"), {
    ueCount: 1,
    cellCount: CELLS,
  });

const at = (timeMs: number, serving: number, shift = 0): UeBatch =>
  reportOf(timeMs / 1000, [levels.map((level) => level + shift)], [serving], [sinrs]);
const noReportAt = (timeMs: number, serving: number): UeBatch => ({
  ...at(timeMs, serving),
  hasReport: false,
});

async function observeAll(memory: ContextMemory, batches: readonly UeBatch[]) {
  for (const batch of batches) await memory.observe(batch);
}

const expectedBy = (memory: ContextMemory, cell: number) => {
  const values = memory.expectation(0, cell);
  return values === undefined ? undefined : Array.from(values);
};

test("at its anchor a phone is remembered as by the memory itself, at once and for nothing", async () => {
  const plain = memoryOf(runtime);
  const pinned = pinnedOf();
  const batches = [at(40, 0), at(80, 0, 2), at(120, 0, -1)];
  await observeAll(plain, batches);
  await observeAll(pinned, batches);
  expect(expectedBy(pinned, 1)).toEqual(expectedBy(plain, 1));
  expect(pinned.isFresh?.(0)).toBe(true);
  expect(pinned.stays?.takeForwardedBytes()).toBe(0);
});

test("elsewhere what is expected comes two delays after the report, in half precision, and nothing was lost", async () => {
  const plain = memoryOf(runtime);
  const pinned = pinnedOf({ delayMs: 5 });
  const before = [at(40, 0), at(80, 0, 2)];
  await observeAll(plain, before);
  await observeAll(pinned, before);
  pinned.stays?.moved(0);
  expect(expectedBy(pinned, 1)).toBeUndefined();
  await observeAll(plain, [at(160, 1, 3)]);
  await observeAll(pinned, [at(160, 1, 3)]);
  expect(expectedBy(pinned, 1)).toBeUndefined();
  expect(pinned.isFresh?.(0)).toBe(false);
  await observeAll(pinned, [noReportAt(169, 1)]);
  expect(expectedBy(pinned, 1)).toBeUndefined();
  await observeAll(pinned, [noReportAt(170, 1)]);
  expect(pinned.isFresh?.(0)).toBe(true);
  const [got, wanted] = [expectedBy(pinned, 1), expectedBy(plain, 1)];
  for (const [i, value] of (wanted as number[]).entries()) {
    expect(Math.abs((got as number[])[i] - value)).toBeLessThanOrEqual(2 ** -11 * Math.abs(value) + 1e-7);
  }
  await observeAll(pinned, [noReportAt(180, 1)]);
  expect(pinned.isFresh?.(0)).toBe(false);
  expect(expectedBy(pinned, 1)).toEqual(got);
});

test("each report and each answer is a frame, as long as it is really encoded", async () => {
  const pinned = pinnedOf({ delayMs: 5 });
  await observeAll(pinned, [at(40, 0), at(80, 1), noReportAt(90, 1)]);
  const outputs = (pinned.expectation(0, 0) as Float32Array).length;
  const answer = 4 + smallShape.slots * (2 + 2 * outputs);
  // 34 or 37 bytes of XnAP (a small identity), in steps of four, and 62 of headers.
  const frame = (payload: number) => 62 + 4 * Math.ceil((xnapOverhead(payload) + payload) / 4);
  expect(pinned.stays?.takeForwardedBytes()).toBe(frame(4 + CELLS * 4) + frame(answer));
  expect(pinned.stays?.takeForwardedBytes()).toBe(0);
});

/** An identity of one octet is one shorter than those of sizes.test.ts. */
const xnapOverhead = (payload: number) => (payload > 67 ? 36 : 33);

test("a report that the links lose is lost to the state, and the next one counts from the last that came", async () => {
  const losing = pinnedOf({ lossProbability: 1, maximumRetransmissions: 0, retransmissionTimeoutMs: 10 });
  await observeAll(losing, [at(40, 0), at(80, 1, 4), noReportAt(200, 1)]);
  expect(expectedBy(losing, 1)).toBeUndefined();
  // Back at the anchor nothing has to cross.
  await observeAll(losing, [at(240, 0)]);
  const plain = memoryOf(runtime);
  await observeAll(plain, [at(40, 0), at(240, 0)]);
  expect(expectedBy(losing, 1)).toEqual(expectedBy(plain, 1));
});

test("an answer for a cell that the phone has left is thrown away", async () => {
  const pinned = pinnedOf({ delayMs: 30 });
  await observeAll(pinned, [at(40, 0), at(80, 1)]);
  pinned.stays?.moved(0);
  await observeAll(pinned, [noReportAt(150, 2), noReportAt(160, 2)]);
  expect(expectedBy(pinned, 1)).toBeUndefined();
});

test("what is forgotten has a new anchor: the next cell, where nothing has to be forwarded", async () => {
  const pinned = pinnedOf();
  await observeAll(pinned, [at(40, 0)]);
  pinned.forget(0);
  await observeAll(pinned, [at(80, 3)]);
  expect(pinned.stays?.takeForwardedBytes()).toBe(0);
  const plain = memoryOf(runtime);
  plain.forget(0);
  await observeAll(plain, [at(80, 3)]);
  expect(Number.isFinite(expectedBy(pinned, 3)?.[0])).toBe(true);
});

test("a value that is no number is no measurement, at the anchor as elsewhere", async () => {
  const broken = (timeMs: number, serving: number) =>
    reportOf(
      timeMs / 1000,
      [levels.map((level, cell) => (cell === 2 ? Number.NaN : level))],
      [serving],
      [sinrs],
    );
  const pinned = pinnedOf();
  await observeAll(pinned, [broken(40, 0), broken(80, 1), noReportAt(90, 1)]);
  expect(pinned.cellsOf(0)).not.toContain(2);
  for (const cell of pinned.cellsOf(0)) {
    for (const value of expectedBy(pinned, cell) ?? []) expect(Number.isFinite(value)).toBe(true);
  }
});
