import fc from "fast-check";
import { expect, test } from "vitest";
import { createSitePlan } from "../../../ran-sim/layout/create-plan.ts";
import { isOn } from "../../../ran-sim/layout/ground.ts";
import { layoutSchema } from "../../../ran-sim/layout/layout-schema.ts";
import type { SitePlan } from "../../../ran-sim/layout/site-plan.ts";
import { mobilitySchema } from "../../../ran-sim/mobility/mobility-schema.ts";
import { createUsers } from "../../../ran-sim/mobility/users.ts";
import { displacement } from "../../../ran-sim/radio/layout.ts";

const planOf = (layout: unknown): SitePlan => {
  const parsed = layoutSchema.parse(layout);
  if (parsed.kind === "radio-map") throw new Error("no sites");
  return createSitePlan(parsed, { hBsM: 25, txPowerDbm: 46 });
};
const usersOf = (plan: SitePlan, mobility: unknown, seed = 1) =>
  createUsers(mobilitySchema.parse(mobility), plan, seed);
const at = (users: ReturnType<typeof usersOf>, timeS: number) => {
  const out = { xM: new Float64Array(users.count), yM: new Float64Array(users.count) };
  users.positionsAt(timeS, out);
  return out;
};

const manhattan = planOf({ kind: "manhattan", sitesX: 2, sitesY: 2 });
const cases: readonly (readonly [string, SitePlan, unknown])[] = [
  ["straight-line", planOf({}), { kind: "straight-line" }],
  ["straight-line that bounces", planOf({ kind: "office" }), { kind: "straight-line" }],
  ["random-waypoint", planOf({}), { kind: "random-waypoint", pauseS: { min: 1, max: 5 } }],
  ["random-waypoint without pauses", planOf({ kind: "office" }), { kind: "random-waypoint" }],
  ["gauss-markov", planOf({}), { kind: "gauss-markov" }],
  ["manhattan", manhattan, { kind: "manhattan" }],
  ["manhattan that bounces", planOf({ kind: "manhattan", edge: "bounce" }), { kind: "manhattan" }],
  ["path", planOf({ kind: "highway" }), { kind: "path", lanes: 2 }],
  ["path that turns", planOf({ kind: "two-cell" }), { kind: "path", laneWidthM: 0 }],
  ["path of trains", planOf({ kind: "rail" }), { kind: "path", trains: { count: 2, lengthM: 100 } }],
  [
    "path of its own",
    planOf({}),
    {
      kind: "path",
      points: [
        [0, 0],
        [100, 0],
        [100, 200],
      ],
    },
  ],
];

test.each(cases)(
  "%s: any time can be asked for in any order, and all places are on the ground",
  (_, plan, model) => {
    const mobility = { users: 8, speedKmh: { min: 20, max: 120 }, model };
    const times = [0, 700, 3, 650.25, 3.01, 1200, 0.01, 699.99];
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1000 }), (seed) => {
        const forwards = usersOf(plan, mobility, seed);
        const inOrder = new Map(
          [...times].sort((a, b) => a - b).map((timeS) => [timeS, at(forwards, timeS)]),
        );
        const anyOrder = usersOf(plan, mobility, seed);
        for (const timeS of times) {
          const places = at(anyOrder, timeS);
          expect(places).toEqual(inOrder.get(timeS));
          for (let ue = 0; ue < 8; ue++) expect(isOn(plan.ground, places.xM[ue], places.yM[ue])).toBe(true);
        }
      }),
      { numRuns: 20 },
    );
  },
);

test.each(cases)("%s: a phone moves as fast as it should, and never jumps", (name, plan, model) => {
  const users = usersOf(plan, { users: 20, speedKmh: [3, 60], model });
  const { torus } = plan.placement;
  let [before, distanceM, moved] = [at(users, 0), 0, 0];
  for (let timeS = 0.25; timeS <= 60; timeS += 0.25) {
    const now = at(users, timeS);
    for (let ue = 0; ue < 20; ue++) {
      const step = displacement(torus, now.xM[ue] - before.xM[ue], now.yM[ue] - before.yM[ue]);
      const stepM = Math.hypot(step.xM, step.yM);
      // A Gauss-Markov speed varies around the phone's own: 5 km/h is one standard deviation.
      const limitMps = users.speedMps[ue] + (name === "gauss-markov" ? (6 * 5) / 3.6 : 0);
      // Where a road turns back, the phone changes to the other lane.
      const laneM = name === "path of its own" ? 2 * 4 : 0;
      expect(stepM).toBeLessThanOrEqual(limitMps * 0.25 + laneM + 1e-6);
      distanceM += stepM;
      if (stepM > 0) moved++;
    }
    before = now;
  }
  expect(moved).toBeGreaterThan(20 * 240 * 0.4);
  expect(distanceM).toBeGreaterThan(0);
});

