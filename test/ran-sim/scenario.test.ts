import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { BadInputError } from "#core";
import { parseRanScenario } from "../../ran-sim/scenario.ts";
import { loadRanScenario } from "../../ran-sim/scenario-file.ts";
import { temporaryFolder } from "../support/run-baton.ts";

const refusal = (document: unknown): string => {
  try {
    parseRanScenario(document, "test.yaml");
  } catch (error) {
    if (error instanceof BadInputError) return error.message;
    throw error;
  }
  throw new Error("nothing was refused");
};

test("the defaults of the schema are hex-uma as it is shipped", () => {
  expect(loadRanScenario("hex-uma")).toEqual(parseRanScenario({}, "empty"));
});

test("hex-uma is what spec/ran.md B.9 says", () => {
  const { layout, radio, mobility, durationS, warmUpS, handover } = loadRanScenario("hex-uma");
  expect(layout).toMatchObject({ sites: 7, isdM: 500, antenna: { boresightsDeg: [30, 150, 270] } });
  expect(radio).toMatchObject({ environment: "UMa", carrierGhz: 3.5, bandwidthMhz: 20, txPowerDbm: 46 });
  expect(mobility).toEqual({ users: 100, speedKmh: 60, model: { kind: "straight-line" } });
  expect([durationS, warmUpS]).toEqual([60, 5]);
  expect(handover).toMatchObject({ n310: 10, n311: 3, t310Ms: 1000, preparationMs: 50, executionMs: 40 });
});

test("hex-umi is the same at 200 m, 10 m and 30 km/h", () => {
  const umi = loadRanScenario("hex-umi");
  expect([umi.layout, umi.radio.hBsM, umi.mobility.speedKmh]).toMatchObject([{ isdM: 200 }, 10, 30]);
});

test("an unknown key is refused with its place and the nearest valid key", () => {
  expect(refusal({ handover: { n31O: 10 } })).toMatch(/test\.yaml, handover.*"n31O".*did you mean "n310"/);
});

test("a time-to-trigger outside TS 38.331 6.3 is refused with the nearest legal value", () => {
  expect(refusal({ a3: { timeToTriggerMs: 150 } })).toMatch(
    /a3\.timeToTriggerMs.*got 150 - the nearest is 160/,
  );
});

test("an offset between half decibels is refused", () => {
  expect(refusal({ a3: { offsetDb: 1.25 } })).toMatch(/a3\.offsetDb.*steps of 0\.5 dB/);
});

test("one parameter of an event of conditional handover or LTM can be set alone", () => {
  const { conditional, ltm } = parseRanScenario(
    {
      handover: {
        conditional: { prepare: { offsetDb: -3 }, execute: { offsetDb: 3 } },
        ltm: { execute: { timeToTriggerMs: 40 } },
      },
    },
    "test.yaml",
  ).handover;
  expect(conditional.prepare).toEqual({ offsetDb: -3, hysteresisDb: 1, timeToTriggerMs: 40 });
  expect(conditional.execute).toEqual({
    event: "a3",
    offsetDb: 3,
    hysteresisDb: 0,
    timeToTriggerMs: 160,
  });
  expect(ltm.execute).toEqual({ offsetDb: 2, hysteresisDb: 0, timeToTriggerMs: 40 });
});

test.each([
  [{ timeToTriggerMs: 150 }, "execute.timeToTriggerMs: expected one of 0, 40, 64,"],
  [{ event: "a5", threshold1Dbm: -95.5 }, "execute.threshold1Dbm: expected"],
  [{ event: "a5", offsetDb: 2 }, "one of the keys event, threshold1Dbm, threshold2Dbm, hysteresisDb,"],
])("a wrong condition of conditional handover is refused by name: %j", (execute, message) => {
  expect(refusal({ handover: { conditional: { execute } } })).toContain(message);
});

test("Qin must lie above Qout", () => {
  expect(refusal({ handover: { qInDb: -9 } })).toMatch(
    /handover\.qInDb.*more than handover\.qOutDb \(-8\), got -9/,
  );
});

test("settings replace what the file says before it is parsed", () => {
  const scenario = loadRanScenario("hex-uma", [{ path: "payload.bytes", value: 8 }]);
  expect(scenario.payload).toEqual({ bytes: 8, precision: "int8" });
});

test.each(["", "# nothing yet\n", "---\n"])("a scenario file without content is refused: %j", (text) => {
  const folder = temporaryFolder();
  try {
    const path = join(folder.path, "mine.yaml");
    writeFileSync(path, text);
    expect(() => loadRanScenario(path)).toThrow(/mine\.yaml: expected a scenario with .*got an empty file/);
    writeFileSync(path, "durationS: 7\n");
    expect(loadRanScenario(path)).toMatchObject({ name: "mine", durationS: 7 });
  } finally {
    folder.remove();
  }
});

test("an unknown scenario names the nearest, a missing file what is shipped", () => {
  expect(() => loadRanScenario("hex-umma")).toThrow(/did you mean "hex-uma"/);
  expect(() => loadRanScenario("nowhere.yaml")).toThrow(/shipped scenarios: hex-uma, hex-umi/);
});
