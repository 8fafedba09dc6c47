import { expect, test, vi } from "vitest";
import { displacement } from "../../../ran-sim/radio/layout.ts";
import { losProbability } from "../../../ran-sim/radio/los-probability.ts";
import { createRadio } from "../../../ran-sim/radio/radio.ts";
import {
  HEX_UMA_RADIO,
  HEX_UMI_RADIO,
  type RadioParameters,
} from "../../../ran-sim/radio/radio-parameters.ts";
import { line, measure, perSite, scatter } from "../support/radio-samples.ts";

// Making the maps of seven sites takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const plain: RadioParameters = { ...HEX_UMA_RADIO, shadowing: false };
const uma = createRadio(HEX_UMA_RADIO, 1);
/** One site of three sectors, for what does not need seven: its maps are small and quick to make. */
const oneSite: RadioParameters = { ...HEX_UMA_RADIO, rings: 0 };

test.each([
  ["UMa", plain],
  ["UMi", { ...HEX_UMI_RADIO, shadowing: false }],
] as const)(
  "without shadowing %s path loss never moves 3 dB within a metre, seams included",
  (_, parameters) => {
    const radio = createRadio(parameters, 2);
    let greatestDb = 0;
    let sawBoth = false;
    for (const angleDeg of [3, 17, 44, 71, 98, 133]) {
      const { xM, yM } = line(-3000, angleDeg, 12_000, 0.5);
      const loss = perSite(radio, "siteLossDb", xM, yM);
      const los = perSite(radio, "losWeight", xM, yM);
      sawBoth ||= los.includes(0) && los.includes(1);
      // Two steps of 0.5 m are one metre.
      for (let i = 2 * radio.siteCount; i < loss.length; i++) {
        greatestDb = Math.max(greatestDb, Math.abs(loss[i] - loss[i - 2 * radio.siteCount]));
      }
    }
    expect(sawBoth).toBe(true);
    expect(greatestDb).toBeLessThan(3);
    // A transition of 15 m over a difference of tens of dB must show.
    expect(greatestDb).toBeGreaterThan(0.8);
  },
);

test("RSRP with shadowing and antennas has no jump along a line across the seams", () => {
  // Shadowing alone moves sqrt(2 (1 - exp(-0.05 / 37))) 4 dB = 0.2 dB rms in 5 cm; a jump would be tens of dB.
  for (const angleDeg of [12, 77]) {
    const { xM, yM } = line(-3000, angleDeg, 60_000, 0.05);
    const { rsrpDbm } = measure(uma, xM, yM);
    let greatestDb = 0;
    for (let i = uma.cellCount; i < rsrpDbm.length; i++) {
      greatestDb = Math.max(greatestDb, Math.abs(rsrpDbm[i] - rsrpDbm[i - uma.cellCount]));
    }
    expect(greatestDb).toBeLessThan(1.5);
  }
});

test("a user that wraps around keeps its values", () => {
  const { torus } = uma;
  const { xM, yM } = scatter(uma, 50);
  const here = measure(uma, xM, yM);
  const there = measure(
    uma,
    xM.map((x) => x + 2 * torus.t1xM - torus.t2xM),
    yM.map((y) => y + 2 * torus.t1yM - torus.t2yM),
  );
  for (let i = 0; i < here.rsrpDbm.length; i++) expect(there.rsrpDbm[i]).toBeCloseTo(here.rsrpDbm[i], 3);
});

test("the sectors of a site share line of sight and shadowing: between seeds they move together", () => {
  const { xM, yM } = scatter(uma, 400);
  const one = measure(createRadio(oneSite, 1), xM, yM).rsrpDbm;
  const other = measure(createRadio(oneSite, 2), xM, yM).rsrpDbm;
  let moved = 0;
  for (let i = 0; i < one.length; i += 3) {
    const shift = other[i] - one[i];
    expect(other[i + 1] - one[i + 1]).toBeCloseTo(shift, 3);
    expect(other[i + 2] - one[i + 2]).toBeCloseTo(shift, 3);
    moved += Math.abs(shift);
  }
  expect(moved).toBeGreaterThan(1000);
});

test.each([
  ["UMa", HEX_UMA_RADIO, 4, 6],
  ["UMi", HEX_UMI_RADIO, 4, 7.82],
] as const)(
  "%s shadowing has mean 0 and the sigma of Table 7.4.1-1, uncorrelated between sites",
  (_, parameters, losDb, nlosDb) => {
    for (const [lineOfSight, sigmaDb] of [
      ["always", losDb],
      ["never", nlosDb],
    ] as const) {
      const radio = createRadio({ ...parameters, lineOfSight }, 5);
      const { xM, yM } = scatter(radio, 4000);
      const withShadow = perSite(radio, "siteLossDb", xM, yM);
      const without = perSite(
        createRadio({ ...parameters, lineOfSight, shadowing: false }, 5),
        "siteLossDb",
        xM,
        yM,
      );
      const shadow = withShadow.map((loss, i) => loss - without[i]);
      const mean = shadow.reduce((a, b) => a + b, 0) / shadow.length;
      const sigma = Math.sqrt(shadow.reduce((sum, x) => sum + (x - mean) ** 2, 0) / shadow.length);
      // Seven maps of 90 to 800 patches each: standard errors up to 4 % of sigma for the mean, 3 % for sigma.
      expect(Math.abs(mean)).toBeLessThan(0.12 * sigmaDb);
      expect(Math.abs(sigma / sigmaDb - 1)).toBeLessThan(0.1);
      let product = 0;
      for (let ue = 0; ue < xM.length; ue++) product += shadow[ue * 7] * shadow[ue * 7 + 1];
      expect(Math.abs(product / xM.length / sigma ** 2)).toBeLessThan(0.25);
    }
  },
);

test("the mean share of line of sight is the probability of 7.4.2", () => {
  // Seven sites of two seeds, over places where the table's probability exceeds 0.15: some 14 x 25 patches of the
  // 50 m correlation distance, hence a standard error near 0.02.
  let got = 0;
  let want = 0;
  let count = 0;
  for (const seed of [1, 8]) {
    const radio = createRadio(plain, seed);
    const { xM, yM } = scatter(radio, 3000);
    const share = perSite(radio, "losWeight", xM, yM);
    for (let i = 0; i < share.length; i++) {
      const site = i % 7;
      const ue = Math.floor(i / 7);
      const away = displacement(radio.torus, xM[ue] - radio.sites.xM[site], yM[ue] - radio.sites.yM[site]);
      const probability = losProbability("UMa", Math.hypot(away.xM, away.yM), 1.5);
      if (probability < 0.15) continue;
      got += share[i];
      want += probability;
      count++;
    }
  }
  expect(count).toBeGreaterThan(2000);
  expect(Math.abs(got - want) / count).toBeLessThan(0.05);
});
