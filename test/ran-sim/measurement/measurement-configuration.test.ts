import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BadInputError } from "#core";
import {
  createEventState,
  type EventConfig,
  type EventMeasurements,
  stepEvents,
} from "../../support/measurement/events.ts";
import {
  advanceTo,
  createUserMeasurements,
  type IdentifiedReport,
  type ReportConfig,
  reconfigure,
  restartMeasurements,
  takeMeasurement,
} from "../../support/measurement/measurement-configuration.ts";

/**
 * Report times of ns-3's test suites lte-ue-measurements-piecewise-2 and lte-ue-measurements-handover
 * (nsnam/ns-3-dev-git, src/lte/test/lte-test-ue-measurements.cc). Levels are made here from first principles: free space
 * at 2.12 GHz, 30 dBm over 25 resource blocks, the mean of dBm every 5 ms over each 200 ms.
 */
const rsrpDbm = (distanceM: number): number =>
  30 - 10 * Math.log10(25 * 12) - 20 * Math.log10((4 * Math.PI * distanceM * 2.12e9) / 299_792_458);

type Place = readonly [fromMs: number, xM: number];

/** Returns what a user at `places` measures at 200, 400, ... ms of base stations at `stationsM`, the first serving. */
function measured(places: readonly Place[], stationsM: readonly number[], stopMs: number) {
  const rows: { timeMs: number; levelsDbm: number[] }[] = [];
  for (let timeMs = 200; timeMs <= stopMs; timeMs += 200) {
    const levelsDbm = stationsM.map((stationM) => {
      let sum = 0;
      for (let at = timeMs - 200; at < timeMs; at += 5) {
        const [, xM] = places.findLast(([fromMs]) => fromMs <= at) as Place;
        sum += rsrpDbm(Math.abs(xM - stationM));
      }
      return sum / 40;
    });
    rows.push({ timeMs, levelsDbm });
  }
  return rows;
}

const measurementsOf = (levelsDbm: readonly number[], serving: number): EventMeasurements => ({
  serving: { cell: serving, rsrpDbm: levelsDbm[serving] },
  neighbours: levelsDbm.flatMap((level, cell) => (cell === serving ? [] : [{ cell, rsrpDbm: level }])),
});

const reporting = {
  hysteresisDb: 0,
  timeToTriggerMs: 0,
  reportIntervalMs: 240,
  reportAmount: Number.POSITIVE_INFINITY,
  reportOnLeave: false,
};