test.each(cases)("%s: the metres behind a phone are those it drove", (name, plan, model) => {
  const users = usersOf(plan, { users: 10, speedKmh: 30, model });
  const { torus } = plan.placement;
  const [first, last] = [new Float64Array(10), new Float64Array(10)];
  users.travelledM(0, first);
  expect([...first]).toEqual(new Array(10).fill(0));
  let before = at(users, 0);
  const drivenM = new Float64Array(10);
  for (let k = 1; k <= 2000; k++) {
    const now = at(users, k / 100);
    for (let ue = 0; ue < 10; ue++) {
      const step = displacement(torus, now.xM[ue] - before.xM[ue], now.yM[ue] - before.yM[ue]);
      drivenM[ue] += Math.hypot(step.xM, step.yM);
    }
    before = now;
  }
  users.travelledM(20, last);
  // A turn within a hundredth of a second cuts a corner; where a road turns back the lanes lie 8 m apart.
  const slackM = name === "path of its own" ? 30 : 2;
  for (let ue = 0; ue < 10; ue++) expect(Math.abs(last[ue] - drivenM[ue])).toBeLessThan(slackM);
});

test("a smaller population is the beginning of a larger one, whatever the model", () => {
  for (const [, plan, model] of cases.filter(([name]) => name !== "path of trains")) {
    const few = at(usersOf(plan, { users: 3, model }), 100);
    const many = at(usersOf(plan, { users: 9, model }), 100);
    expect([...few.xM]).toEqual([...many.xM.slice(0, 3)]);
  }
});

test("Manhattan phones stay on streets and turn left and right as often as they are told", () => {
  const users = usersOf(manhattan, { users: 400, speedKmh: 36, model: { kind: "manhattan" } });
  const { ground } = manhattan;
  if (ground.kind !== "rectangle") throw new Error("no rectangle");
  const heading = (timeS: number) => {
    const [from, to] = [at(users, timeS), at(users, timeS + 0.1)];
    return Array.from(from.xM, (xM, ue) => {
      const { xM: dx, yM: dy } = displacement(
        manhattan.placement.torus,
        to.xM[ue] - xM,
        to.yM[ue] - from.yM[ue],
      );
      return Math.round(Math.atan2(dy, dx) / (Math.PI / 2) + 4) % 4;
    });
  };
  const onStreet = (value: number) => Math.abs(value / 100 - Math.round(value / 100)) < 1e-9;
  for (const timeS of [0, 33.3, 500]) {
    const { xM, yM } = at(users, timeS);
    for (let ue = 0; ue < 400; ue++) {
      expect(onStreet(xM[ue] - ground.xMinM) || onStreet(yM[ue] - ground.yMinM)).toBe(true);
    }
  }
  // A block takes 10 s, so that each phone meets one crossing between the two times.
  const turns = [0, 0, 0, 0];
  for (let k = 0; k < 10; k++) {
    const [before, after] = [heading(10 * k), heading(10 * k + 10)];
    for (let ue = 0; ue < 400; ue++) turns[(after[ue] - before[ue] + 4) % 4]++;
  }
  // 4,000 turns: 0.5, 0.25, 0, 0.25 with a standard deviation of at most 32. A heading taken across a crossing is off.
  expect(Math.abs(turns[0] - 2000)).toBeLessThan(160);
  expect(Math.abs(turns[1] - 1000)).toBeLessThan(160);
  expect(Math.abs(turns[3] - 1000)).toBeLessThan(160);
  expect(turns[2]).toBeLessThan(120);
});

