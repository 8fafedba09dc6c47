import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  displacement,
  hexSites,
  hexTorus,
  nearestImage,
  rectangularTorus,
  siteCountOf,
  wrap,
} from "../../../ran-sim/radio/layout.ts";
import { sharedPath, testWithShared } from "../../support/shared-data.ts";

testWithShared("two rings at the site distance sqrt(3) are Sionna's hexagonal grid", () => {
  const { vectors, tolerance } = JSON.parse(
    readFileSync(sharedPath("vectors", "sionna_hexgrid.json"), "utf8"),
  );
  const sites = hexSites(2, Math.sqrt(3));
  expect(sites.xM).toHaveLength(vectors.length);
  for (const { x, y } of vectors) {
    const found = sites.xM.findIndex((xM, i) => Math.hypot(xM - x, sites.yM[i] - y) < tolerance);
    expect(found, `${x}, ${y}`).toBeGreaterThanOrEqual(0);
  }
});

test.each([0, 1, 2])(
  "on the torus of %i rings every site has six neighbours at the site distance",
  (rings) => {
    const torus = hexTorus(rings, 500);
    const sites = hexSites(rings, 500);
    expect(sites.xM).toHaveLength(siteCountOf(rings));
    for (let site = 0; site < sites.xM.length; site++) {
      for (let k = 0; k < 6; k++) {
        const angle = Math.PI / 6 + (k * Math.PI) / 3;
        const xM = sites.xM[site] + 500 * Math.cos(angle);
        const yM = sites.yM[site] + 500 * Math.sin(angle);
        const distances = Array.from(sites.xM, (siteX, i) => {
          const d = displacement(torus, xM - siteX, yM - sites.yM[i]);
          return Math.hypot(d.xM, d.yM);
        });
        expect(Math.min(...distances)).toBeLessThan(1e-6);
      }
    }
  },
);

const position = fc.double({ min: -9000, max: 9000, noNaN: true });
const turns = fc.integer({ min: -5, max: 5 });

test("a displacement is the shortest of all equal ones, and moving by lattice vectors changes nothing", () => {
  fc.assert(
    fc.property(fc.constantFrom(0, 1, 2), position, position, turns, turns, (rings, xM, yM, i, j) => {
      const torus = hexTorus(rings, 500);
      const shortest = displacement(torus, xM, yM);
      const lengthM = Math.hypot(shortest.xM, shortest.yM);
      expect(lengthM).toBeLessThanOrEqual(torus.sideM / Math.sqrt(3) + 1e-6);
      for (let a = -2; a <= 2; a++) {
        for (let b = -2; b <= 2; b++) {
          const other = Math.hypot(
            shortest.xM + a * torus.t1xM + b * torus.t2xM,
            shortest.yM + a * torus.t1yM + b * torus.t2yM,
          );
          expect(other).toBeGreaterThanOrEqual(lengthM - 1e-6);
        }
      }
      const moved = wrap(torus, xM + i * torus.t1xM + j * torus.t2xM, yM + i * torus.t1yM + j * torus.t2yM);
      expect(Math.hypot(moved.xM, moved.yM)).toBeCloseTo(lengthM, 5);
    }),
  );
});

test("the second nearest image is among the two that are offered", () => {
  const torus = hexTorus(1, 500);
  const out = new Float64Array(6);
  fc.assert(
    fc.property(position, position, (xM, yM) => {
      nearestImage(torus, xM, yM, out);
      const lengths: number[] = [];
      for (let a = -2; a <= 2; a++) {
        for (let b = -2; b <= 2; b++) {
          lengths.push(
            Math.hypot(out[0] + a * torus.t1xM + b * torus.t2xM, out[1] + a * torus.t1yM + b * torus.t2yM),
          );
        }
      }
      lengths.sort((a, b) => a - b);
      expect(Math.hypot(out[0], out[1])).toBeCloseTo(lengths[0], 6);
      expect(Math.min(Math.hypot(out[2], out[3]), Math.hypot(out[4], out[5]))).toBeCloseTo(lengths[1], 6);
    }),
  );
});

test("a layout without a site distance is refused", () => {
  expect(() => hexSites(1, 0)).toThrow("isdM must be above 0, got 0");
  expect(() => hexSites(1.5, 500)).toThrow("rings must be a whole number");
});

test("on a rectangle the four images are those across neither, one and both seams, the nearest first", () => {
  const torus = rectangularTorus(600, 400);
  const out = new Float64Array(8);
  fc.assert(
    fc.property(position, position, turns, turns, (xM, yM, i, j) => {
      nearestImage(torus, xM + 600 * i, yM + 400 * j, out);
      const lengths = [0, 1, 2, 3].map((image) => Math.hypot(out[2 * image], out[2 * image + 1]));
      const all: number[] = [];
      const [p, q] = [Math.round(xM / 600), Math.round(yM / 400)];
      for (let a = p - 2; a <= p + 2; a++) {
        for (let b = q - 2; b <= q + 2; b++) all.push(Math.hypot(xM - 600 * a, yM - 400 * b));
      }
      all.sort((a, b) => a - b);
      expect(lengths[0]).toBeCloseTo(all[0], 6);
      expect(Math.min(...lengths.slice(1))).toBeCloseTo(all[1], 6);
      expect(lengths[3]).toBeGreaterThanOrEqual(Math.max(lengths[1], lengths[2]) - 1e-6);
    }),
  );
  expect(() => rectangularTorus(0, 5)).toThrow("both sides must be above 0");
});