describe("a teleporting user between two cells", () => {
  const teleports: readonly Place[] = [
    [0, 50],
    [301, 550],
    [401, 50],
    [601, 550],
    [801, 50],
    [1001, 250],
    [1201, 350],
    [1401, 550],
    [1601, 350],
    [1801, 250],
    [2001, 50],
  ];
  const updates = measured(teleports, [0, 600], 2200);
  // Thresholds of E-UTRA: range - 141 dBm.
  const at58 = 58 - 141;
  const at97 = 97 - 141;
  const A3 = { ...reporting, event: "A3", offsetDb: 0 } as const;
  const A4 = { ...reporting, event: "A4", thresholdDbm: at58 } as const;
  const A5 = { ...reporting, event: "A5", threshold1Dbm: at58, threshold2Dbm: at58 } as const;
  const all = "200 440 680 920 1160 1400 1640 1880 2120";
  const rows: readonly (readonly [string, EventConfig, string])[] = [
    ["A1, low", { ...reporting, event: "A1", thresholdDbm: -141 }, all],
    ["A1", { ...reporting, event: "A1", thresholdDbm: at58 }, "200 440 680 1000 1240 2000"],
    [
      "A1, hysteresis",
      { ...reporting, event: "A1", thresholdDbm: at58, hysteresisDb: 3 },
      "200 440 680 1000 1240 1480 2200",
    ],
    ["A2", { ...reporting, event: "A2", thresholdDbm: at58 }, "800 1400 1640 1880"],
    [
      "A2, hysteresis",
      { ...reporting, event: "A2", thresholdDbm: at58, hysteresisDb: 3 },
      "800 1600 1840 2080",
    ],
    ["A3, positive offset", { ...A3, offsetDb: 3.5 }, "800 1600"],
    ["A3", A3, "800 1400 1640 1880"],
    ["A3, 160 ms", { ...A3, timeToTriggerMs: 160 }, "960 1560 1800 2040"],
    ["A3, 320 ms", { ...A3, timeToTriggerMs: 320 }, "1720 1960 2200"],
    [
      "A3, hysteresis, on leaving",
      { ...A3, hysteresisDb: 3, reportOnLeave: true },
      "800 1000 1600 1840 2080 2200",
    ],
    ["A3, negative offset", { ...A3, offsetDb: -3.5 }, "400 800 1200 1440 1680 1920 2160"],
    ["A4, low", { ...A4, thresholdDbm: -141 }, all],
    ["A4", A4, "400 800 1400 1640 1880"],
    ["A4, 160 ms", { ...A4, timeToTriggerMs: 160 }, "560 960 1560 1800 2040"],
    ["A4, 320 ms", { ...A4, timeToTriggerMs: 320 }, "1720 1960 2200"],
    ["A4, hysteresis", { ...A4, hysteresisDb: 3 }, "400 800 1600 1840 2080"],
    ["A5, low", { ...A5, threshold1Dbm: -141 }, ""],
    ["A5", A5, "800 1400 1640 1880"],
    ["A5, 160 ms", { ...A5, timeToTriggerMs: 160 }, "960 1560 1800 2040"],
    ["A5, hysteresis", { ...A5, hysteresisDb: 3 }, "800 1600 1840 2080"],
    ["A5, high and normal", { ...A5, threshold1Dbm: at97 }, "400 800 1400 1640 1880"],
    ["A5, normal and high", { ...A5, threshold2Dbm: at97 }, ""],
  ];
  test.each(rows)("%s reports when ns-3 does", (_, config, expected) => {
    const user = createUserMeasurements();
    reconfigure(user, { addOrModify: new Map([[1, config]]) }, 0);
    const reports = updates.flatMap(({ timeMs, levelsDbm }) =>
      takeMeasurement(user, measurementsOf(levelsDbm, 0), timeMs),
    );
    reports.push(...advanceTo(user, 2200));
    expect(reports.map(({ timeMs }) => timeMs).join(" ")).toBe(expected);
  });
});

describe("a handover at 1 s (2.1 s) brings another configuration", () => {
  const A1 = { ...reporting, event: "A1", thresholdDbm: -141 } as const;
  const A2 = { ...reporting, event: "A2", thresholdDbm: -87 } as const;
  const A3 = { ...reporting, event: "A3", offsetDb: 0.5 } as const;
  const A4 = { ...reporting, event: "A4", thresholdDbm: -87 } as const;
  const rows: readonly (readonly [string, EventConfig, EventConfig, string])[] = [
    [
      "a shorter interval",
      { ...A1, reportIntervalMs: 480 },
      { ...A1, reportIntervalMs: 240 },
      "200 680 1200 1440 1680 1920",
    ],
    [
      "a longer interval",
      { ...A1, reportIntervalMs: 120 },
      { ...A1, reportIntervalMs: 640 },
      "200 320 440 560 680 800 920 1200 1840",
    ],
    ["A1 to A2", { ...A1, thresholdDbm: -87 }, A2, "200 440 680 920 1200 1440 1680 1920"],
    ["A2 to A1", A2, { ...A1, thresholdDbm: -87 }, ""],
    ["A3 to A4", A3, A4, "1200 1440 1680 1920"],
    ["A4 to A3", A4, A3, "1200 1440 1680 1920"],
    ["A1, another threshold", { ...A1, thresholdDbm: -89 }, { ...A1, thresholdDbm: -85 }, "200 440 680 920"],
    ["A3, another offset", { ...A3, offsetDb: -15 }, { ...A3, offsetDb: 15 }, "200 440 680 920"],
    [
      "a time-to-trigger that never ran out",
      { ...A1, timeToTriggerMs: 1024 },
      { ...A1, timeToTriggerMs: 100 },
      "1300 1540 1780",
    ],
    [
      "a shorter time-to-trigger",
      { ...A1, timeToTriggerMs: 1024 },
      { ...A1, timeToTriggerMs: 640 },
      "1224 1464 1704 1944 2840 3080 3320 3560 3800 4040",
    ],
  ];
  test.each(rows)("%s", (name, source, target, expected) => {
    const stopMs = name === "a shorter time-to-trigger" ? 4200 : 2000;
    const handoverMs = stopMs / 2 + 10;
    const user = createUserMeasurements();
    reconfigure(user, { addOrModify: new Map([[1, source]]) }, 0);
    const reports: IdentifiedReport[] = [];
    let handedOver = false;
    for (const { timeMs, levelsDbm } of measured([[0, 400]], [0, 900], stopMs - 1)) {
      if (!handedOver && timeMs > handoverMs) {
        const change = { remove: [1], addOrModify: new Map([[2, target]]) };
        reports.push(...reconfigure(user, change, handoverMs));
        handedOver = true;
      }
      reports.push(...takeMeasurement(user, measurementsOf(levelsDbm, handedOver ? 1 : 0), timeMs));
    }
    reports.push(...advanceTo(user, stopMs - 1));
    expect(reports.map(({ timeMs }) => timeMs).join(" ")).toBe(expected);
    expect(reports.every(({ measId, timeMs }) => measId === (timeMs < handoverMs ? 1 : 2))).toBe(true);
  });
});

