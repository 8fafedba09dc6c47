import { describe, expect, test } from "vitest";
import { rectangularTorus } from "../../../ran-sim/radio/layout.ts";
import { createRadio } from "../../../ran-sim/radio/radio.ts";
import { HEX_UMA_RADIO, type RadioParameters } from "../../../ran-sim/radio/radio-parameters.ts";

/**
 * RSRP, RSRQ and SINR (TS 38.215 5.1.1, 5.1.3, 5.1.5) of hand-placed layouts against their definitions: power is added up
 * resource element by resource element over the measurement bandwidth, and every loss is written out again from TR 38.901.
 */

/** Wide enough that every site is heard from where it stands and not from an image. */
const torus = rectangularTorus(16_000, 16_000);

const N_RB = 51; // 20 MHz at 30 kHz, TS 38.101-1 Table 5.3.2-1.
const N_RE = 12 * N_RB;

/** UMa LOS at 3.5 GHz, h_BS 25 m, h_UT 1.5 m; d'BP = 4 x 24 x 0.5 x 3.5e9 / 3e8 = 560 m. */
function umaLosDb(d2dM: number): number {
  const lg = Math.log10(Math.hypot(d2dM, 23.5));
  const beyondDb = 9 * Math.log10(560 ** 2 + 23.5 ** 2);
  const fcDb = 20 * Math.log10(3.5);
  return d2dM <= 560 ? 28 + 22 * lg + fcDb : 28 + 40 * lg + fcDb - beyondDb;
}

const mwOf = (dbm: number): number => 10 ** (dbm / 10);
const dbmOf = (mw: number): number => 10 * Math.log10(mw);

interface Layout {
  readonly name: string;
  readonly sitesM: readonly (readonly [number, number])[];
  readonly userM: readonly [number, number];
  readonly load: readonly number[];
  readonly txPowerDbm?: number;
}

const layouts: readonly Layout[] = [
  { name: "one site at full load", sitesM: [[5000, 5000]], userM: [5200, 5000], load: [1] },
  { name: "one site without traffic", sitesM: [[5000, 5000]], userM: [5200, 5000], load: [0] },
  {
    name: "three sites at full load",
    sitesM: [
      [5000, 5000],
      [5500, 5000],
      [5250, 5433],
    ],
    userM: [5230, 5100],
    load: [1, 1, 1],
  },
  {
    name: "three sites at loads of their own",
    sitesM: [
      [5000, 5000],
      [5500, 5000],
      [5250, 5433],
    ],
    userM: [5400, 5020],
    load: [0.25, 0.5, 1],
  },
  {
    name: "a user beyond the breakpoint, where noise is most of the RSSI",
    sitesM: [
      [5000, 5000],
      [12_000, 5000],
    ],
    userM: [8200, 5000],
    load: [0.1, 0.1],
    txPowerDbm: 10,
  },
];

