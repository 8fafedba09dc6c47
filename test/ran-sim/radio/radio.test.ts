import { expect, test, vi } from "vitest";
import { BadInputError, createStream } from "#core";
import { sectorGainDbi } from "../../../ran-sim/radio/antenna.ts";
import { displacement, hexTorus } from "../../../ran-sim/radio/layout.ts";
import { losProbability } from "../../../ran-sim/radio/los-probability.ts";
import { pathLossDb } from "../../../ran-sim/radio/path-loss.ts";
import { createRadio, type Radio } from "../../../ran-sim/radio/radio.ts";
import {
  HEX_UMA_RADIO,
  HEX_UMI_RADIO,
  type RadioParameters,
  resourceBlocks,
} from "../../../ran-sim/radio/radio-parameters.ts";
import { DEFAULT_USER_PLACES } from "../../../ran-sim/radio/radio-users.ts";

// Making the maps of seven sites takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const plain: RadioParameters = { ...HEX_UMA_RADIO, shadowing: false };
const uma = createRadio(HEX_UMA_RADIO, 1);
/** One site of three sectors, for what does not need seven: its maps are small and quick to make. */
const oneSite: RadioParameters = { ...HEX_UMA_RADIO, rings: 0 };

function measure(radio: Radio, xM: readonly number[], yM: readonly number[]) {
  const out = {
    rsrpDbm: new Float32Array(xM.length * radio.cellCount),
    sinrDb: new Float32Array(xM.length * radio.cellCount),
  };
  radio.rsrpDbm(Float64Array.from(xM), Float64Array.from(yM), out);
  return out;
}

function perSite(
  radio: Radio,
  value: "losWeight" | "siteLossDb",
  xM: readonly number[],
  yM: readonly number[],
) {
  const out = new Float32Array(xM.length * radio.siteCount);
  radio[value](Float64Array.from(xM), Float64Array.from(yM), out);
  return out;
}

/** Returns `count` positions drawn uniformly over the torus. */
function scatter(radio: Radio, count: number): { readonly xM: number[]; readonly yM: number[] } {
  const draw = createStream(3, "scatter");
  const { torus } = radio;
  const xM: number[] = [];
  const yM: number[] = [];
  for (let i = 0; i < count; i++) {
    const p = draw.uniform(i);
    const q = draw.uniform(i, 1);
    xM.push(p * torus.t1xM + q * torus.t2xM);
    yM.push(p * torus.t1yM + q * torus.t2yM);
  }
  return { xM, yM };
}

/** Returns points `stepM` apart along a straight line that crosses the torus' seams many times. */
function line(startM: number, angleDeg: number, count: number, stepM: number) {
  const angle = (angleDeg * Math.PI) / 180;
  return {
    xM: Array.from({ length: count }, (_, i) => startM + i * stepM * Math.cos(angle)),
    yM: Array.from({ length: count }, (_, i) => 40 + i * stepM * Math.sin(angle)),
  };
}

test("a link without shadowing is power per element plus gain minus path loss", () => {
  // 46 dBm over 12 x 51 resource elements (TS 38.101-1 Table 5.3.2-1: 20 MHz at 30 kHz): 18.13 dBm each.
  const radio = createRadio({ ...plain, lineOfSight: "always" }, 1);
  const { rsrpDbm } = measure(radio, [173.2], [100]);
  const d2dM = Math.hypot(173.2, 100);
  const zenithDeg = 90 + (Math.atan(23.5 / d2dM) * 180) / Math.PI;
  for (const [sector, boresightDeg] of [30, 150, 270].entries()) {
    const expected =
      46 -
      10 * Math.log10(12 * 51) +
      sectorGainDbi((Math.atan2(100, 173.2) * 180) / Math.PI - boresightDeg, zenithDeg, 8) -
      pathLossDb("UMa", { los: true, d2dM, hBsM: 25, hUtM: 1.5, carrierGhz: 3.5 });
    expect(rsrpDbm[sector]).toBeCloseTo(expected, 4);
  }
});

