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

/**
 * [environment, LOS, d2D, h_BS, h_UT, GHz, dB]: each side of every breakpoint distance (112.0 m and 4480 m of UMa, 42.0 m and
 * 1680 m of UMi, 769.7 m of RMa), and both sides of NLOS's maximum. Written out once more from Table 7.4.1-1 in another
 * language; no row is among those of the shared vectors.
 */
// biome-ignore format: a table
const handRows: readonly (readonly [Environment, boolean, number, number, number, number, number])[] = [
  ["UMa", true, 111, 25, 1.5, 0.7, 70.1085],
  ["UMa", true, 113, 25, 1.5, 0.7, 70.3385],
  ["UMi", true, 41, 10, 1.5, 0.7, 63.3623],
  ["UMi", true, 43, 10, 1.5, 0.7, 63.9663],
  ["UMa", false, 35, 25, 1.5, 0.7, 73.9420],
  ["UMa", false, 4481, 25, 1.5, 0.7, 153.1379],
  ["UMi", false, 20, 10, 1.5, 0.7, 66.2997],
  ["UMi", false, 1681, 10, 1.5, 0.7, 132.9633],
  ["UMa", true, 35, 25, 1.5, 2.0, 69.7678],
  ["UMa", true, 700, 25, 8.0, 6, 106.1580],
  ["UMi", true, 150, 10, 4.5, 6, 93.6671],
  ["UMa", true, 4479, 25, 1.5, 28, 137.2693],
  ["UMa", true, 4481, 25, 1.5, 28, 137.2753],
  ["UMi", true, 1679, 10, 1.5, 28, 129.0693],
  ["UMi", true, 1681, 10, 1.5, 28, 129.0851],
  ["UMa", false, 113, 25, 1.5, 28, 123.0768],
  ["UMa", false, 700, 25, 8.0, 28, 149.7746],
  ["UMi", false, 20, 10, 1.5, 28, 100.4236],
  ["UMi", false, 150, 10, 4.5, 28, 129.1508],
  ["UMi", false, 1679, 10, 1.5, 28, 167.0690],
  ["RMa", true, 769, 35, 1.5, 0.7, 88.8250],
  ["RMa", true, 771, 35, 1.5, 0.7, 88.8704],
  ["RMa", true, 3000, 35, 1.5, 0.7, 112.4578],
  ["RMa", false, 50, 35, 1.5, 0.7, 69.2830],
  ["RMa", false, 3000, 35, 1.5, 0.7, 134.8694],
  ["RMa", false, 1200, 10, 1.5, 2, 142.8145],
  ["RMa", false, 2500, 60, 5, 2, 129.8226],
  ["RMa", true, 1200, 10, 1.5, 6, 112.0369],
  ["RMa", true, 2500, 60, 5, 6, 120.3844],
  ["InH-open", true, 1, 3, 1.5, 0.7, 33.7298],
  ["InH-open", true, 12, 3, 1, 0.7, 48.0747],
  ["InH-open", true, 148, 3, 1, 0.7, 66.8482],
  ["InH-open", false, 1, 3, 1.5, 0.7, 33.7298],
  ["InH-open", false, 12, 3, 1, 0.7, 55.0035],
  ["InH-open", false, 148, 3, 1, 0.7, 96.5655],
  ["InH-open", true, 60, 3, 1.5, 3.5, 74.0457],
  ["InH-open", false, 60, 3, 1.5, 3.5, 98.9557],
  ["InH-open", true, 1, 3, 1.5, 28, 65.7710],
  ["InH-open", true, 12, 3, 1, 28, 80.1159],
  ["InH-open", true, 148, 3, 1, 28, 98.8894],
  ["InH-open", false, 1, 3, 1.5, 28, 65.7710],
  ["InH-open", false, 12, 3, 1, 28, 94.8947],
  ["InH-open", false, 148, 3, 1, 28, 136.4568],
];

test.each(handRows)(
  "%s, LOS %s, %s m, %s m, %s m, %s GHz: %s dB",
  (environment, los, d2dM, hBsM, hUtM, carrierGhz, expectedDb) => {
    expect(pathLossDb(environment, { los, d2dM, hBsM, hUtM, carrierGhz })).toBeCloseTo(expectedDb, 3);
  },
);

/** [environment, d2D, h_BS, GHz, dB] of the table's optional NLOS, h_UT 1.5 m. */
// biome-ignore format: a table
const optionalRows: readonly (readonly [Environment, number, number, number, number])[] = [
  ["UMa", 50, 25, 0.7, 81.5713],
  ["UMa", 120, 25, 28, 123.9638],
  ["UMi", 50, 10, 0.7, 83.6965],
  ["UMi", 120, 10, 28, 127.7037],
  ["InH-mixed", 50, 3, 0.7, 83.5053],
  ["InH-mixed", 120, 3, 28, 127.6701],
];

test.each(optionalRows)(
  "%s, optional NLOS, %s m, %s m, %s GHz: %s dB",
  (environment, d2dM, hBsM, carrierGhz, expectedDb) => {
    const link = { los: false, d2dM, hBsM, hUtM: 1.5, carrierGhz, nlosFormula: "optional" } as const;
    expect(pathLossDb(environment, link)).toBeCloseTo(expectedDb, 3);
    expect(pathLossDb(environment, { ...link, los: true })).toBe(
      pathLossDb(environment, { ...link, los: true, nlosFormula: "standard" }),
    );
  },
);

/** [LOS, d2D, GHz, W, h, dB] of RMa at h_BS 35 m and h_UT 1.5 m, written out once more from Table 7.4.1-1 in another language. */
// biome-ignore format: a table
const streetRows: readonly (readonly [boolean, number, number, number, number, number])[] = [
  [true, 500, 0.7, 20, 50, 97.2748],
  [true, 3000, 0.7, 20, 20, 120.0695],
  [false, 1000, 0.7, 50, 5, 113.6195],
  [false, 1000, 0.7, 5, 50, 139.7622],
  [false, 3000, 2.0, 10, 10, 148.7328],
];

test.each(streetRows)(
  "RMa, LOS %s, %s m, %s GHz, streets of %s m, buildings of %s m: %s dB",
  (los, d2dM, carrierGhz, streetWidthM, buildingHeightM, expectedDb) => {
    const link = { los, d2dM, hBsM: 35, hUtM: 1.5, carrierGhz, streetWidthM, buildingHeightM };
    expect(pathLossDb("RMa", link)).toBeCloseTo(expectedDb, 3);
  },
);

test("RMa takes streets of 20 m and buildings of 5 m where they are left out", () => {
  const link = { los: false, d2dM: 1000, hBsM: 35, hUtM: 1.5, carrierGhz: 0.7 };
  const given = { ...link, streetWidthM: 20, buildingHeightM: 5 };
  expect(pathLossDb("RMa", link)).toBe(pathLossDb("RMa", given));
});

test("RMa has no optional NLOS formula", () => {
  const link = {
    los: false,
    d2dM: 500,
    hBsM: 35,
    hUtM: 1.5,
    carrierGhz: 0.7,
    nlosFormula: "optional",
  } as const;
  expect(() => pathLossDb("RMa", link)).toThrow("no optional NLOS formula for RMa");
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