const a3: EventConfig = { ...reporting, event: "A3", offsetDb: 3, reportIntervalMs: 120 };
const levels = (servingDbm: number, ...neighboursDbm: number[]): EventMeasurements => ({
  serving: { cell: 0, rsrpDbm: servingDbm },
  neighbours: neighboursDbm.map((level, i) => ({ cell: i + 1, rsrpDbm: level })),
});
const brief = (reports: readonly IdentifiedReport[]) =>
  reports.map(({ measId, timeMs, cause }) => `${timeMs} ${measId} ${cause}`);
const configured = (config: ReportConfig) => {
  const user = createUserMeasurements();
  reconfigure(user, { addOrModify: new Map([[1, config]]) }, 0);
  return user;
};

test("a modified measId forgets what had triggered and waits for the next measurement; others go on", () => {
  const user = configured({ ...a3, timeToTriggerMs: 40 });
  reconfigure(user, { addOrModify: new Map([[2, { ...a3, offsetDb: 4 }]]) }, 0);
  expect(brief(takeMeasurement(user, levels(-90, -80), 10))).toEqual(["10 2 entered"]);
  // At 30 ms the time-to-trigger of measId 1 had run for 20: it begins again with the measurement of 100.
  expect(reconfigure(user, { addOrModify: new Map([[1, { ...a3, timeToTriggerMs: 80 }]]) }, 30)).toEqual([]);
  expect(brief(advanceTo(user, 99))).toEqual([]);
  expect(brief(takeMeasurement(user, levels(-90, -80), 100))).toEqual([]);
  expect(brief(advanceTo(user, 200))).toEqual(["130 2 interval", "180 1 entered"]);
});

test("a removed measId sends nothing more, and what was due before the removal was sent", () => {
  const user = configured(a3);
  takeMeasurement(user, levels(-90, -80), 0);
  expect(brief(reconfigure(user, { remove: [1, 7] }, 250))).toEqual(["120 1 interval", "240 1 interval"]);
  expect(advanceTo(user, 1000)).toEqual([]);
  expect(takeMeasurement(user, levels(-90, -80), 1000)).toEqual([]);
});

test("a handover that keeps the configuration starts every measurement afresh", () => {
  const user = configured({ ...a3, reportAmount: 2 });
  takeMeasurement(user, levels(-90, -80), 0);
  expect(brief(advanceTo(user, 400))).toEqual(["120 1 interval"]);
  restartMeasurements(user, 400);
  expect(brief(takeMeasurement(user, levels(-90, -80), 405))).toEqual(["405 1 entered"]);
  expect(brief(advanceTo(user, 900))).toEqual(["525 1 interval"]);
});

