import { expect, test, vi } from "vitest";
import { sectorGainDbi } from "../../../ran-sim/radio/antenna.ts";
import { hexTorus } from "../../../ran-sim/radio/layout.ts";
import { pathLossDb } from "../../../ran-sim/radio/path-loss.ts";
import { createRadio } from "../../../ran-sim/radio/radio.ts";
import { HEX_UMA_RADIO, type RadioParameters } from "../../../ran-sim/radio/radio-parameters.ts";
import { measure, scatter } from "../support/radio-samples.ts";

// Making the maps of seven sites takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const plain: RadioParameters = { ...HEX_UMA_RADIO, shadowing: false };
const uma = createRadio(HEX_UMA_RADIO, 1);
/** One site of three sectors, for what does not need seven: its maps are small and quick to make. */
const oneSite: RadioParameters = { ...HEX_UMA_RADIO, rings: 0 };

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
