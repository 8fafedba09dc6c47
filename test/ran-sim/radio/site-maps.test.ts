import { expect, test, vi } from "vitest";
import { createStream } from "#core";
import { createSitePlan, type SiteLayout } from "../../../ran-sim/layout/create-plan.ts";
import { layoutSchema } from "../../../ran-sim/layout/layout-schema.ts";
import { createRadioMaps } from "../../../ran-sim/radio/radio-maps.ts";
import {
  HEX_UMA_RADIO,
  HEX_UMI_RADIO,
  type RadioParameters,
} from "../../../ran-sim/radio/radio-parameters.ts";
import { DEFAULT_USER_PLACES } from "../../../ran-sim/radio/radio-users.ts";
import { MAP_FIELDS, type SiteMaps } from "../../../ran-sim/radio/site-maps.ts";
import { createGridCell, locate } from "../../../ran-sim/radio/torus-grid.ts";

vi.setConfig({ testTimeout: 120_000 });

const UMI = { ...HEX_UMI_RADIO, lineOfSight: "never" } as const satisfies RadioParameters;
const SITES = 7;
const POSITIONS = 12_000;
const draw = createStream(3, "scatter");
const cell = createGridCell();

/** Returns a field of every site at scattered places moved by `lagM`, [place, site]. */
function sample({ grid, values }: SiteMaps, field: number, lagM = 0): Float64Array {
  const { torus } = grid;
  const out = new Float64Array(POSITIONS * SITES);
  for (let i = 0; i < POSITIONS; i++) {
    const p = draw.uniform(i);
    const q = draw.uniform(i, 1);
    const turn = 2 * Math.PI * draw.uniform(i, 2);
    const x = p * torus.t1xM + q * torus.t2xM + lagM * Math.cos(turn);
    const y = p * torus.t1yM + q * torus.t2yM + lagM * Math.sin(turn);
    locate(grid, x, y, cell);
    for (let site = 0; site < SITES; site++) {
      for (let corner = 0; corner < 4; corner++) {
        const at = (cell.node[corner] * SITES + site) * MAP_FIELDS + field;
        out[i * SITES + site] += cell.weight[corner] * values[at];
      }
    }
  }
  return out;
}

/** Returns the mean product of two samples over places and sites, `shift` sites apart. */
function product(a: Float64Array, b: Float64Array, shift = 0): number {
  let sum = 0;
  for (let i = 0; i < POSITIONS; i++) {
    for (let site = 0; site < SITES; site++) {
      sum += a[i * SITES + site] * b[i * SITES + ((site + shift) % SITES)];
    }
  }
  return sum / a.length;
}

const NLOS = 2;

test.each([
  [0, 3],
  [0.5, 8],
])(
  "with an inter-site correlation of %d (%d seeds), sigma and distance stay and different sites correlate by it",
  (interSiteCorrelation, seedCount) => {
    // Correlation distance 13 m on a torus of 529 m: some 1,600 patches a seed. A common field is one where there
    // were seven, which is why it takes more seeds to see 3 % of the distance.
    const sum = { sites: 0, square: 0, short: 0, long: 0 };
    const seeds = Array.from({ length: seedCount }, (_, i) => i + 1);
    for (const seed of seeds) {
      const maps = createRadioMaps({ ...UMI, interSiteCorrelation }, seed);
      const here = sample(maps, NLOS);
      sum.square += product(here, here) / seeds.length;
      sum.short += product(here, sample(maps, NLOS, 13 * 0.97)) / seeds.length;
      sum.long += product(here, sample(maps, NLOS, 13 * 1.03)) / seeds.length;
      sum.sites += (product(here, here, 1) + product(here, here, 3)) / 2 / seeds.length;
    }
    expect(Math.abs(Math.sqrt(sum.square) / 7.82 - 1)).toBeLessThan(0.02);
    // The correlation falls through 1/e between 97 % and 103 % of the distance of Table 7.5-6.
    expect(sum.short / sum.square).toBeGreaterThan(Math.exp(-1));
    expect(sum.long / sum.square).toBeLessThan(Math.exp(-1));
    expect(Math.abs(sum.sites / sum.square - interSiteCorrelation)).toBeLessThan(0.03);
  },
);