test("SINR is own power over noise and the load-weighted power of every other cell", () => {
  const load = [0, 0.3, 1];
  const radio = createRadio({ ...oneSite, load }, 1);
  const { rsrpDbm, sinrDb } = measure(radio, [210], [-130]);
  // -174 dBm/Hz + 10 log10(30 kHz) + 7 dB.
  expect(radio.noiseDbm).toBeCloseTo(-122.2288, 4);
  for (let cell = 0; cell < 3; cell++) {
    let others = 10 ** (radio.noiseDbm / 10);
    for (let other = 0; other < 3; other++) {
      if (other !== cell) others += load[other] * 10 ** (rsrpDbm[other] / 10);
    }
    expect(sinrDb[cell]).toBeCloseTo(rsrpDbm[cell] - 10 * Math.log10(others), 3);
  }
});

test("RSRQ is N times RSRP over the RSSI of N resource blocks, each cell's load in it", () => {
  // 38.215 5.1.3 by hand: RSSI per resource block is 12 (noise + sum of load x RSRP).
  const load = [0.2, 0, 1];
  const radio = createRadio({ ...oneSite, load }, 1);
  const rsrqDb = new Float32Array(3);
  const out = { rsrpDbm: new Float32Array(3), sinrDb: new Float32Array(3), rsrqDb };
  radio.rsrpDbm(Float64Array.of(210), Float64Array.of(-130), out);
  let elementMw = 10 ** (radio.noiseDbm / 10);
  for (let cell = 0; cell < 3; cell++) elementMw += load[cell] * 10 ** (out.rsrpDbm[cell] / 10);
  for (let cell = 0; cell < 3; cell++) {
    expect(rsrqDb[cell]).toBeCloseTo(out.rsrpDbm[cell] - 10 * Math.log10(12 * elementMw), 3);
  }
});

test("a lone cell at full load without noise to speak of has an RSRQ of -10.79 dB, at half load 3 dB more", () => {
  const alone: RadioParameters = {
    ...plain,
    rings: 0,
    antenna: { kind: "isotropic", gainDbi: 0 },
    lineOfSight: "always",
    txPowerDbm: 80,
  };
  for (const [load, expectedDb] of [
    [1, -10.792],
    [0.5, -7.782],
  ] as const) {
    const rsrqDb = new Float32Array(1);
    createRadio({ ...alone, load }, 1).rsrpDbm(Float64Array.of(60), Float64Array.of(0), {
      rsrpDbm: new Float32Array(1),
      sinrDb: new Float32Array(1),
      rsrqDb,
    });
    expect(rsrqDb[0]).toBeCloseTo(expectedDb, 2);
  }
});

test("gains, losses and loads of a moment act on power and interference, and zeros change no bit", () => {
  const radio = createRadio(oneSite, 1);
  const x = Float64Array.of(120, -80);
  const y = Float64Array.of(40, 150);
  const output = () => ({
    rsrpDbm: new Float32Array(6),
    sinrDb: new Float32Array(6),
    rsrqDb: new Float32Array(6),
  });
  const before = output();
  radio.rsrpDbm(x, y, before);
  const same = output();
  radio.rsrpDbm(x, y, same, {
    gainDb: new Float32Array(6),
    lossDb: new Float32Array(2),
    load: [0.5, 0.5, 0.5],
  });
  expect(same).toEqual(before);
  const after = output();
  const gainDb = Float32Array.of(3, 0, 0, 0, 0, 0);
  radio.rsrpDbm(x, y, after, { gainDb, lossDb: Float32Array.of(0, 20), load: [0, 0, 0] });
  expect(after.rsrpDbm[0]).toBeCloseTo(before.rsrpDbm[0] + 3, 3);
  expect(after.rsrpDbm[1]).toBeCloseTo(before.rsrpDbm[1], 3);
  for (let cell = 3; cell < 6; cell++) {
    expect(after.rsrpDbm[cell]).toBeCloseTo(before.rsrpDbm[cell] - 20, 3);
    expect(after.sinrDb[cell]).toBeCloseTo(after.rsrpDbm[cell] - radio.noiseDbm, 3);
  }
  expect(() => radio.rsrpDbm(x, y, after, { load: [1] })).toThrow(RangeError);
});

