import fc from "fast-check";
import { expect, test } from "vitest";
import { foldOnto, type Ground, isOn, placeOn } from "../../../ran-sim/layout/ground.ts";
import { hexTorus } from "../../../ran-sim/radio/layout.ts";

const rectangle = (xEdge: "wrap" | "bounce", yEdge: "wrap" | "bounce"): Ground => ({
  kind: "rectangle",
  xMinM: -300,
  xMaxM: 300,
  yMinM: -50,
  yMaxM: 150,
  xEdge,
  yEdge,
});
const grounds: Ground[] = [
  { kind: "torus", torus: hexTorus(1, 500) },
  rectangle("wrap", "bounce"),
  rectangle("bounce", "wrap"),
];
const metres = fc.double({ min: -5000, max: 5000, noNaN: true });

const folded = (ground: Ground, xM: number, yM: number): [number, number] => {
  const x = Float64Array.of(xM);
  const y = Float64Array.of(yM);
  foldOnto(ground, x, y);
  return [x[0], y[0]];
};

test("every place folds onto the ground, and a place on it stays", () => {
  fc.assert(
    fc.property(fc.constantFrom(...grounds), metres, metres, (ground, xM, yM) => {
      const [x, y] = folded(ground, xM, yM);
      expect(isOn(ground, x, y)).toBe(true);
      const again = folded(ground, x, y);
      expect(again[0]).toBeCloseTo(x, 6);
      expect(again[1]).toBeCloseTo(y, 6);
    }),
  );
});

test("who walks out to the east enters from the west, or is turned back", () => {
  expect(folded(rectangle("wrap", "bounce"), 310, 0)[0]).toBeCloseTo(-290, 9);
  expect(folded(rectangle("bounce", "bounce"), 310, 0)[0]).toBeCloseTo(290, 9);
  expect(folded(rectangle("wrap", "bounce"), 0, 160)[1]).toBeCloseTo(140, 9);
  expect(folded(rectangle("wrap", "bounce"), 0, -60)[1]).toBeCloseTo(-40, 9);
});

test("a journey never jumps where it is turned back", () => {
  const ground = rectangle("bounce", "bounce");
  fc.assert(
    fc.property(metres, metres, (xM, yM) => {
      const [x1, y1] = folded(ground, xM, yM);
      const [x2, y2] = folded(ground, xM + 0.5, yM - 0.5);
      expect(Math.hypot(x2 - x1, y2 - y1)).toBeLessThanOrEqual(Math.SQRT1_2 + 1e-9);
    }),
  );
});

test("places drawn uniformly lie on the ground", () => {
  const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(fc.constantFrom(...grounds), share, share, (ground, u, v) => {
      const { xM, yM } = placeOn(ground, u, v);
      expect(isOn(ground, xM, yM)).toBe(true);
    }),
  );
});
