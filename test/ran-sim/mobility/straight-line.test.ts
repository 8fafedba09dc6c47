import fc from "fast-check";
import { expect, test } from "vitest";
import { foldOnto, type Ground } from "../../../ran-sim/layout/ground.ts";
import { createStraightLineUsers } from "../../../ran-sim/mobility/straight-line.ts";
import { displacement, hexTorus } from "../../../ran-sim/radio/layout.ts";

const torus = hexTorus(1, 500);
const ground: Ground = { kind: "torus", torus };

const usersOf = (count: number, speedMps: number, seed: number) =>
  createStraightLineUsers(ground, {
    first: 0,
    count,
    speedMps: new Float64Array(count).fill(speedMps),
    seed,
  });

function at(users: ReturnType<typeof createStraightLineUsers>, timeS: number) {
  const out = { xM: new Float64Array(users.startXM.length), yM: new Float64Array(users.startXM.length) };
  users.positionsAt(timeS, out);
  foldOnto(ground, out.xM, out.yM);
  return out;
}

test("moves speed times time in a straight line, wrap-around included", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1000 }),
      fc.double({ min: 0, max: 600, noNaN: true }),
      fc.double({ min: 0, max: 5, noNaN: true }),
      (seed, timeS, stepS) => {
        const users = usersOf(5, 60 / 3.6, seed);
        const before = at(users, timeS);
        const after = at(users, timeS + stepS);
        for (let ue = 0; ue < 5; ue++) {
          const moved = displacement(torus, after.xM[ue] - before.xM[ue], after.yM[ue] - before.yM[ue]);
          expect(moved.xM).toBeCloseTo((60 / 3.6) * stepS * Math.cos(users.headingRad[ue]), 6);
          expect(moved.yM).toBeCloseTo((60 / 3.6) * stepS * Math.sin(users.headingRad[ue]), 6);
          const inside = Math.hypot(after.xM[ue], after.yM[ue]);
          expect(inside).toBeLessThanOrEqual(torus.sideM / Math.sqrt(3) + 1e-6);
        }
      },
    ),
  );
});

test("users are spread evenly over the seven sites and all directions, and stay so", () => {
  const users = usersOf(7000, 30, 1);
  for (const timeS of [0, 100]) {
    const { xM, yM } = at(users, timeS);
    // The middle hexagon has a seventh of the area: 1000 of 7000, with a standard deviation of 29.
    let middle = 0;
    for (let ue = 0; ue < 7000; ue++) {
      const own = Math.hypot(xM[ue], yM[ue]);
      const nearest = Math.min(
        ...Array.from({ length: 6 }, (_, k) => {
          const angle = Math.PI / 6 + (k * Math.PI) / 3;
          return Math.hypot(xM[ue] - 500 * Math.cos(angle), yM[ue] - 500 * Math.sin(angle));
        }),
      );
      if (own < nearest) middle++;
    }
    expect(Math.abs(middle - 1000)).toBeLessThan(120);
  }
  const quarter = users.headingRad.filter((heading) => heading < Math.PI / 2).length;
  expect(Math.abs(quarter - 1750)).toBeLessThan(150);
});

test("a smaller population is the beginning of a larger one", () => {
  const few = usersOf(3, 1, 9);
  const many = usersOf(10, 1, 9);
  expect([...few.startXM]).toEqual([...many.startXM.slice(0, 3)]);
  expect([...few.headingRad]).toEqual([...many.headingRad.slice(0, 3)]);
});
