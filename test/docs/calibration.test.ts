import { expect, test } from "vitest";
import type { Curve } from "../../docs/experiments/calibration/curve.ts";
import {
  differencesDb,
  readMedians,
  run,
  shortProtocol,
} from "../../docs/experiments/calibration/experiment.ts";
import { sharedPath, testWithShared } from "../support/shared-data.ts";

let simulated: readonly Curve[] | null = null;
/** Both tests look at one run; it takes half a minute. */
const curves = (): readonly Curve[] => (simulated ??= run(shortProtocol));

// Written again by `npm test -- calibration -u`, with an explanation in the changelog.
test("calibration: the short form gives what is written down", async () => {
  expect(curves()).toHaveLength(6);
  await expect(
    `${curves()
      .map((curve) => JSON.stringify(curve))
      .join("\n")}\n`,
  ).toMatchFileSnapshot("../../docs/experiments/calibration/expected.jsonl");
}, 300_000);

testWithShared(
  "calibration: coupling loss within 2 dB and geometry within 1.5 dB of the company medians at every 5 %",
  () => {
    const medians = readMedians(sharedPath("vectors", "3gpp_38901_large_scale_calibration.json"));
    expect(medians).toHaveLength(18);
    for (const curve of curves()) {
      const boundDb = curve.quantity === "couplingGainDb" ? 2 : 1.5;
      for (const difference of differencesDb(curve, medians)) {
        expect(Math.abs(difference), `${curve.environment} ${curve.quantity}`).toBeLessThan(boundDb);
      }
    }
  },
  300_000,
);