test("extra shadowing adds its variance to both states and leaves the rest as it was", () => {
  const plain = createRadioMaps(UMI, 1);
  const more = createRadioMaps({ ...UMI, extraShadowing: { sigmaDb: 6, decorrelationM: 20 } }, 1);
  expect(more.grid).toEqual(plain.grid);
  for (const field of [1, NLOS]) {
    const before = sample(plain, field);
    const extra = sample(more, field).map((value, i) => value - before[i]);
    // 7 sites x 110 patches of 20 m: a standard error of sigma of 2.5 %.
    expect(Math.abs(Math.sqrt(product(extra, extra)) / 6 - 1)).toBeLessThan(0.08);
    const away = sample(plain, field, 20);
    const moved = sample(more, field, 20).map((value, i) => value - away[i]);
    expect(Math.abs(product(extra, moved) / product(extra, extra) - Math.exp(-1))).toBeLessThan(0.08);
    expect(Math.abs(product(extra, extra, 1) / product(extra, extra))).toBeLessThan(0.15);
  }
  expect(sample(more, 0)).toEqual(sample(plain, 0));
});

test("extra shadowing reaches indoor users too", () => {
  const indoor = { ...HEX_UMA_RADIO, rings: 0, users: { ...DEFAULT_USER_PLACES, indoorShare: 1 } };
  const plain = createRadioMaps(indoor, 1).indoor;
  const more = createRadioMaps({ ...indoor, extraShadowing: { sigmaDb: 6, decorrelationM: 30 } }, 1).indoor;
  if (plain === null || more === null) throw new Error("expected maps of indoor shadowing");
  const extra = more.shadowDb.map((value, node) => value - plain.shadowDb[node]);
  const square = extra.reduce((sum, value) => sum + value * value, 0) / extra.length;
  // One site of 44 patches of 30 m: a standard error of sigma of 11 %.
  expect(Math.abs(Math.sqrt(square) / 6 - 1)).toBeLessThan(0.35);
});

test("without indoor users there is no indoor map, and only UMa users above 13 m have maps of their own", () => {
  expect(createRadioMaps({ ...UMI, rings: 0 }, 1).indoor).toBeNull();
  const users = { ...DEFAULT_USER_PLACES, indoorShare: 0.5, floors: "calibration" as const };
  const aloft = (parameters: RadioParameters) =>
    createRadioMaps({ ...parameters, rings: 0, users }, 1).losAloft.map((one) => one.heightM);
  expect(aloft(HEX_UMA_RADIO)).toEqual([13.5, 16.5, 19.5, 22.5]);
  expect(aloft(HEX_UMI_RADIO)).toEqual([]);
});

test("along a motorway the maps are a strip, whose shadowing has the sigma and distance of any other map", () => {
  const plan = createSitePlan(layoutSchema.parse({ kind: "highway" }) as SiteLayout, {
    hBsM: 35,
    txPowerDbm: 46,
  });
  const rural = {
    ...HEX_UMA_RADIO,
    environment: "RMa",
    rings: 0,
    placement: plan.placement,
    lineOfSight: "never",
  } as const;
  const { t1xM: lengthM } = plan.placement.torus;
  const siteCount = plan.placement.sites.xM.length;
  const sum = { square: 0, short: 0, long: 0, verges: 0, count: 0 };
  for (let seed = 1; seed <= 4; seed++) {
    const { grid, values } = createRadioMaps(rural, seed);
    // Before, it was 1024 x 1024: as fine along the motorway, and far finer across it than the field is rough.
    expect(grid.rows).toBe(1024);
    expect(grid.columns).toBe(256);
    const at = (xM: number, yM: number, site: number): number => {
      locate(grid, xM, yM, cell);
      let value = 0;
      for (let corner = 0; corner < 4; corner++) {
        value += cell.weight[corner] * values[(cell.node[corner] * siteCount + site) * MAP_FIELDS + 1];
      }
      return value;
    };
    for (let i = 0; i < 6000; i++) {
      const x = lengthM * draw.uniform(i, 3);
      const y = grid.torus.t2yM * draw.uniform(i, 4);
      const turn = 2 * Math.PI * draw.uniform(i, 5);
      for (let site = 0; site < siteCount; site++) {
        const here = at(x, y, site);
        sum.square += here * here;
        sum.short += here * at(x + 37 * 0.97 * Math.cos(turn), y + 37 * 0.97 * Math.sin(turn), site);
        sum.long += here * at(x + 37 * 1.03 * Math.cos(turn), y + 37 * 1.03 * Math.sin(turn), site);
        sum.verges += at(x, -50, site) * at(x, 50, site);
        sum.count++;
      }
    }
  }
  // 187 by 24 patches of 37 m per site and seed, 16 of them: standard errors of 0.3 % of sigma and 1 % of the distance.
  expect(Math.abs(Math.sqrt(sum.square / sum.count) / 4 - 1)).toBeLessThan(0.02);
  expect(sum.short / sum.square).toBeGreaterThan(Math.exp(-1));
  expect(sum.long / sum.square).toBeLessThan(Math.exp(-1));
  // Opposite edges are 100 m apart, and no neighbours through the wrap-around of the strip.
  expect(Math.abs(sum.verges / sum.square - Math.exp(-100 / 37))).toBeLessThan(0.03);
});