test.each([
  [1, 1],
  [2, 2],
  [4, 4],
  [8, 8],
  [16, 9],
  [Number.POSITIVE_INFINITY, 9],
])("reportAmount %s gives %s of the nine reports that fit into a second at 120 ms", (reportAmount, count) => {
  for (const config of [
    { ...a3, reportAmount },
    { event: "A1", ...reporting, thresholdDbm: -100, reportIntervalMs: 120, reportAmount } as const,
    { event: "periodical", reportIntervalMs: 120, reportAmount } as const,
  ]) {
    const user = configured(config);
    const reports = [...takeMeasurement(user, levels(-90, -80), 7), ...advanceTo(user, 1000)];
    expect(reports.map(({ timeMs }) => timeMs)).toEqual(Array.from({ length: count }, (_, i) => 7 + 120 * i));
  }
});

test("a periodical report carries the newest serving result", () => {
  const user = configured({ event: "periodical", reportIntervalMs: 240, reportAmount: 4 });
  const reports = [
    ...takeMeasurement(user, levels(-90), 0),
    ...takeMeasurement(user, levels(-95), 240),
    ...takeMeasurement(user, levels(-99), 300),
    ...advanceTo(user, 600),
  ];
  expect(reports.map(({ timeMs, servingRsrpDbm }) => [timeMs, servingRsrpDbm])).toEqual([
    [0, -90],
    [240, -95],
    [480, -99],
  ]);
});

test("reports do not depend on how often time is advanced", () => {
  const level = fc.integer({ min: -100, max: -90 });
  const update = fc.record({
    afterMs: fc.integer({ min: 1, max: 300 }),
    serving: level,
    one: level,
    two: level,
  });
  fc.assert(
    fc.property(
      fc.array(update, { minLength: 1, maxLength: 12 }),
      fc.constantFrom(0, 40, 64, 100),
      fc.constantFrom(1, 2, 4, Number.POSITIVE_INFINITY),
      fc.boolean(),
      (updates, timeToTriggerMs, reportAmount, reportOnLeave) => {
        const config = { ...a3, offsetDb: 1, timeToTriggerMs, reportAmount, reportOnLeave };
        const user = configured(config);
        const engine = createEventState();
        const rare: string[] = [];
        const everyMs: string[] = [];
        let timeMs = 0;
        let newest: EventMeasurements | undefined;
        for (const { afterMs, serving, one, two } of updates) {
          for (const endMs = timeMs + afterMs; timeMs < endMs; timeMs++) {
            const sent = newest === undefined ? [] : stepEvents(config, engine, newest, timeMs);
            everyMs.push(
              ...sent.map((report) => `${report.timeMs} ${report.cause} ${report.triggeredCells}`),
            );
          }
          newest = levels(serving, one, two);
          const sent = takeMeasurement(user, newest, timeMs);
          rare.push(...sent.map((report) => `${report.timeMs} ${report.cause} ${report.triggeredCells}`));
        }
        const last = stepEvents(config, engine, newest as EventMeasurements, timeMs);
        everyMs.push(...last.map((report) => `${report.timeMs} ${report.cause} ${report.triggeredCells}`));
        expect(rare).toEqual(everyMs);
      },
    ),
  );
});

test("illegal values are refused with their path and the nearest legal one, and nothing is changed", () => {
  const user = configured(a3);
  const change = (config: ReportConfig) => () =>
    reconfigure(user, { remove: [1], addOrModify: new Map([[3, config]]) }, 0);
  expect(change({ ...a3, reportAmount: 3 })).toThrow(BadInputError);
  expect(change({ ...a3, reportAmount: 100 })).toThrow(
    "measId 3.reportAmount: expected one of 1, 2, 4, 8, 16, 32, 64, infinity (TS 38.331 6.3), got 100 - the nearest is 64",
  );
  expect(change({ event: "periodical", reportIntervalMs: 100, reportAmount: 1 })).toThrow(
    /measId 3\.reportIntervalMs: .*the nearest is 120/,
  );
  expect(change({ ...a3, offsetDb: 0.3 })).toThrow(/measId 3\.offsetDb: .*the nearest is 0\.5/);
  expect(change({ ...reporting, event: "A5", threshold1Dbm: -90, threshold2Dbm: -90.4 })).toThrow(
    /measId 3\.threshold2Dbm: expected a whole number from -156 to -30 dBm .*the nearest is -90/,
  );
  expect([...user.configured.keys()]).toEqual([1]);
});
