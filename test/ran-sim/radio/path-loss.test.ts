import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createPathLoss, pathLossDb } from "../../../ran-sim/radio/path-loss.ts";
import { ENVIRONMENTS, type Environment } from "../../../ran-sim/radio/tr38901-tables.ts";
import { sharedPath, testWithShared } from "../../support/shared-data.ts";

interface Row {
  readonly id: string;
  readonly scenario: string;
  readonly los: boolean;
  readonly d2d_m: number;
  readonly h_bs_m: number;
  readonly h_ut_m: number;
  readonly fc_ghz: number;
  readonly expected_pathloss_db: number;
}

const environments: Readonly<Record<string, Environment>> = {
  RMa: "RMa",
  UMa: "UMa",
  "UMi-StreetCanyon": "UMi",
  "InH-Office": "InH-mixed",
};
/** TR 37.885 vehicle-to-vehicle links: another specification, which the simulator does not model. */
const notCovered = ["V2V-Urban", "V2V-Highway"];

testWithShared("every path loss row of ns-3's test suite agrees within 0.01 dB", () => {
  const rows: Row[] = JSON.parse(
    readFileSync(sharedPath("vectors", "ns3_38901_pathloss.json"), "utf8"),
  ).vectors;
  let compared = 0;
  for (const row of rows) {
    const environment = environments[row.scenario];
    if (environment === undefined) {
      expect(notCovered).toContain(row.scenario);
      continue;
    }
    const got = pathLossDb(environment, {
      los: row.los,
      d2dM: row.d2d_m,
      hBsM: row.h_bs_m,
      hUtM: row.h_ut_m,
      carrierGhz: row.fc_ghz,
    });
    expect(Math.abs(got - row.expected_pathloss_db), `${row.id}: ${got}`).toBeLessThan(0.01);
    compared++;
  }
  expect(compared).toBe(32);
});

const heights: Readonly<Record<Environment, number>> = {
  UMa: 25,
  UMi: 10,
  RMa: 35,
  "InH-mixed": 3,
  "InH-open": 3,
};

test("is continuous at the breakpoint distance to 0.1 dB", () => {
  // UMa and UMi compare d2D with d'BP but write PL2 for d3D = sqrt(d'BP^2 + dh^2), so they join exactly; RMa's PL2
  // starts at d3D = dBP, a hair from sqrt(dBP^2 + dh^2).
  for (const environment of ["UMa", "UMi", "RMa"] as const) {
    const geometry = { hBsM: heights[environment], hUtM: 1.5, carrierGhz: 3.5 };
    const { breakpointM } = createPathLoss(environment, geometry);
    const before = pathLossDb(environment, { ...geometry, los: true, d2dM: breakpointM * (1 - 1e-9) });
    const after = pathLossDb(environment, { ...geometry, los: true, d2dM: breakpointM * (1 + 1e-9) });
    expect(Math.abs(after - before), environment).toBeLessThan(0.1);
  }
});

test("never falls with distance, and NLOS never loses less than LOS", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...ENVIRONMENTS),
      fc.double({ min: 0, max: 5000, noNaN: true }),
      fc.double({ min: 0, max: 100, noNaN: true }),
      fc.double({ min: 0.7, max: 30, noNaN: true }),
      (environment, d2dM, furtherM, carrierGhz) => {
        const link = { hBsM: heights[environment], hUtM: 1.5, carrierGhz };
        const los = pathLossDb(environment, { ...link, los: true, d2dM });
        const nlos = pathLossDb(environment, { ...link, los: false, d2dM });
        expect(nlos).toBeGreaterThanOrEqual(los);
        // RMa's two pieces miss each other by some 1e-4 dB at the breakpoint.
        const further = { ...link, d2dM: d2dM + furtherM };
        expect(pathLossDb(environment, { ...further, los: true })).toBeGreaterThanOrEqual(los - 0.01);
        expect(pathLossDb(environment, { ...further, los: false })).toBeGreaterThanOrEqual(nlos - 0.01);
      },
    ),
  );
});

test("clamps distances below the model's minimum of 10 m", () => {
  const link = { hBsM: 25, hUtM: 1.5, carrierGhz: 3.5, los: true };
  expect(pathLossDb("UMa", { ...link, d2dM: 0 })).toBe(pathLossDb("UMa", { ...link, d2dM: 10 }));
});

test("refuses a UMa terminal of 13 m, whose environment height is random", () => {
  const link = { hBsM: 25, hUtM: 13, carrierGhz: 3.5, los: true, d2dM: 100 };
  expect(() => pathLossDb("UMa", link)).toThrow("below 13 m");
});
