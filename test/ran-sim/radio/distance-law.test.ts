import { expect, test, vi } from "vitest";
import { createStream } from "#core";
import { createPathLoss, losAndNlosDb } from "../../../ran-sim/radio/path-loss.ts";
import { createRadio } from "../../../ran-sim/radio/radio.ts";
import { createRadioMaps } from "../../../ran-sim/radio/radio-maps.ts";
import { HEX_UMA_RADIO, type RadioParameters } from "../../../ran-sim/radio/radio-parameters.ts";
import { MAP_FIELDS } from "../../../ran-sim/radio/site-maps.ts";
import { createGridCell, locate } from "../../../ran-sim/radio/torus-grid.ts";

vi.setConfig({ testTimeout: 60_000 });

const law = {
  interceptDb: 128.1,
  slopeDb: 37.6,
  minimumDistanceM: 35,
  penetrationDb: 20,
  shadowing: { sigmaDb: 8, correlationDistanceM: 50 },
};
const MACRO: RadioParameters = { ...HEX_UMA_RADIO, carrierGhz: 2, distanceLaw: law };

/** [d2D, dB], 128.1 + 37.6 log10(R / 1 km) + 20 with antennas 30 m apart in height, written out in another language. */
// biome-ignore format: a table
const rows: readonly (readonly [number, number])[] = [
  [0, 97.8543], [35, 97.8543], [100, 111.2036], [250, 125.5793], [1000, 148.1073],
];

test.each(rows)("at %d m the law takes %d dB, whatever the line of sight", (d2dM, expectedDb) => {
  const out = new Float64Array(2);
  losAndNlosDb(createPathLoss("UMa", { ...MACRO, hBsM: 31.5, hUtM: 1.5 }), d2dM, out);
  expect(out[0]).toBeCloseTo(expectedDb, 3);
  expect(out[1]).toBe(out[0]);
});

test("the radio takes the law, whatever the carrier: nothing is in line of sight, and without shadowing the loss is the law's", () => {
  for (const carrierGhz of [2, 3.5]) {
    const radio = createRadio({ ...MACRO, carrierGhz, rings: 0, shadowing: false, hBsM: 31.5 }, 1);
    const place = [Float64Array.of(100), Float64Array.of(0)] as const;
    const share = new Float32Array(1);
    const lossDb = new Float32Array(1);
    radio.losWeight(...place, share);
    radio.siteLossDb(...place, lossDb);
    expect(share[0]).toBe(0);
    expect(lossDb[0]).toBeCloseTo(111.2036, 3);
  }
});

test("shadowing has the law's sigma and distance, and correlates between sites by interSiteCorrelation", () => {
  const siteCount = 7;
  const sum = { square: 0, short: 0, long: 0, sites: 0, count: 0 };
  const draw = createStream(5, "scatter");
  const cell = createGridCell();
  // A torus of 1,323 m has some 700 patches of 50 m, of one common field; twelve seeds give the distance within 4 %.
  for (let seed = 1; seed <= 12; seed++) {
    const { grid, values } = createRadioMaps({ ...MACRO, interSiteCorrelation: 0.5 }, seed);
    const at = (xM: number, yM: number, site: number): number => {
      locate(grid, xM, yM, cell);
      let value = 0;
      for (let corner = 0; corner < 4; corner++) {
        value += cell.weight[corner] * values[(cell.node[corner] * siteCount + site) * MAP_FIELDS + 2];
      }
      return value;
    };
    for (let i = 0; i < 4000; i++) {
      const xM = 1323 * draw.uniform(seed, i);
      const yM = 1323 * draw.uniform(seed, i, 1);
      const turn = 2 * Math.PI * draw.uniform(seed, i, 2);
      const away = (lagM: number): number => at(xM + lagM * Math.cos(turn), yM + lagM * Math.sin(turn), 0);
      const here = at(xM, yM, 0);
      sum.square += here * here;
      sum.short += here * away(48);
      sum.long += here * away(52);
      sum.sites += here * at(xM, yM, 4);
      sum.count++;
    }
  }
  expect(Math.abs(Math.sqrt(sum.square / sum.count) / 8 - 1)).toBeLessThan(0.04);
  expect(sum.short / sum.square).toBeGreaterThan(Math.exp(-1));
  expect(sum.long / sum.square).toBeLessThan(Math.exp(-1));
  expect(Math.abs(sum.sites / sum.square - 0.5)).toBeLessThan(0.05);
});

test("a world of 57 cells with shadowing over 25 m has maps of 512 x 512: a dashboard holds several", () => {
  const shadowing = { sigmaDb: 8, correlationDistanceM: 25 };
  const parameters: RadioParameters = { ...MACRO, rings: 2, distanceLaw: { ...law, shadowing } };
  const { grid, values } = createRadioMaps(parameters, 1);
  expect([grid.rows, grid.columns]).toEqual([512, 512]);
  let square = 0;
  for (let i = 2; i < values.length; i += MAP_FIELDS) square += values[i] * values[i];
  // At the nodes the field has more than its sigma, as bilinear interpolation takes some away.
  expect(Math.sqrt(square / (values.length / MAP_FIELDS))).toBeGreaterThan(8);
  expect(Math.sqrt(square / (values.length / MAP_FIELDS))).toBeLessThan(9.5);
});

test("two sectors of one site share their shadowing: RSRP differs between them by the antennas alone", () => {
  const radio = createRadio(MACRO, 1);
  const out = {
    rsrpDbm: new Float32Array(radio.cellCount),
    sinrDb: new Float32Array(radio.cellCount),
  };
  radio.rsrpDbm(Float64Array.of(120), Float64Array.of(0), out);
  const flat = createRadio({ ...MACRO, shadowing: false }, 1);
  const without = { rsrpDbm: new Float32Array(flat.cellCount), sinrDb: new Float32Array(flat.cellCount) };
  flat.rsrpDbm(Float64Array.of(120), Float64Array.of(0), without);
  const moved = out.rsrpDbm.map((level, i) => level - without.rsrpDbm[i]);
  expect(moved[0]).toBeCloseTo(moved[1], 3);
  expect(Math.abs(moved[0])).toBeGreaterThan(0.01);
});
