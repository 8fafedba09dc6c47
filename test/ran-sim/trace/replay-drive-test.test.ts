import fc from "fast-check";
import { expect, test } from "vitest";
import { createDriveTest, type DriveTest } from "../../../ran-sim/trace/drive-test.ts";
import { replayDriveTest } from "../../../ran-sim/trace/replay-drive-test.ts";
import { createSetAsideTally } from "../../../ran-sim/trace/set-aside.ts";

const rule = { a3OffsetDb: 3, a3HysteresisDb: 1, timeToTriggerMs: 160 };

/** Samples as [second, serving cell, serving dBm, neighbour dBm]; null = missing. */
type Row = readonly [
  second: number,
  cell: string,
  servingDbm: number | null,
  neighbourDbm: number | null,
  id?: string,
];

function drive(rows: readonly Row[]): DriveTest {
  const samples = rows.map(([second, cell, servingDbm, neighbourDbm, id]) => ({
    timeMs: second * 1000,
    lat: null,
    lon: null,
    speedMps: null,
    servingCellId: cell,
    servingPci: null,
    servingArfcn: null,
    servingRsrpDbm: servingDbm,
    servingRsrqDb: null,
    servingSinrDb: null,
    neighbours: neighbourDbm === null ? [] : [{ id: id ?? null, rsrpDbm: neighbourDbm, rsrqDb: null }],
    networkMode: "LTE",
  }));
  return createDriveTest(samples, {
    name: "drive",
    rowCount: rows.length,
    setAside: createSetAsideTally(),
    logged: [],
    interruptedBefore: new Set(),
    technologyOf: (mode) => mode,
  });
}

test("at one sample a second a time-to-trigger of 160 ms acts at the next sample, and 0 at once", () => {
  const rows: Row[] = [
    [0, "a", -90, -100],
    [1, "a", -90, -85],
    [2, "a", -90, -85],
    [3, "a", -90, -85],
  ];
  expect(replayDriveTest(drive(rows), rule).triggers).toEqual([{ timeMs: 2000, neighbourId: null }]);
  expect(replayDriveTest(drive(rows), { ...rule, timeToTriggerMs: 0 }).triggers).toEqual([
    { timeMs: 1000, neighbourId: null },
  ]);
  expect(replayDriveTest(drive(rows), { ...rule, timeToTriggerMs: 2000 }).triggers).toEqual([
    { timeMs: 3000, neighbourId: null },
  ]);
  expect(replayDriveTest(drive(rows), { ...rule, timeToTriggerMs: 2001 }).triggers).toEqual([]);
});

test("entering is strict: exactly offset and hysteresis above is not enough", () => {
  const at = (neighbourDbm: number) =>
    replayDriveTest(
      drive([
        [0, "a", -90, neighbourDbm],
        [1, "a", -90, neighbourDbm],
      ]),
      rule,
    ).triggers.length;
  expect(at(-86)).toBe(0);
  expect(at(-85.9)).toBe(1);
});

test("a neighbour triggers again only after it has left, and the rule starts afresh in a new cell", () => {
  const high = { ...rule, timeToTriggerMs: 0 };
  const inside: Row[] = [
    [0, "a", -90, -80],
    [1, "a", -90, -87],
    [2, "a", -90, -80],
  ];
  expect(replayDriveTest(drive(inside), high).triggers).toHaveLength(1);
  const left: Row[] = [
    [0, "a", -90, -80],
    [1, "a", -90, -89],
    [2, "a", -90, -80],
  ];
  expect(replayDriveTest(drive(left), high).triggers).toHaveLength(2);
  const moved: Row[] = [
    [0, "a", -90, -80],
    [1, "b", -90, -80],
  ];
  expect(replayDriveTest(drive(moved), high).triggers).toHaveLength(2);
});

test("named neighbours run their own time-to-trigger", () => {
  const rows: Row[] = [
    [0, "a", -90, -80, "x"],
    [1, "a", -90, -80, "y"],
    [2, "a", -90, -80, "y"],
  ];
  expect(replayDriveTest(drive(rows), rule).triggers).toEqual([{ timeMs: 2000, neighbourId: "y" }]);
});