describe.each(layouts)("$name", ({ sitesM, userM, load, txPowerDbm = 46 }) => {
  const parameters: RadioParameters = {
    ...HEX_UMA_RADIO,
    rings: 0,
    placement: {
      torus,
      sites: { xM: Float64Array.from(sitesM, ([x]) => x), yM: Float64Array.from(sitesM, ([, y]) => y) },
    },
    antenna: { kind: "isotropic", gainDbi: 3 },
    lineOfSight: "always",
    shadowing: false,
    txPowerDbm,
    load,
  };
  const cells = sitesM.length;
  const out = {
    rsrpDbm: new Float32Array(cells),
    sinrDb: new Float32Array(cells),
    rsrqDb: new Float32Array(cells),
  };
  createRadio(parameters, 1).rsrpDbm(Float64Array.of(userM[0]), Float64Array.of(userM[1]), out);

  const elementMw = sitesM.map(([x, y]) => {
    const lossDb = umaLosDb(Math.hypot(userM[0] - x, userM[1] - y));
    return mwOf(txPowerDbm + 3 - lossDb) / N_RE;
  });
  const noiseMw = mwOf(-174 + 10 * Math.log10(30e3) + 7);

  test("RSRP is the mean power of one resource element of the cell", () => {
    for (const [cell, mw] of elementMw.entries()) expect(out.rsrpDbm[cell]).toBeCloseTo(dbmOf(mw), 2);
  });

  test("RSRQ is N x RSRP over the RSSI of N resource blocks: all cells' traffic, its own too, and noise", () => {
    let rssiMw = 0;
    for (let element = 0; element < N_RE; element++) {
      rssiMw += noiseMw;
      // A load of l fills the first of every 1 / l elements: each cell so many in all, whatever the others do.
      for (const [cell, mw] of elementMw.entries()) {
        const fills = Math.floor((element + 1) * load[cell]) > Math.floor(element * load[cell]);
        if (fills) rssiMw += mw;
      }
    }
    for (const [cell, mw] of elementMw.entries()) {
      expect(Math.abs(out.rsrqDb[cell] - dbmOf((N_RB * mw) / rssiMw)), `cell ${cell}`).toBeLessThan(0.02);
    }
  });

  test("SINR is RSRP over noise and the other cells' traffic in one element", () => {
    for (const [cell, mw] of elementMw.entries()) {
      const othersMw = elementMw.reduce(
        (sum, other, i) => (i === cell ? sum : sum + load[i] * other),
        noiseMw,
      );
      expect(out.sinrDb[cell]).toBeCloseTo(dbmOf(mw / othersMw), 2);
    }
  });
});

test("with the traffic of two elements a block, RSRQ of two cells is that of ns-3's E-UTRA test where noise is negligible", () => {
  /**
   * nsnam/ns-3-dev-git, src/lte/test/lte-test-ue-measurements.cc, lte-ue-measurements: reference signals alone fill 2 of
   * the 12 elements in which E-UTRA takes its RSSI. Rows: the other cell's level against the serving one's, dB, and both RSRQ.
   * Rows with much noise are left out: ns-3 counts it in the two elements, 38.215 5.1.3 in all that the RSSI is taken over.
   */
  const rows = [
    [-60, -3.010305, -63.010305],
    [-40, -3.010783, -43.010783],
    [-20, -3.058336, -23.058336],
    [-13.979402, -3.199337, -17.178738],
  ] as const;
  for (const [otherDb, servingRsrqDb, otherRsrqDb] of rows) {
    // Two sites as far apart in level as the row says, close enough for noise not to matter.
    const otherM = solveDistanceM(umaLosDb(40) - otherDb);
    const radio = createRadio(
      {
        ...HEX_UMA_RADIO,
        rings: 0,
        placement: {
          torus,
          sites: { xM: Float64Array.of(1000, 1040 + otherM), yM: Float64Array.of(1000, 1000) },
        },
        antenna: { kind: "isotropic", gainDbi: 0 },
        lineOfSight: "always",
        shadowing: false,
        txPowerDbm: 80,
        noiseFigureDb: 0,
        load: 2 / 12,
      },
      1,
    );
    const out = {
      rsrpDbm: new Float32Array(2),
      sinrDb: new Float32Array(2),
      rsrqDb: new Float32Array(2),
    };
    radio.rsrpDbm(Float64Array.of(1040), Float64Array.of(1000), out);
    expect(Math.abs(out.rsrqDb[0] - servingRsrqDb), `${otherDb} dB`).toBeLessThan(0.02);
    expect(Math.abs(out.rsrqDb[1] - otherRsrqDb), `${otherDb} dB`).toBeLessThan(0.02);
  }
});

/** Returns the distance at which UMa LOS loses `lossDb`, by bisection. */
function solveDistanceM(lossDb: number): number {
  let [near, far] = [10, 1e5];
  for (let step = 0; step < 60; step++) {
    const middle = (near + far) / 2;
    if (umaLosDb(middle) < lossDb) near = middle;
    else far = middle;
  }
  return near;
}
