import fc from "fast-check";
import { expect, test } from "vitest";
import { createSitePlan } from "../../../ran-sim/layout/create-plan.ts";
import { placeOn } from "../../../ran-sim/layout/ground.ts";
import { layoutSchema } from "../../../ran-sim/layout/layout-schema.ts";
import type { SitePlan } from "../../../ran-sim/layout/site-plan.ts";
import { nearestImage } from "../../../ran-sim/radio/layout.ts";

const planOf = (layout: unknown): SitePlan => {
  const parsed = layoutSchema.parse(layout);
  if (parsed.kind === "radio-map") throw new Error("no sites");
  return createSitePlan(parsed, { hBsM: 25, txPowerDbm: 46 });
};
const places = ({ placement: { sites } }: SitePlan) => Array.from(sites.xM, (xM, i) => [xM, sites.yM[i]]);

test("a highway has its sites on alternating sides, the site distance apart, and a road in the middle", () => {
  const plan = planOf({ kind: "highway", sites: 4, isdM: 1000, offsetM: 35 });
  expect(places(plan)).toEqual([
    [-1500, 35],
    [-500, -35],
    [500, 35],
    [1500, -35],
  ]);
  expect(plan.path).toEqual({ xM: [-2000, 2000], yM: [0, 0], atEnd: "wrap" });
});

test("a railway has them on one side, and a train turns at the end of a track that does not wrap", () => {
  const plan = planOf({ kind: "rail", sites: 2, isdM: 800, offsetM: 20, edge: "bounce" });
  expect(places(plan)).toEqual([
    [-400, 20],
    [400, 20],
  ]);
  expect(plan.path?.atEnd).toBe("turn");
});

test("Manhattan sites stand on crossings, the same distance apart around the edges too", () => {
  const plan = planOf({ kind: "manhattan", sitesX: 3, sitesY: 2, blockM: 100, blocksPerSite: 2 });
  const { ground } = plan;
  if (ground.kind !== "rectangle") throw new Error("no rectangle");
  expect([ground.xMaxM - ground.xMinM, ground.yMaxM - ground.yMinM]).toEqual([600, 400]);
  for (const [xM, yM] of places(plan)) {
    expect((xM - ground.xMinM) % 100).toBe(0);
    expect((yM - ground.yMinM) % 100).toBe(0);
  }
  const [first, , third] = places(plan);
  const image = new Float64Array(2);
  nearestImage(plan.placement.torus, third[0] - first[0], third[1] - first[1], image);
  expect(Math.hypot(image[0], image[1])).toBe(200);
});

test("an office of TR 38.901 Table 7.2-2 is 120 m by 50 m with 12 sites", () => {
  const plan = planOf({ kind: "office" });
  const { ground } = plan;
  if (ground.kind !== "rectangle") throw new Error("no rectangle");
  expect([ground.xMaxM, ground.yMaxM]).toEqual([60, 25]);
  expect(places(plan)).toHaveLength(12);
  expect(places(plan)[0]).toEqual([-50, -10]);
});

test("where nothing wraps, a site is nearer than each of its images by more than a seam, from everywhere", () => {
  const plans = ["two-cell", "office"].map((kind) => planOf({ kind }));
  plans.push(planOf({ kind: "highway", edge: "bounce" }), planOf({ kind: "manhattan", edge: "bounce" }));
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const image = new Float64Array(8);
  fc.assert(
    fc.property(fc.constantFrom(...plans), share, share, (plan, u, v) => {
      const { xM, yM } = placeOn(plan.ground, u, v);
      for (const [siteX, siteY] of places(plan)) {
        nearestImage(plan.placement.torus, xM - siteX, yM - siteY, image);
        const trueM = Math.hypot(xM - siteX, yM - siteY);
        expect(Math.hypot(image[0], image[1])).toBeCloseTo(trueM, 6);
        const secondM = Math.min(Math.hypot(image[2], image[3]), Math.hypot(image[4], image[5]));
        expect(secondM).toBeGreaterThan(trueM + 0.1 * plan.isdM);
      }
    }),
  );
});

test("two sectors in one direction are two cells at one place, and refused", () => {
  expect(() => planOf({ antenna: { kind: "sector", boresightsDeg: [30, 390] } })).toThrow(
    /layout\.antenna\.boresightsDeg: expected azimuths at least 1 degree apart.*got 30 and 390/,
  );
});
