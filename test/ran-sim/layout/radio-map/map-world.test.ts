import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createMapField } from "../../../../ran-sim/layout/radio-map/map-field.ts";
import { parseRadioMap } from "../../../../ran-sim/layout/radio-map/parse-radio-map.ts";
import { runWorld } from "../../../../ran-sim/run-world.ts";
import { loadRanScenario } from "../../../../ran-sim/scenario-file.ts";
import { createSyntheticWorld } from "../../../../ran-sim/synthetic-world.ts";
import { sharedPath, testWithShared } from "../../../support/shared-data.ts";

// 3 x 3 squares; the middle one of the top row was not visited; cell 9 was not seen in the south-west.
const text = `grid_lat,grid_lon,freq,cid,rat,rsrp_avg,rsrp_std
${[
  [0, 0, 7, -80, 4],
  [0, 1, 7, -90, 4],
  [0, 2, 7, -100, 4],
  [1, 0, 7, -84, 4],
  [1, 1, 7, -94, 4],
  [1, 2, 7, -104, 4],
  [2, 0, 7, -88, 4],
  [2, 2, 7, -108, 4],
  [0, 1, 9, -95, 2],
  [0, 2, 9, -85, 2],
  [1, 0, 9, -105, 2],
  [1, 1, 9, -95, 2],
  [1, 2, 9, -85, 2],
  [2, 0, 9, -105, 2],
  [2, 2, 9, -85, 2],
]
  .map(
    ([row, column, cell, mean, deviation]) =>
      `${40 + row / 1000},${-80 + column / 1000},500,${cell},sub6,${mean},${deviation}`,
  )
  .join("\n")}`;
const map = parseRadioMap(text, "map.csv", { channel: 500, leastSquares: 1 });
const options = { floorDbm: -130, deviation: false, edge: "bounce", seed: 1 } as const;
const field = createMapField(map, options);
const { xMaxM, yMaxM } = field.ground;
const at = (column: number, row: number, of = field): number[] => {
  const out = new Float64Array(2);
  of.levelsAt((column - 1) * xMaxM, (row - 1) * yMaxM, out);
  return [...out];
};

test("a square's own level stands at its place, and halfway between two lies their mean", () => {
  expect(at(0, 0)[0]).toBeCloseTo(-80, 5);
  expect(at(0.5, 0)[0]).toBeCloseTo(-85, 5);
  expect(at(0.5, 0.5)[0]).toBeCloseTo((-80 - 90 - 84 - 94) / 4, 5);
  expect(at(2, 2)).toEqual([expect.closeTo(-108, 5), expect.closeTo(-85, 5)]);
});

test("where a visited square did not see a cell it has the floor; an unvisited one the mean of its neighbours", () => {
  expect(at(0, 0)[1]).toBeCloseTo(-130, 5);
  expect(at(1, 2)[0]).toBeCloseTo((-84 - 94 - 104 - 88 - 108) / 5, 4);
});

test("the deviation is noise over the place: the same for all who stand there, of the measured size", () => {
  const noisy = createMapField(map, { ...options, deviation: true });
  expect(at(0.3, 0.7, noisy)).toEqual(at(0.3, 0.7, noisy));
  let sum = 0;
  let count = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const one = createMapField(map, { ...options, deviation: true, seed });
    for (const [column, row] of [
      [0.2, 0.2],
      [1.5, 1.1],
      [1.9, 0.3],
    ]) {
      sum += (at(column, row, one)[0] - at(column, row)[0]) ** 2;
      count++;
    }
  }
  // 180 nearly independent draws: 4 dB within 5.3 % standard error.
  expect(Math.abs(Math.sqrt(sum / count) - 4)).toBeLessThan(0.8);
});

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "baton-map-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

test("SINR is the level over noise and the loaded co-channel cells", () => {
  writeFileSync(join(folder, "map.csv"), text);
  writeFileSync(
    join(folder, "town.yaml"),
    "layout: { kind: radio-map, file: map.csv, channel: 500, floorDbm: -130 }\nradio: { load: 0.5 }\nmobility: { users: 2, speedKmh: 10, model: { kind: random-waypoint } }",
  );
  const world = createSyntheticWorld(loadRanScenario(join(folder, "town.yaml")), 1);
  expect(world.cellNames).toEqual(["7", "9"]);
  expect(world.source).toMatch(/measured RSRP of sub6 channel 500: .*map\.csv/);
  const out = { rsrpDbm: new Float32Array(4), sinrDb: new Float32Array(4) };
  world.radioAt(100, out);
  const noiseMw = 10 ** ((-174 + 10 * Math.log10(30e3) + 7) / 10);
  const othersMw = noiseMw + 0.5 * 10 ** (out.rsrpDbm[1] / 10);
  expect(out.sinrDb[0]).toBeCloseTo(out.rsrpDbm[0] - 10 * Math.log10(othersMw), 3);
  const powers = { rsrpMw: new Float64Array(4), sinr: new Float64Array(4) };
  world.powersAt?.(100, powers);
  for (let i = 0; i < 4; i++) {
    expect(10 * Math.log10(powers.rsrpMw[i])).toBeCloseTo(out.rsrpDbm[i], 4);
    expect(10 * Math.log10(powers.sinr[i])).toBeCloseTo(out.sinrDb[i], 4);
  }
});

test("what was measured takes no fading or blockage on top", () => {
  writeFileSync(
    join(folder, "more.yaml"),
    "layout: { kind: radio-map, file: map.csv, channel: 500 }\nradio: { fading: { kind: rayleigh } }",
  );
  expect(() => loadRanScenario(join(folder, "more.yaml"))).toThrow(
    /radio\.fading: expected nothing with layout\.kind radio-map/,
  );
});

testWithShared(
  "phones that walk through Indianapolis and Chicago are handed over between its cells",
  async () => {
    for (const [place, channel] of [
      ["T-R12", 519630],
      ["T-R13", 519630],
    ] as const) {
      const file = sharedPath(
        "data",
        "purdue-radio-map",
        `${place}_rss_cell_20210405_20220127_310260_0.0005_0_0.csv.gz`,
      );
      writeFileSync(
        join(folder, "city.yaml"),
        `durationS: 30\nwarmUpS: 2\nlayout: { kind: radio-map, file: "${file}", channel: ${channel} }\nmobility: { users: 10, speedKmh: 40, model: { kind: random-waypoint } }`,
      );
      const scenario = loadRanScenario(join(folder, "city.yaml"));
      const world = createSyntheticWorld(scenario, 1);
      const run = { scenario, arms: ["a3-set3"], seed: 1 };
      const [{ events }] = await runWorld({ ...run, world });
      const completed = events.filter(({ type }) => type === "handoverComplete").length;
      expect(completed).toBeGreaterThan(3);
      const [again] = await runWorld({ ...run, world: createSyntheticWorld(scenario, 1) });
      expect(again.events).toEqual(events);
    }
  },
);
