import { expect, test } from "vitest";
import { createLookupPolicy } from "../../../ran-sim/policy/lookup-policy.ts";
import { createLookupTable, lookupRows } from "../../../ran-sim/policy/lookup-table.ts";
import type { UeBatch } from "../../../ran-sim/policy/policy.ts";
import { immediate, scenarioOf, twoCells } from "../support/run-arm.ts";

const rowsOf = (rows: readonly (readonly [number, number, number])[]) => ({
  cellCount: 2,
  reportedDbm: Float64Array.from(rows.flatMap((row) => row.slice(0, 2))),
  bestCell: Int32Array.from(rows, ([, , label]) => label),
});

test("a report is labelled with the cell of highest mean SINR over the second after it", () => {
  // Cell 1 is the better one from tick 250 on; a report every 4 ticks, none in the last second of 500 ticks.
  const world = twoCells(
    (tick) => (tick < 250 ? 10 : -10),
    (tick) => (tick < 250 ? -10 : 10),
    250,
  );
  const { bestCell, reportedDbm } = lookupRows(world, scenarioOf(immediate));
  expect(bestCell.length).toBe(100);
  expect(reportedDbm.length).toBe(200);
  // Of the 100 ticks after tick 196 cell 0 is the better one on 53, of those after tick 200 on 49.
  expect(bestCell.indexOf(1)).toBe(200 / 4);
  expect(bestCell.slice(50).every((cell) => cell === 1)).toBe(true);
});

test("equal reports are one row with their most frequent label", () => {
  const table = createLookupTable([
    rowsOf([
      [-80, -90, 0],
      [-80, -90, 1],
    ]),
    rowsOf([
      [-80, -90, 1],
      [-90, -70, 0],
    ]),
  ]);
  expect(table.rowCount).toBe(2);
  expect(table.bestCell(Float64Array.of(-81, -89))).toBe(1);
  expect(table.bestCell(Float64Array.of(-89, -71))).toBe(0);
});

test("a level counts by how much it varies, and a cell that never changes does not count", () => {
  // Cell 0 spreads 40 dB, cell 1 only 2 dB: one dB of cell 1 weighs as much as 20 of cell 0.
  const varied = createLookupTable([
    rowsOf([
      [-120, -90, 0],
      [-80, -92, 1],
    ]),
  ]);
  expect(varied.bestCell(Float64Array.of(-110, -91.8))).toBe(1);
  const fixed = createLookupTable([
    rowsOf([
      [-120, -90, 0],
      [-80, -90, 1],
    ]),
  ]);
  expect(fixed.bestCell(Float64Array.of(-85, -156))).toBe(1);
});

test("the policy asks at a report, for another cell than the serving one, and never for a phone that is not served", () => {
  const table = createLookupTable([rowsOf([[-80, -70, 1]])]);
  const policy = createLookupPolicy(table, 3);
  const seen = (hasReport: boolean): UeBatch =>
    ({
      hasReport,
      cellCount: 2,
      serving: Int32Array.of(0, 1, -1),
      reportedRsrpDbm: Float64Array.of(-80, -70, -80, -70, -80, -70),
    }) as unknown as UeBatch;
  const targets = (hasReport: boolean) => {
    const decisions = policy.decide(seen(hasReport));
    if (decisions instanceof Promise) throw new Error("a rule must not wait");
    return [...decisions.target];
  };
  expect(targets(true)).toEqual([1, -1, -1]);
  expect(targets(false)).toEqual([-1, -1, -1]);
});
