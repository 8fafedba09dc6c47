import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  createEventState,
  type EventConfig,
  type EventMeasurements,
  type MeasurementReport,
  stepEvents,
} from "../../support/measurement/events.ts";
import { sharedPath, testWithShared } from "../../support/shared-data.ts";

interface PiecewiseConfig {
  readonly event: "A1" | "A2" | "A3" | "A4" | "A5";
  readonly threshold1_dbm: number;
  readonly threshold2_dbm: number;
  readonly a3_offset_db: number;
  readonly hysteresis_db: number;
  readonly timeToTrigger_ms: number;
  readonly reportInterval_ms: number;
  readonly reportOnLeave: boolean;
}

function fromVector(config: PiecewiseConfig): EventConfig {
  const common = {
    hysteresisDb: config.hysteresis_db,
    timeToTriggerMs: config.timeToTrigger_ms,
    reportIntervalMs: config.reportInterval_ms,
    reportAmount: Number.POSITIVE_INFINITY,
    reportOnLeave: config.reportOnLeave,
  };
  const { event } = config;
  if (event === "A3") return { ...common, event, offsetDb: config.a3_offset_db };
  if (event !== "A5") return { ...common, event, thresholdDbm: config.threshold1_dbm };
  return { ...common, event, threshold1Dbm: config.threshold1_dbm, threshold2Dbm: config.threshold2_dbm };
}

/** Runs the engine every millisecond, each measurement held from its time on, until `stopMs`. */
function run(
  config: EventConfig,
  updates: readonly (EventMeasurements & { readonly timeMs: number })[],
  stopMs: number,
): MeasurementReport[] {
  const state = createEventState();
  const reports: MeasurementReport[] = [];
  let next = 0;
  let newest: EventMeasurements | undefined;
  for (let timeMs = 0; timeMs < stopMs; timeMs++) {
    if (next < updates.length && updates[next].timeMs === timeMs) newest = updates[next++];
    if (newest !== undefined) reports.push(...stepEvents(config, state, newest, timeMs));
  }
  return reports;
}

testWithShared("every report of ns-3's piecewise test comes at its time with its value", () => {
  const data = JSON.parse(readFileSync(sharedPath("vectors", "ns3_events_piecewise1.json"), "utf8"));
  const updates = data.l1_rsrp_dbm_at_200n.map((row: { t_ms: number; serving: number }) => ({
    timeMs: row.t_ms,
    serving: { cell: 1, rsrpDbm: row.serving },
    neighbours: [],
  }));
  expect(data.vectors).toHaveLength(17);
  for (const { name, config, ...expected } of data.vectors) {
    const reports = run(fromVector(config), updates, data.setup.stop_ms);
    expect(
      reports.map((report) => report.timeMs),
      name,
    ).toEqual(expected.expected_report_time_ms);
    // The file's `reported_value`: floor(RSRP + 141) within 0..97, the LTE mapping of TS 36.133 9.1.4.
    expect(
      reports.map((report) => Math.min(97, Math.max(0, Math.floor(report.servingRsrpDbm + 141)))),
      name,
    ).toEqual(expected.expected_serving_rsrp_range);
  }
});

const a3: EventConfig = {
  event: "A3",
  offsetDb: 3,
  hysteresisDb: 1,
  timeToTriggerMs: 100,
  reportIntervalMs: 120,
  reportAmount: 2,
  reportOnLeave: true,
};
const at = (timeMs: number, servingDbm: number, ...neighboursDbm: number[]) => ({
  timeMs,
  serving: { cell: 0, rsrpDbm: servingDbm },
  neighbours: neighboursDbm.map((rsrpDbm, i) => ({ cell: i + 1, rsrpDbm })),
});
const brief = (reports: readonly MeasurementReport[]) =>
  reports.map(({ timeMs, cause, triggeredCells }) => `${timeMs} ${cause} ${triggeredCells.join("+")}`);