test("no cell's SINR exceeds its signal-to-noise ratio, and without load they are equal", () => {
  const { xM, yM } = scatter(uma, 1000);
  const loaded = measure(uma, xM, yM);
  for (let i = 0; i < loaded.sinrDb.length; i += 7) {
    expect(loaded.sinrDb[i]).toBeLessThanOrEqual(loaded.rsrpDbm[i] - uma.noiseDbm + 1e-4);
  }
  const alone = measure(createRadio({ ...oneSite, load: 0 }, 1), xM, yM);
  for (let i = 0; i < alone.sinrDb.length; i++) {
    expect(alone.sinrDb[i]).toBeCloseTo(alone.rsrpDbm[i] - uma.noiseDbm, 3);
  }
});

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

test("the same seed gives the same bits, whatever was asked before", () => {
  const first = createRadio(oneSite, 1);
  const again = createRadio(oneSite, 1);
  const { xM, yM } = scatter(first, 20);
  measure(again, [1, 2], [3, 4]);
  expect(measure(again, xM, yM)).toEqual(measure(first, xM, yM));
});

test("isotropic sites have one cell each and the same value all around", () => {
  const radio = createRadio(
    { ...plain, antenna: { kind: "isotropic", gainDbi: 0 }, lineOfSight: "never" },
    1,
  );
  expect(radio.cellCount).toBe(7);
  const angles = [0, 1, 2, 3, 4, 5];
  const { rsrpDbm } = measure(
    radio,
    angles.map((a) => 100 * Math.cos(a)),
    angles.map((a) => 100 * Math.sin(a)),
  );
  for (const a of angles) expect(rsrpDbm[a * 7]).toBeCloseTo(rsrpDbm[0], 4);
});

test("the torus of a radio is its layout's", () => {
  expect(uma.torus).toEqual(hexTorus(1, 500));
  expect(uma.siteCount).toBe(7);
  expect([...uma.cellSite.slice(0, 7)]).toEqual([0, 0, 0, 1, 1, 1, 2]);
});

test.each([
  [{ bandwidthMhz: 21 }, "radio.bandwidthMhz: expected one of 5, 10"],
  [{ rings: 3 }, "radio.rings: expected 0, 1 or 2, got 3"],
  [{ load: [0.5] }, "radio.load: expected one number, or one for each of 21 cells, got [0.5]"],
  [{ load: 1.5 }, "radio.load: expected numbers from 0 to 1, got 1.5"],
  [{ isdM: Number.NaN }, "radio.isdM: expected a number from 10 to 10000"],
  [{ release: 15 }, "radio.release: expected one of 16, 17, 18, 19, got 15"],
  [{ interSiteCorrelation: 2 }, "radio.interSiteCorrelation: expected a number from 0 to 1"],
  [{ extraShadowing: { sigmaDb: -1, decorrelationM: 50 } }, "radio.extraShadowing.sigmaDb"],
  [{ users: { ...DEFAULT_USER_PLACES, indoorShare: 0.7, carShare: 0.6 } }, "radio.users.carShare"],
  [
    { antenna: { kind: "panel", rows: 0, spacingWavelengths: 0.5, downtiltDeg: 0, boresightsDeg: [0] } },
    "radio.antenna.rows: expected a whole number from 1 to 64, got 0",
  ],
] as const)("parameters %j are refused by name", (change, message) => {
  const create = () => createRadio({ ...HEX_UMA_RADIO, ...change } as RadioParameters, 1);
  expect(create).toThrow(BadInputError);
  expect(create).toThrow(message);
});

test("20 MHz has 106 resource blocks at 15 kHz and 51 at 30 kHz", () => {
  // TS 38.101-1 Table 5.3.2-1.
  expect(resourceBlocks(20, 15)).toBe(106);
  expect(resourceBlocks(20, 30)).toBe(51);
});
