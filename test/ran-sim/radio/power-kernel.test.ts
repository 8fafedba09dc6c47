import { expect, test, vi } from "vitest";
import { createStream } from "#core";
import { hexSites, hexTorus, rectangularTorus } from "../../../ran-sim/radio/layout.ts";
import { createRadio } from "../../../ran-sim/radio/radio.ts";
import {
  type AntennaParameters,
  HEX_UMA_RADIO,
  HEX_UMI_RADIO,
  type RadioParameters,
} from "../../../ran-sim/radio/radio-parameters.ts";

// Making maps takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const macro: AntennaParameters = {
  kind: "sector",
  pattern: "tr36814",
  boresightsDeg: [0, 90, 180, 270],
  downtiltDeg: 12,
};
/** A motorway with sites of different heights, powers and numbers of sectors; rural line-of-sight shadowing grows with distance. */
const rural: RadioParameters = {
  ...HEX_UMA_RADIO,
  environment: "RMa",
  isdM: 1732,
  carrierGhz: 0.7,
  hBsM: 35,
  placement: {
    torus: rectangularTorus(5196, 3000),
    sites: { xM: Float64Array.of(0, 1732, 3464), yM: Float64Array.of(35, -35, 35) },
    boresightsDeg: [[0, 180], [0, 120, 240], [90]],
    hBsM: [35, 20, 1],
    txPowerDbm: [46, 40, 43],
  },
};
const placed: RadioParameters = {
  ...HEX_UMI_RADIO,
  placement: { torus: hexTorus(1, 200), sites: hexSites(1, 200) },
  antenna: { kind: "isotropic", gainDbi: 5 },
};
const law = { interceptDb: 128.1, slopeDb: 37.6, minimumDistanceM: 35, penetrationDb: 20 };

test.each<[string, RadioParameters, number]>([
  ["urban macro sectors", HEX_UMA_RADIO, 1e-7],
  ["the macro antenna, whose beam is narrow", { ...HEX_UMA_RADIO, antenna: macro }, 1e-5],
  ["a rural motorway of unlike sites", rural, 1e-7],
  ["street canyons of isotropic cells", placed, 1e-7],
  ["an office", { ...HEX_UMI_RADIO, environment: "InH-open", isdM: 20, hBsM: 3, hUtM: 1 }, 1e-7],
  [
    "a distance law",
    { ...HEX_UMA_RADIO, distanceLaw: { ...law, shadowing: { sigmaDb: 8, correlationDistanceM: 25 } } },
    1e-7,
  ],
])(
  "the kernel hears what one link after the other does, on seams, beneath masts and anywhere: %s",
  (_, parameters, withinDb) => {
    const radio = createRadio(parameters, 1);
    const draw = createStream(1, "places");
    const count = 4000;
    const place = (index: number, site: number) => {
      // A quarter stand within metres of a site; none exactly beneath it, where there is no direction.
      const spreadM = index % 4 === 0 ? 30 : 3 * radio.torus.sideM;
      return [0, 1].map(
        (axis) =>
          (axis === 0 ? radio.sites.xM[site] : radio.sites.yM[site]) +
          spreadM * (draw.uniform(index, axis) - 0.5),
      );
    };
    const places = Array.from({ length: count }, (_, index) => place(index, index % radio.siteCount));
    const xM = Float64Array.from(places, ([x]) => x);
    const yM = Float64Array.from(places, ([, y]) => y);
    const output = () => ({
      rsrpMw: new Float64Array(count * radio.cellCount),
      sinr: new Float64Array(count * radio.cellCount),
    });
    const byKernel = output();
    radio.powers(xM, yM, byKernel);
    const byLink = output();
    // Changes of 0 dB are heard link by link.
    radio.powers(xM, yM, byLink, { lossDb: new Float32Array(count * radio.siteCount) });
    let worstDb = 0;
    for (const key of ["rsrpMw", "sinr"] as const) {
      for (let i = 0; i < byLink[key].length; i++) {
        worstDb = Math.max(worstDb, Math.abs(10 * Math.log10(byKernel[key][i] / byLink[key][i])));
      }
    }
    expect(worstDb).toBeLessThan(withinDb);
    // The two are not one way: their last bits differ.
    if (parameters.antenna.kind === "sector") expect(worstDb).toBeGreaterThan(0);
  },
);

test("right beneath a mast a cell is heard as a hair beside it, and the load given for a moment counts", () => {
  const radio = createRadio({ ...HEX_UMA_RADIO, rings: 0, shadowing: false, lineOfSight: "always" }, 1);
  const out = { rsrpMw: new Float64Array(6), sinr: new Float64Array(6) };
  radio.powers(Float64Array.of(0, 1e-7), new Float64Array(2), out, { load: [0, 0, 0] });
  const noiseMw = 10 ** (radio.noiseDbm / 10);
  for (let cell = 0; cell < 3; cell++) {
    expect(Number.isFinite(out.rsrpMw[cell])).toBe(true);
    expect(out.sinr[cell] * noiseMw).toBeCloseTo(out.rsrpMw[cell], 12);
  }
});