test("Gauss-Markov speeds have the mean and deviation that they are given, from the start and later", () => {
  const model = { kind: "gauss-markov", speedSigmaKmh: 7.2, memory: 0.9 };
  const users = usersOf(planOf({}), { users: 3000, speedKmh: 72, model });
  for (const timeS of [0, 100]) {
    const [from, to] = [at(users, timeS), at(users, timeS + 1)];
    const speeds = Array.from(from.xM, (xM, ue) => {
      const torus = planOf({}).placement.torus;
      const step = displacement(torus, to.xM[ue] - xM, to.yM[ue] - from.yM[ue]);
      return Math.hypot(step.xM, step.yM);
    });
    const mean = speeds.reduce((a, b) => a + b) / 3000;
    const variance = speeds.reduce((sum, speed) => sum + (speed - mean) ** 2, 0) / 3000;
    // Standard errors: 2 / sqrt(3000) = 0.04 m/s, and 0.026 m/s of the deviation.
    expect(Math.abs(mean - 20)).toBeLessThan(0.2);
    expect(Math.abs(Math.sqrt(variance) - 2)).toBeLessThan(0.13);
  }
});

test("on a highway both directions keep to the right, each in its lanes", () => {
  const users = usersOf(planOf({ kind: "highway" }), {
    users: 200,
    model: { kind: "path", lanes: 2, laneWidthM: 4 },
  });
  const [before, after] = [at(users, 0), at(users, 0.1)];
  const lanes = new Set<number>();
  for (let ue = 0; ue < 200; ue++) {
    const east = after.xM[ue] > before.xM[ue];
    if (Math.abs(after.xM[ue] - before.xM[ue]) > 100) continue;
    expect(before.yM[ue] < 0).toBe(east);
    lanes.add(before.yM[ue]);
  }
  expect([...lanes].sort((a, b) => a - b)).toEqual([-6, -2, 2, 6]);
});

test("phones of one train stay within its length", () => {
  const model = { kind: "path", directions: "forward", trains: { count: 2, lengthM: 200 } };
  const users = usersOf(planOf({ kind: "rail" }), { users: 40, speedKmh: { min: 200, max: 300 }, model });
  const { torus } = planOf({ kind: "rail" }).placement;
  for (const timeS of [0, 50, 500]) {
    const { xM } = at(users, timeS);
    for (let ue = 2; ue < 40; ue++) {
      expect(Math.abs(displacement(torus, xM[ue] - xM[ue % 2], 0).xM)).toBeLessThanOrEqual(200 + 1e-6);
    }
  }
});

test("groups divide a population by number and by share, and each has its own speed", () => {
  const groups = [
    { users: 3, speedKmh: 36 },
    { share: 0.5, speedKmh: 72 },
    { share: 0.5, speedKmh: 108, model: { kind: "random-waypoint" } },
  ];
  const { speedMps } = usersOf(planOf({}), { users: 10, groups });
  expect([...speedMps]).toEqual([10, 10, 10, 20, 20, 20, 20, 30, 30, 30]);
});

const trace = {
  kind: "path",
  points: [
    [0, 0],
    [0, 0],
  ],
};
test.each([
  [
    { users: 10, groups: [{ users: 3 }] },
    /mobility\.groups: expected users that add up to mobility\.users, 10, got 3/,
  ],
  [{ users: 10, groups: [{ share: 0.5 }] }, /shares that add up to 1, got 0\.5/],
  [
    { users: 10, groups: [{ share: 1, users: 3 }] },
    /mobility\.groups\[0\]: expected either users or share, got both/,
  ],
  [{ users: 2, groups: [{ users: 3 }, { share: 1 }] }, /at most 2, got 3/],
  [{ speedKmh: { min: 5, max: 3 } }, /mobility\.speedKmh: expected min of at most max, got 5 and 3/],
  [{ model: { kind: "manhattan" } }, /mobility\.model\.kind: expected a layout with streets/],
  [{ model: { kind: "path" } }, /mobility\.model\.points: expected points/],
  [{ model: trace }, /mobility\.model\.points\[1\]: expected a place other than/],
  [
    {
      model: {
        kind: "path",
        points: [
          [0, 0],
          [9000, 0],
        ],
      },
    },
    /points\[1\]: expected places in the drawn area/,
  ],
  [{ model: { kind: "manhattan", turnLeft: 0.8 } }, /add up to at most 1, got 0\.8 and 0\.25/],
])("refuses %j", (mobility, message) => {
  expect(() => usersOf(planOf({}), mobility)).toThrow(message);
});
