import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  adaptedFilterCoefficient,
  createL3,
  filterCoefficient,
  stepL3,
} from "../../../ran-sim/measurement/l3-filter.ts";
import { sharedPath, testWithShared } from "../../support/shared-data.ts";

testWithShared("every row derived from the formula of TS 38.331 5.5.3.2 agrees", () => {
  const { vectors } = JSON.parse(readFileSync(sharedPath("vectors", "l3_filter_derived.json"), "utf8"));
  const seen = new Set<string>();
  for (const row of vectors) {
    seen.add(row.kind);
    switch (row.kind) {
      case "coefficient":
        expect(filterCoefficient(row.k)).toBeCloseTo(row.a, 9);
        break;
      case "sequence": {
        const filtered = createL3(1);
        for (const [n, input] of row.input_dbm.entries()) {
          stepL3(filtered, Float64Array.of(input), filterCoefficient(row.k));
          expect(filtered[0], `k=${row.k} n=${n}`).toBeCloseTo(row.expected_dbm[n], 8);
        }
        break;
      }
      case "step_90pct": {
        const filtered = Float64Array.of(0);
        let samples = 0;
        for (; filtered[0] < 0.9; samples++) stepL3(filtered, Float64Array.of(1), filterCoefficient(row.k));
        expect(samples).toBe(row.samples_to_90pct);
        break;
      }
      case "period_adaptation":
        expect(adaptedFilterCoefficient(row.k, row.input_period_ms, row.spec_period_ms)).toBeCloseTo(
          row.a_equivalent,
          8,
        );
        break;
      default:
        throw new Error(`row of unknown kind ${row.kind}`);
    }
  }
  expect([...seen]).toEqual(["coefficient", "sequence", "step_90pct", "period_adaptation"]);
});

test("an adapted filter has the same step response at every 200 ms", () => {
  const slow = Float64Array.of(-100);
  const fast = Float64Array.of(-100);
  for (let n = 0; n < 20; n++) {
    stepL3(slow, Float64Array.of(-80), filterCoefficient(4));
    for (let i = 0; i < 20; i++) stepL3(fast, Float64Array.of(-80), adaptedFilterCoefficient(4, 10));
    expect(fast[0]).toBeCloseTo(slow[0], 9);
  }
});

test("k = 0 returns the measurement to the last bit", () => {
  const filtered = Float64Array.of(-103.1);
  stepL3(filtered, Float64Array.of(-71.3), adaptedFilterCoefficient(0, 10));
  expect(filtered[0]).toBe(-71.3);
});

test("an absent measurement leaves the filter as it was", () => {
  const filtered = createL3(2);
  stepL3(filtered, Float64Array.of(-90, Number.NaN), 0.5);
  stepL3(filtered, Float64Array.of(Number.NEGATIVE_INFINITY, -80), 0.5);
  expect([...filtered]).toEqual([-90, -80]);
});