test("a missing value or a gap restarts the rule, and a gap is not time served", () => {
  expect(
    replayDriveTest(
      drive([
        [0, "a", -90, -80],
        [1, "a", -90, null],
        [2, "a", -90, -80],
      ]),
      rule,
    ).triggers,
  ).toEqual([]);
  const gap = replayDriveTest(
    drive([
      [0, "a", -90, -80],
      [10, "a", -90, -80],
    ]),
    rule,
  );
  expect(gap.triggers).toEqual([]);
  expect([gap.observedMs, gap.comparableMs, gap.belowBestMs]).toEqual([3000, 3000, 3000]);
});

test("sets our triggers beside the operator's changes, within the window", () => {
  const rows: Row[] = [
    [0, "a", -90, -80],
    [1, "a", -90, -80], // ours, 2 s before the operator's
    [2, "a", -90, -80],
    [3, "b", -80, -90],
    [20, "c", -80, -90], // the operator's alone
    [21, "c", -80, -70],
    [22, "c", -80, -70], // ours alone
    [23, "c", -80, -90],
  ];
  const replay = replayDriveTest(drive(rows), rule);
  expect(replay.operatorChangesMs).toEqual([3000, 20_000]);
  expect(replay.both).toEqual([{ oursMs: 1000, operatorMs: 3000, leadMs: 2000 }]);
  expect(replay.operatorOnlyMs).toEqual([20_000]);
  expect(replay.oursOnlyMs).toEqual([22_000]);
  expect(replay.medianLeadMs).toBe(2000);
  expect(replayDriveTest(drive(rows), { ...rule, matchWindowMs: 1999 }).both).toEqual([]);
  expect(replayDriveTest(drive(rows), { ...rule, matchWindowMs: 1999 }).medianLeadMs).toBeNull();
});

test("a trigger in the new cell is not the handover into it, and only the first in the old cell counts", () => {
  const rows: Row[] = [
    [0, "a", -90, -80], // ours
    [1, "a", -90, -100],
    [2, "a", -90, -80], // ours again
    [3, "b", -90, -80], // the operator's, and ours in the new cell
    [4, "c", -90, -100], // the operator's
  ];
  const replay = replayDriveTest(drive(rows), { ...rule, timeToTriggerMs: 0 });
  expect(replay.both).toEqual([
    { oursMs: 0, operatorMs: 3000, leadMs: 3000 },
    { oursMs: 3000, operatorMs: 4000, leadMs: 1000 },
  ]);
  expect(replay.oursOnlyMs).toEqual([2000]);
});

test("time below the best neighbour is strict, and only where both are measured", () => {
  const rows: Row[] = [
    [0, "a", -90, -87],
    [1, "a", -90, -86.9],
    [3, "a", null, -80],
    [4, "a", -90, null],
    [5, "a", -90, -80],
  ];
  const replay = replayDriveTest(drive(rows), rule);
  expect([replay.observedMs, replay.comparableMs, replay.belowBestMs]).toEqual([5000, 3000, 2000]);
});

test("every trigger and every change is counted exactly once, and matches lie within the window", () => {
  const level = fc.integer({ min: -110, max: -60 });
  const row = fc.tuple(
    fc.integer({ min: 1, max: 4 }),
    fc.constantFrom("a", "b"),
    fc.option(level),
    fc.option(level),
  );
  fc.assert(
    fc.property(
      fc.array(row, { maxLength: 60 }),
      fc.integer({ min: 0, max: 5000 }),
      (rows, matchWindowMs) => {
        const replay = replayDriveTest(
          drive(
            rows.map(([, cell, servingDbm, neighbourDbm], index) => [
              rows.slice(0, index).reduce((second, [step]) => second + step, 0),
              cell,
              servingDbm,
              neighbourDbm,
            ]),
          ),
          { ...rule, timeToTriggerMs: 0, matchWindowMs },
        );
        const sorted = (values: readonly number[]) => [...values].sort((a, b) => a - b);
        expect(sorted([...replay.both.map((one) => one.oursMs), ...replay.oursOnlyMs])).toEqual(
          replay.triggers.map((one) => one.timeMs),
        );
        expect(sorted([...replay.both.map((one) => one.operatorMs), ...replay.operatorOnlyMs])).toEqual(
          replay.operatorChangesMs,
        );
        expect(replay.both.every((one) => one.leadMs > 0 && one.leadMs <= matchWindowMs)).toBe(true);
        expect(replay.belowBestMs).toBeLessThanOrEqual(replay.comparableMs);
        expect(replay.comparableMs).toBeLessThanOrEqual(replay.observedMs);
      },
    ),
  );
});