test("a neighbour exactly at offset plus hysteresis never enters", () => {
  expect(run(a3, [at(0, -90, -86)], 1000)).toEqual([]);
});

test("reports stop at reportAmount, and a leaving cell is reported after its time-to-trigger", () => {
  const reports = run(a3, [at(0, -90, -80), at(500, -90, -95)], 1000);
  expect(brief(reports)).toEqual(["100 entered 1", "220 interval 1", "600 left "]);
});

test("a second cell that triggers starts the count of reports again", () => {
  const reports = run(a3, [at(0, -90, -80, -99), at(400, -90, -80, -80)], 1000);
  expect(brief(reports)).toEqual(["100 entered 1", "220 interval 1", "500 entered 1+2", "620 interval 1+2"]);
});

test("one violating update during time-to-trigger starts it again", () => {
  const reports = run(a3, [at(0, -90, -80), at(60, -90, -89), at(70, -90, -80)], 200);
  expect(brief(reports)).toEqual(["170 entered 1"]);
});

test("a change of serving cell forgets what had triggered", () => {
  const state = createEventState();
  const config = { ...a3, timeToTriggerMs: 0 };
  expect(brief(stepEvents(config, state, at(0, -90, -80), 0))).toEqual(["0 entered 1"]);
  const after = { serving: { cell: 1, rsrpDbm: -80 }, neighbours: [{ cell: 0, rsrpDbm: -90 }] };
  expect(stepEvents(config, state, after, 10)).toEqual([]);
  expect([...state.triggeredCells]).toEqual([]);
});

test("A6 compares with the secondary cell as A3 does with the serving one", () => {
  const config: EventConfig = { ...a3, event: "A6", timeToTriggerMs: 0 };
  expect(brief(run(config, [at(0, -90, -85.9)], 100))).toEqual(["0 entered 1"]);
  expect(run(config, [at(0, -90, -86)], 100)).toEqual([]);
});

test("A5 leaves when either of its two conditions is lost", () => {
  const config: EventConfig = {
    ...a3,
    event: "A5",
    timeToTriggerMs: 0,
    threshold1Dbm: -100,
    threshold2Dbm: -95,
  };
  expect(brief(run(config, [at(0, -102, -90), at(50, -98, -90)], 60))).toEqual(["0 entered 1", "50 left "]);
  expect(brief(run(config, [at(0, -102, -90), at(50, -102, -97)], 60))).toEqual(["0 entered 1", "50 left "]);
});

test("offsets of the serving cell move A3 and A6, and neither A1, A2 nor A5 (TS 38.331 5.5.4.2 to 5.5.4.7)", () => {
  const reporting = {
    hysteresisDb: 0,
    timeToTriggerMs: 0,
    reportIntervalMs: 240,
    reportAmount: 1,
    reportOnLeave: false,
  };
  // Serving at -96 dBm with Ofp + Ocp = 6 dB, the neighbour at -92 dBm without any.
  const measurements = {
    serving: { cell: 0, rsrpDbm: -96, offsetDb: 6 },
    neighbours: [{ cell: 1, rsrpDbm: -92 }],
  };
  const reported = (config: EventConfig): boolean =>
    stepEvents(config, createEventState(), measurements, 0).length > 0;
  expect(reported({ ...reporting, event: "A1", thresholdDbm: -95 })).toBe(false);
  expect(reported({ ...reporting, event: "A2", thresholdDbm: -95 })).toBe(true);
  expect(reported({ ...reporting, event: "A5", threshold1Dbm: -95, threshold2Dbm: -95 })).toBe(true);
  expect(reported({ ...reporting, event: "A3", offsetDb: 0 })).toBe(false);
  expect(reported({ ...reporting, event: "A6", offsetDb: 0 })).toBe(false);
  expect(reported({ ...reporting, event: "A3", offsetDb: -3 })).toBe(true);
});
