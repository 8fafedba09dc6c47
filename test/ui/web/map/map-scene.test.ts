import { expect, test } from "vitest";
import type { RanLayout } from "../../../../ui/protocol.ts";
import { fitView, isInView } from "../../../../ui/web/map/fit-view.ts";
import { copiesWithin, homeCopy, mapScene, nearestCopy } from "../../../../ui/web/map/map-scene.ts";
import { symbolSizes } from "../../../../ui/web/map/symbol-sizes.ts";

/** Five masts along a track that goes round after 5 km, each with a cell to both sides. */
const railway: RanLayout = {
  type: "ran-layout",
  epoch: 0,
  sites: [-2000, -1000, 0, 1000, 2000].map((xM) => ({ xM, yM: 50 })),
  cells: [0, 1, 2, 3, 4].flatMap((site) =>
    [0, 180].map((azimuthDeg, k) => ({ site, azimuthDeg, name: `${site}${"ab"[k]}` })),
  ),
  isdM: 1000,
  latticeM: [
    { xM: 5000, yM: 0 },
    { xM: 0, yM: 1e9 },
  ],
  steps: { compress: "", transport: "", project: "" },
  formulas: { kpis: [], problems: [] },
  chart: { metric: "handovers", unit: "count" },
};

test("a railway is in view from its first cell to its last, on a wide canvas and on a narrow one", () => {
  const scene = mapScene(railway, 0.6);
  expect(scene.bounds.fromM.xM).toBeCloseTo(-2500, 6);
  expect(scene.bounds.toM.xM).toBeCloseTo(2500, 6);
  for (const [widthPx, heightPx] of [
    [684, 368],
    [366, 368],
    [2000, 200],
  ]) {
    const view = fitView(scene.bounds, widthPx, heightPx);
    for (const { site, shape } of scene.cells) {
      for (const { xM, yM } of shape)
        expect(isInView(view, { xM: site.xM + xM, yM: site.yM + yM }, -10)).toBe(true);
    }
  }
});

test("a phone that wrap-around has taken away is drawn at home, and served across the seam", () => {
  const scene = mapScene(railway, 0.6);
  expect(homeCopy(scene, 7400, 0)).toEqual({ xM: 2400, yM: 0 });
  expect(nearestCopy(scene, railway.sites[0], { xM: 2400, yM: 0 })).toEqual({ xM: 3000, yM: 50 });
});

test("names of two cells stand beside the road, the name of an only one above its site", () => {
  const scene = mapScene(railway, 0.6);
  for (const { label } of scene.cells) expect(label?.yM).toBeGreaterThan(200);
  expect(scene.cells[0].label?.xM).toBeGreaterThan(0);
  expect(scene.cells[1].label?.xM).toBeLessThan(0);
  const single = mapScene({ ...railway, cells: railway.cells.filter((_, i) => i % 2 === 0) }, 0.6);
  expect(single.cells.map(({ label }) => label)).toEqual([null, null, null, null, null]);
});

test("repeats the area on the lattice, itself first, and not at all without one", () => {
  const lattice = [
    { xM: 100, yM: 0 },
    { xM: 50, yM: 86.6 },
  ];
  const copies = copiesWithin(lattice, 110);
  expect(copies[0]).toEqual({ xM: 0, yM: 0 });
  expect(copies).toHaveLength(7);
  expect(copiesWithin([], 110)).toHaveLength(1);
});

test("draws smaller and without names where cells are small", () => {
  expect(symbolSizes(100, 3)).toEqual({ phonePx: 4, sitePx: 6, labels: true });
  expect(symbolSizes(50, 3).labels).toBe(false);
  expect(symbolSizes(50, 1).labels).toBe(true);
  expect(symbolSizes(1, 1)).toEqual({ phonePx: 2, sitePx: 2.5, labels: false });
});
