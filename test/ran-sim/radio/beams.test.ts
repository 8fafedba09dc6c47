import { expect, test, vi } from "vitest";
import { addBeamGains, type BeamAntennas, beamCountOf, bestBeamsDb } from "../../../ran-sim/radio/beams.ts";
import { createRadio } from "../../../ran-sim/radio/radio.ts";
import { HEX_UMI_FR2_RADIO, resourceBlocks } from "../../../ran-sim/radio/radio-parameters.ts";

vi.setConfig({ testTimeout: 60_000 });

const antenna = HEX_UMI_FR2_RADIO.antenna as BeamAntennas;

function gains(azimuthDeg: number, zenithDeg: number): Float64Array {
  const out = new Float64Array(beamCountOf(antenna));
  addBeamGains(antenna, azimuthDeg, zenithDeg, out, 0, 1);
  return out;
}

test("in the middle of its own beam a direction has the element's gain and 10 log10(64) dB", () => {
  // 8 dBi less 12 (7.5 / 65)^2 and 12 (4 / 65)^2, and 18.06 dB of 8 x 8 elements.
  const beam = 4;
  const out = gains(7.5, 94);
  expect(out[beam]).toBeCloseTo(8 - 12 * (7.5 / 65) ** 2 - 12 * (4 / 65) ** 2 + 18.062, 3);
  expect(Math.max(...out)).toBe(out[beam]);
});

test("each beam is the strongest in its own direction", () => {
  for (const [row, downtiltDeg] of antenna.beamDowntiltsDeg.entries()) {
    for (const [column, azimuthDeg] of antenna.beamAzimuthsDeg.entries()) {
      const out = gains(azimuthDeg, 90 + downtiltDeg);
      expect(out.indexOf(Math.max(...out))).toBe(row * antenna.beamAzimuthsDeg.length + column);
    }
  }
});

test("cell quality is the best beam, or the mean in mW of the best", () => {
  const values = Float64Array.of(-99, -80, -83, -90, -83);
  expect(bestBeamsDb(values, 1, 4, 1)).toBe(-80);
  // 38.331 5.5.3.3 by hand: (1 + 2 x 10^-0.3) / 3 = 0.66746 of -80 dBm.
  expect(bestBeamsDb(values, 1, 4, 3)).toBeCloseTo(-81.756, 3);
  expect(bestBeamsDb(values, 0, 2, 5)).toBeCloseTo(10 * Math.log10((10 ** -8 + 10 ** -9.9) / 2), 9);
});

test("the FR2 preset measures beams whose best makes the cell, and interferes with the beams' mean", () => {
  const radio = createRadio({ ...HEX_UMI_FR2_RADIO, rings: 0, load: 1 }, 1);
  expect(radio.cellCount).toBe(3);
  expect(radio.beamCount).toBe(16);
  const xM = Float64Array.of(70, -20);
  const yM = Float64Array.of(10, 80);
  const beams = new Float32Array(2 * 3 * 16);
  radio.beamRsrpDbm(xM, yM, beams);
  const out = { rsrpDbm: new Float32Array(6), sinrDb: new Float32Array(6) };
  radio.rsrpDbm(xM, yM, out);
  for (let ue = 0; ue < 2; ue++) {
    const meanMw = [0, 1, 2].map((cell) => {
      const own = beams.subarray((ue * 3 + cell) * 16, (ue * 3 + cell + 1) * 16);
      expect(out.rsrpDbm[ue * 3 + cell]).toBeCloseTo(Math.max(...own), 3);
      return own.reduce((sum, dbm) => sum + 10 ** (dbm / 10), 0) / 16;
    });
    for (let cell = 0; cell < 3; cell++) {
      const others = meanMw.reduce(
        (sum, mw, one) => (one === cell ? sum : sum + mw),
        10 ** (radio.noiseDbm / 10),
      );
      expect(out.sinrDb[ue * 3 + cell]).toBeCloseTo(out.rsrpDbm[ue * 3 + cell] - 10 * Math.log10(others), 2);
    }
  }
});

test("RSRP of the best beam has no jump across the wrap-around", () => {
  const radio = createRadio({ ...HEX_UMI_FR2_RADIO, rings: 0, shadowing: false, lineOfSight: "always" }, 1);
  const count = 4000;
  const xM = Float64Array.from({ length: count }, (_, i) => -100 + 0.1 * i);
  const yM = Float64Array.from({ length: count }, (_, i) => 33 + 0.03 * i);
  const out = { rsrpDbm: new Float32Array(3 * count), sinrDb: new Float32Array(3 * count) };
  radio.rsrpDbm(xM, yM, out);
  let greatestDb = 0;
  for (let i = 3; i < 3 * count; i++)
    greatestDb = Math.max(greatestDb, Math.abs(out.rsrpDbm[i] - out.rsrpDbm[i - 3]));
  expect(greatestDb).toBeLessThan(2);
});

test("100 MHz at 120 kHz has 66 resource blocks", () => {
  // TS 38.101-2 Table 5.3.2-1.
  expect(resourceBlocks(100, 120)).toBe(66);
  expect(resourceBlocks(400, 120)).toBe(264);
});
