import { expect, test } from "vitest";
import { type Recording, recordWorld, sameSites } from "../../../ran-sim/learned/recording.ts";
import { parseRanScenario } from "../../../ran-sim/scenario.ts";
import { createSensing } from "../../../ran-sim/sensing.ts";
import { roughWorld, worldOf } from "../support/worlds.ts";

const scenario = parseRanScenario({ measurement: { errorSigmaDb: 0 } }, "test");
const TICK_MS = 10;
const world = roughWorld(5, { ueCount: 2, tickCount: 520 });
const recording = recordWorld(world, scenario, 1);
const entries = world.ueCount * world.cellCount;

/** Every tick as the simulator senses it: [tick][entry]. */
function sensed() {
  const sensing = createSensing(world, scenario, { seed: 1, filterCoefficients: [] });
  return Array.from({ length: world.tickCount }, (_, tick) => {
    sensing.step(tick);
    return {
      rsrpDbm: Array.from(sensing.links.rsrpDbm),
      sinrDb: Array.from(sensing.links.sinrDb),
      sinrLinear: Array.from(sensing.sinrLinear),
      reportedDbm: Array.from(sensing.reportedDbm),
      reportedSinrDb: Array.from(sensing.reportedSinrDb),
    };
  });
}
const ticks = sensed();

/** The tick of a report: one every 40 ms from 1 s on. */
const tickOf = (report: number) => 1000 / TICK_MS + (report * 40) / TICK_MS;

test("a report is what the simulator reports on its tick", () => {
  for (const report of [0, 7, recording.reportCount - 1]) {
    const { reportedDbm, reportedSinrDb } = ticks[tickOf(report)];
    const at = report * entries;
    expect(Array.from(recording.rsrpDbm.subarray(at, at + entries))).toEqual(reportedDbm.map(Math.fround));
    expect(Array.from(recording.sinrDb.subarray(at, at + entries))).toEqual(reportedSinrDb.map(Math.fround));
  }
});

test("the future means and lows are those of the ticks of the next second, and of two, counted one by one", () => {
  for (let report = 0; report < recording.reportCount; report += 5) {
    const next = (ms: number) => ticks.slice(tickOf(report), tickOf(report) + ms / TICK_MS);
    for (let i = 0; i < entries; i++) {
      const mean = (of: (tick: (typeof ticks)[0]) => number) =>
        next(1000).reduce((sum, tick) => sum + of(tick), 0) / next(1000).length;
      const at = report * entries + i;
      // Sums of a hundred float32 values.
      expect(recording.futureSinrDb[at]).toBeCloseTo(10 * Math.log10(mean((tick) => tick.sinrLinear[i])), 3);
      expect(recording.futureRsrpDbm[at]).toBeCloseTo(
        mean((tick) => tick.rsrpDbm[i]),
        3,
      );
      expect(recording.futureLowestDb[at]).toBeCloseTo(Math.min(...next(1000).map((t) => t.sinrDb[i])), 4);
      expect(recording.futureLowestLongDb[at]).toBeCloseTo(
        Math.min(...next(2000).map((t) => t.sinrDb[i])),
        4,
      );
    }
  }
});

test("only reports whose two seconds ahead lie in the world are kept", () => {
  // 5.2 s: reports from 1 s to 3.2 s, less the period that the end of the world may cut.
  expect(recording.reportCount).toBeGreaterThanOrEqual(54);
  expect(tickOf(recording.reportCount - 1) + 2000 / TICK_MS).toBeLessThanOrEqual(world.tickCount);
  expect(recordWorld(roughWorld(5, { tickCount: 200 }), scenario, 1).reportCount).toBe(0);
});

test("a world of one cell and one of 200 cells are recorded", () => {
  const of = (cellCount: number): Recording =>
    recordWorld(
      worldOf({ cellCount, tickCount: 340, rsrpDbm: (_, __, cell) => -80 - (cell % 50), sinrDb: () => 3 }),
      scenario,
      1,
    );
  for (const cellCount of [1, 200]) {
    const { reportCount, futureSinrDb } = of(cellCount);
    expect(reportCount).toBeGreaterThan(5);
    expect(futureSinrDb.every((value) => Math.abs(value - 3) < 1e-3)).toBe(true);
  }
});

test("cells of one site are told from others, a cell is not its own neighbour, and a trace tells of none", () => {
  const layout = { cells: [{ site: 0 }, { site: 0 }, { site: 1 }] };
  expect(Array.from(sameSites({ cellCount: 3, layout }))).toEqual([0, 1, 0, 1, 0, 0, 0, 0, 0]);
  expect(Array.from(sameSites({ cellCount: 2 }))).toEqual([0, 0, 0, 0]);
});
