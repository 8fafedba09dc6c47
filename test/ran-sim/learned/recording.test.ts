import { expect, test } from "vitest";
import { type Recording, recordWorld, sameSites } from "../../../ran-sim/learned/recording.ts";
import { ranParams } from "../../../ran-sim/ran-params.ts";
import { parseRanScenario } from "../../../ran-sim/scenario.ts";
import { createSensing } from "../../../ran-sim/sensing.ts";
import { failsAt, t310RunsAt, wasInSync } from "../support/served-phone.ts";
import { roughWorld, worldOf } from "../support/worlds.ts";

const TICK_MS = 10;
/** Timers short enough for a rough world to have outages, some of which end in time. */
const timers = { n310: 3, n311: 2, t310Ms: 500 };
const scenario = parseRanScenario({ measurement: { errorSigmaDb: 0 }, handover: timers }, "test");
const world = roughWorld(5, { ueCount: 2, tickCount: 620 });
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

test("the future means are those of the ticks of the next second, counted one by one", () => {
  for (let report = 0; report < recording.reportCount; report += 5) {
    const next = ticks.slice(tickOf(report), tickOf(report) + 1000 / TICK_MS);
    for (let i = 0; i < entries; i++) {
      const mean = (of: (tick: (typeof ticks)[0]) => number) =>
        next.reduce((sum, tick) => sum + of(tick), 0) / next.length;
      const at = report * entries + i;
      // Sums of a hundred float32 values.
      expect(recording.futureSinrDb[at]).toBeCloseTo(10 * Math.log10(mean((tick) => tick.sinrLinear[i])), 3);
      expect(recording.futureRsrpDbm[at]).toBeCloseTo(
        mean((tick) => tick.rsrpDbm[i]),
        3,
      );
    }
  }
});

test("the SINR at the completion is what the monitor sees 90 ms after the report", () => {
  for (let report = 0; report < recording.reportCount; report++) {
    const wanted = ticks[tickOf(report) + 90 / TICK_MS].sinrDb.map(Math.fround);
    expect(Array.from(recording.completionSinrDb.subarray(report * entries, (report + 1) * entries))).toEqual(
      wanted,
    );
  }
  expect(recording.qOutDb).toBe(scenario.handover.qOutDb);
});

test("the time until an outage is that until the simulator's monitor loses a phone which comes on the report, less T310", () => {
  const params = ranParams(scenario, TICK_MS, { procedure: "basic", sendsPayload: false });
  const waits = { seen: 0, none: 0 };
  for (let i = 0; i < entries; i++) {
    const sinrDb = Float64Array.from(ticks, (tick) => tick.sinrDb[i]);
    for (let report = 0; report < recording.reportCount; report++) {
      const tick = tickOf(report);
      if (!wasInSync(params, sinrDb, tick)) continue;
      const untilMs = (failsAt(params, sinrDb, tick) - params.t310Ticks - tick) * TICK_MS;
      const recordedMs = recording.untilOutageMs[report * entries + i];
      // Beyond what models are told, the world's end decides what is known.
      expect(Math.min(recordedMs, 2001)).toBe(Math.min(untilMs, 2001));
      waits[untilMs <= 2000 ? "seen" : "none"]++;
    }
  }
  expect(waits.seen).toBeGreaterThan(50);
  expect(waits.none).toBeGreaterThan(5);
});

test("a command is delivered where no T310 of a phone that comes on the report runs when it is due, 50 ms later", () => {
  const params = ranParams(scenario, TICK_MS, { procedure: "basic", sendsPayload: false });
  const counts = [0, 0];
  for (let i = 0; i < entries; i++) {
    const sinrDb = Float64Array.from(ticks, (tick) => tick.sinrDb[i]);
    for (let report = 0; report < recording.reportCount; report++) {
      const tick = tickOf(report);
      if (!wasInSync(params, sinrDb, tick)) continue;
      const runs = t310RunsAt(params, sinrDb, tick, tick + 50 / TICK_MS);
      expect(recording.delivers[report * entries + i]).toBe(runs ? 0 : 1);
      counts[runs ? 0 : 1]++;
    }
  }
  expect(Math.min(...counts)).toBeGreaterThan(3);
});

test("only reports are kept of which it is known whether an outage begins within two seconds", () => {
  const foreseenMs = 2000 + timers.t310Ms;
  const last = tickOf(recording.reportCount - 1);
  expect(last + foreseenMs / TICK_MS).toBeLessThan(world.tickCount);
  // Less the two periods that the end of the world may cut.
  expect(last + foreseenMs / TICK_MS).toBeGreaterThan(world.tickCount - 3 * 4);
  expect(recordWorld(roughWorld(5, { tickCount: 200 }), scenario, 1).reportCount).toBe(0);
  const patient = parseRanScenario({ handover: { ...timers, t310Ms: 2000 } }, "test");
  expect(recordWorld(roughWorld(5, { tickCount: 620 }), patient, 1).reportCount).toBeLessThan(
    recording.reportCount - 35,
  );
});

test("a world of one cell and one of 200 cells are recorded", () => {
  const of = (cellCount: number): Recording =>
    recordWorld(
      worldOf({ cellCount, tickCount: 400, rsrpDbm: (_, __, cell) => -80 - (cell % 50), sinrDb: () => 3 }),
      scenario,
      1,
    );
  for (const cellCount of [1, 200]) {
    const { reportCount, futureSinrDb, untilOutageMs, completionSinrDb } = of(cellCount);
    expect(reportCount).toBeGreaterThan(5);
    expect(untilOutageMs.every((value) => value === Number.POSITIVE_INFINITY)).toBe(true);
    expect(completionSinrDb.every((value) => Math.abs(value - 3) < 1e-3)).toBe(true);
    expect(futureSinrDb.every((value) => Math.abs(value - 3) < 1e-3)).toBe(true);
  }
});

test("cells of one site are told from others, a cell is not its own neighbour, and a trace tells of none", () => {
  const layout = { cells: [{ site: 0 }, { site: 0 }, { site: 1 }] };
  expect(Array.from(sameSites({ cellCount: 3, layout }))).toEqual([0, 1, 0, 1, 0, 0, 0, 0, 0]);
  expect(Array.from(sameSites({ cellCount: 2 }))).toEqual([0, 0, 0, 0]);
});
