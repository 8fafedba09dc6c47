import { expect, test } from "vitest";
import { createStream } from "#core";
import { createGraph, toOnnx } from "#core/model";
import { openOnnxSession } from "#core/node";
import { ENTRIES, ENTRY_FEATURES, writeEntries } from "../../../ran-sim/learned/cell-list-start.ts";
import { OUTAGE_WITHIN_MS, OUTPUTS, output } from "../../../ran-sim/learned/context-shape.ts";
import { predictedEntries, predictTrajectory } from "../../../ran-sim/learned/trajectory.ts";

/** What is expected of a cell: a logit of being right, and one of an outage at every horizon. */
function expectedOf(right: number, outage: number): Float32Array {
  const values = new Float32Array(OUTPUTS);
  values[output.right] = right;
  for (const i of OUTAGE_WITHIN_MS.keys()) values[output.outage + i] = outage;
  return values;
}

test("a trajectory is the target, then the likeliest cells, each for as long as its link is expected to last", () => {
  const known = [
    { cell: 4, expected: expectedOf(3, -20) },
    { cell: 9, expected: expectedOf(-1, 20) },
    { cell: 7, expected: expectedOf(1, 0) },
    { cell: 2, expected: expectedOf(5, -20) },
  ];
  expect(predictTrajectory(known, 7)).toEqual([
    { cell: 7, stayS: 1 },
    { cell: 2, stayS: 2 },
    { cell: 4, stayS: 2 },
    { cell: 9, stayS: 0 },
  ]);
});

test("a target of which nothing is expected stands first all the same", () => {
  expect(predictTrajectory([], 3)).toEqual([{ cell: 3, stayS: 0 }]);
  const known = [{ cell: 1, expected: expectedOf(0, 0) }];
  expect(predictTrajectory(known, 3).map(({ cell }) => cell)).toEqual([3, 1]);
});

test("in training a trajectory has the entries that it has in a run, in another order", async () => {
  const [batch, slots] = [6, 5];
  const random = createStream(1, "trajectory-test");
  const expected = Float32Array.from({ length: batch * slots * OUTPUTS }, (_, i) => 3 * random.normal(i));
  // The source and the target are always listed.
  const listed = Float32Array.from({ length: batch * slots }, (_, i) =>
    i % slots < 2 || random.uniform(i, 1) < 0.6 ? 1 : 0,
  );
  const graph = createGraph();
  const parts = predictedEntries(
    graph.input("expected", [batch, slots, OUTPUTS]),
    graph.input("listed", [batch, slots]),
  );
  graph.output("entries", parts.entries);
  graph.output("ofSlots", parts.ofSlots);
  const session = await openOnnxSession(toOnnx(graph, new Float32Array(0)));
  const got = await session.run({ expected, listed });
  await session.close();
  for (let row = 0; row < batch; row++) {
    const known = Array.from({ length: slots }, (_, slot) => ({
      cell: 10 + slot,
      expected: expected.slice((row * slots + slot) * OUTPUTS, (row * slots + slot + 1) * OUTPUTS),
    })).filter((__, slot) => listed[row * slots + slot] === 1);
    const cells = Int16Array.from({ length: slots }, (_, slot) =>
      listed[row * slots + slot] === 1 ? 10 + slot : -1,
    );
    const entries = new Float32Array(ENTRIES * ENTRY_FEATURES);
    const ofSlots = new Float32Array(ENTRIES * slots);
    writeEntries(entries, ofSlots, 0, predictTrajectory(known, 11), cells);
    for (let i = 0; i < known.length; i++) {
      const slot = Array.from(ofSlots.subarray(i * slots, (i + 1) * slots)).indexOf(1);
      const at = (row * slots + slot) * ENTRY_FEATURES;
      for (let j = 0; j < ENTRY_FEATURES; j++) {
        expect(Number(got.entries[at + j])).toBeCloseTo(entries[i * ENTRY_FEATURES + j], 5);
      }
      expect(Number(got.ofSlots[(row * slots + slot) * slots + slot])).toBe(1);
    }
    const total = Array.from({ length: slots * ENTRY_FEATURES }, (_, i) =>
      Number(got.entries[row * slots * ENTRY_FEATURES + i]),
    );
    expect(total.filter((_, i) => i % ENTRY_FEATURES === 0).reduce((sum, present) => sum + present)).toBe(
      known.length,
    );
  }
});
