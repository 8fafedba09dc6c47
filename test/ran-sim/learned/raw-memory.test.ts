import { expect, test } from "vitest";
import { createHandOff, createStream, type Link } from "#core";
import { asReports } from "../../../ran-sim/hand-off/compress.ts";
import type { ContextRuntime } from "../../../ran-sim/learned/context-runtime.ts";
import { FEATURES, rsrpFeature, sinrFeature } from "../../../ran-sim/learned/context-shape.ts";
import { createRawMemory } from "../../../ran-sim/learned/raw-memory.ts";
import { memoryOf, reportOf, seededRuntime, smallModel, smallShape } from "../support/context.ts";

const { slots } = smallShape;
const layout = { reports: 3, stride: 2 };
const random = createStream(1, "raw-memory-test");
const cellCount = 5;

/** Levels as reports have them: the middles of bins of 1 dB and of 0.5 dB. */
const levelsAt = (t: number) =>
  Array.from({ length: cellCount }, (_, cell) => -90.5 - 3 * cell + random.integer(7, t, cell));
const sinrsAt = (t: number) =>
  Array.from({ length: cellCount }, (_, cell) => 4.25 - 3 * cell + random.integer(7, t, cell, 1));

/** A memory of raw reports, and every feature that was replayed at its target. */
function rawMemory() {
  const plain = seededRuntime(1);
  const replayed: Float32Array[] = [];
  const runtime: ContextRuntime = {
    ...plain,
    replay: (reports, count) => {
      replayed.push(reports.slice());
      return plain.replay(reports, count);
    },
  };
  const memory = createRawMemory(memoryOf(runtime, { cellCount }), runtime, layout, {
    ueCount: 1,
    cellCount,
    reportPeriodMs: 40,
  });
  return { memory, replayed, runtime };
}

const LEAVING = [{ ue: 0, source: 0, target: 1 }];

/** Sends what the memory holds as the simulator does, in int8, and lets the target take it over. */
async function handOver({ memory }: ReturnType<typeof rawMemory>): Promise<string> {
  memory.depart?.(LEAVING);
  const link: Link = {
    label: "a wire",
    send: (messages) => messages.map(({ bytes }) => [{ arrivesAtS: 0, bytes }]),
  };
  const handOff = createHandOff({ ...asReports(memory.stateSize, layout), link });
  const sent = await handOff.send(memory.read([0]), [{ entity: 0, sequence: 1 }], 0);
  memory.forget(0);
  const { states, outcomes } = await handOff.receive(sent, memory.read([0]), 1);
  await memory.write([0], states);
  return String(outcomes[0]);
}

/** Returns RSRP and SINR features of one replayed report, by slot; null where none was. */
const replayedAt = (features: Float32Array, report: number) =>
  Array.from({ length: slots }, (_, slot) => {
    const at = (report * slots + slot) * FEATURES;
    return features[at + 3] === 1 ? [features[at], features[at + 2]] : null;
  });

/** One decibel in the units of the features: 20 dB and 15 dB a unit. */
const ONE_DB = { rsrp: 1 / 20, sinr: 1 / 15 };

function expectReported(got: ReturnType<typeof replayedAt>, t: number, cells: Iterable<number>) {
  for (const [slot, cell] of [...cells].entries()) {
    const [rsrp, sinr] = got[slot] ?? [Number.NaN, Number.NaN];
    expect(Math.abs(rsrp - rsrpFeature(levelsAt(t)[cell]))).toBeLessThanOrEqual(ONE_DB.rsrp);
    expect(Math.abs(sinr - sinrFeature(sinrsAt(t)[cell]))).toBeLessThanOrEqual(ONE_DB.sinr);
  }
}

const observe = (memory: ReturnType<typeof rawMemory>["memory"], t: number, serving = 0) =>
  memory.observe(reportOf(0.04 * t, [levelsAt(t)], [serving], [sinrsAt(t)]));

test("what is replayed is what was reported to 1 dB: every second report, the last one that of the request", async () => {
  const raw = rawMemory();
  for (let t = 1; t <= 9; t++) await observe(raw.memory, t);
  expect(await handOver(raw)).toBe("warm");
  const cells = raw.memory.cellsOf(0);
  for (const [report, t] of [5, 7, 9].entries())
    expectReported(replayedAt(raw.replayed[0], report), t, cells);
});

test("what was not reported is not replayed, and the rest is to 1 dB beside it", async () => {
  const raw = rawMemory();
  for (let t = 8; t <= 9; t++) await observe(raw.memory, t);
  await handOver(raw);
  const none = new Array(slots).fill(null);
  expect(replayedAt(raw.replayed[0], 0)).toEqual(none);
  expect(replayedAt(raw.replayed[0], 1)).toEqual(none);
  expectReported(replayedAt(raw.replayed[0], 2), 9, raw.memory.cellsOf(0));
});

test("an RSRP, the middle of a bin, arrives exactly when a value is missing beside it", async () => {
  const raw = rawMemory();
  await observe(raw.memory, 9);
  await handOver(raw);
  for (const [slot, cell] of raw.memory.cellsOf(0).entries()) {
    expect(replayedAt(raw.replayed[0], 2)[slot]?.[0]).toBeCloseTo(rsrpFeature(levelsAt(9)[cell]), 5);
  }
});

test("a cell that was not heard is not replayed as one at the bottom of the range", async () => {
  const raw = rawMemory();
  const levels = [-80.5, -85.5, -156.5, -156.5, -156.5];
  await raw.memory.observe(reportOf(0.04, [[-80.5, -85.5, -90.5, -91.5, -92.5]], [0]));
  await raw.memory.observe(reportOf(0.08, [levels], [0]));
  await raw.memory.observe(reportOf(0.12, [levels], [0]));
  await handOver(raw);
  expect(replayedAt(raw.replayed[0], 2).map((cell) => cell !== null)).toEqual([true, true, false, false]);
});

test("reports from before service was lost, and while nobody served, are not replayed", async () => {
  const raw = rawMemory();
  for (let t = 1; t <= 4; t++) await observe(raw.memory, t);
  raw.memory.forget(0);
  for (let t = 5; t <= 8; t++) await observe(raw.memory, t, -1);
  await observe(raw.memory, 9);
  await handOver(raw);
  const made = [0, 1, 2].map((report) => replayedAt(raw.replayed[0], report).some((cell) => cell !== null));
  expect(made).toEqual([false, false, true]);
});

test("the target's state is that of its own model after the reports that came", async () => {
  const raw = rawMemory();
  for (let t = 1; t <= 9; t++) await observe(raw.memory, t);
  await handOver(raw);
  const state = await raw.runtime.replay(raw.replayed[0], 1);
  const own = memoryOf(raw.runtime, { cellCount });
  await own.observe(reportOf(0.04 * 9, [levelsAt(9)], [0], [sinrsAt(9)]));
  own.depart?.(LEAVING);
  await own.write([0], { count: 1, size: state.length, values: state });
  for (const cell of own.cellsOf(0)) {
    expect(raw.memory.expectation(0, cell)).toEqual(own.expectation(0, cell));
  }
});

test("the steps of raw reports name layout and size, so that another layout is refused as another model", () => {
  const names = [
    asReports(24, layout),
    asReports(16, { reports: 2, stride: 2 }),
    asReports(24, { ...layout, stride: 1 }),
  ];
  expect(new Set(names.map(({ compressor }) => compressor.modelId)).size).toBe(3);
  expect(smallModel.shape.slots * layout.reports * 2).toBe(24);
});
