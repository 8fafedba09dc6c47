import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { losProbability } from "../../../ran-sim/radio/los-probability.ts";
import { ENVIRONMENTS, type Environment } from "../../../ran-sim/radio/tr38901-tables.ts";
import { sharedPath, testWithShared } from "../../support/shared-data.ts";

const environments: Readonly<Record<string, Environment>> = {
  Rma: "RMa",
  Uma: "UMa",
  UmiStreetCanyon: "UMi",
  IndoorMixedOffice: "InH-mixed",
  IndoorOpenOffice: "InH-open",
};

testWithShared("every row of ns-3's channel condition test suite agrees within 1e-6", () => {
  const { vectors } = JSON.parse(
    readFileSync(sharedPath("vectors", "ns3_38901_los_probability.json"), "utf8"),
  );
  expect(vectors.length).toBeGreaterThan(15);
  for (const row of vectors) {
    const environment = environments[row.scenario] as Environment;
    const got = losProbability(environment, row.d2d_m, row.h_ut_m);
    expect(Math.abs(got - row.expected_p_los), JSON.stringify(row)).toBeLessThan(1e-6);
  }
});

test("is a probability that is 1 under the mast", () => {
  for (const environment of ENVIRONMENTS) {
    expect(losProbability(environment, 0, 1.5)).toBe(1);
    const values: number[] = [];
    for (let d2dM = 0; d2dM < 3000; d2dM += 0.7) {
      for (const hUtM of [1.5, 15, 23]) values.push(losProbability(environment, d2dM, hUtM));
    }
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBe(1);
  }
});
