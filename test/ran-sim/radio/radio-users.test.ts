import { expect, test } from "vitest";
import { insideLossDb, wallLossDb } from "../../../ran-sim/radio/penetration-loss.ts";
import { HEX_UMA_RADIO, type RadioParameters } from "../../../ran-sim/radio/radio-parameters.ts";
import {
  DEFAULT_USER_PLACES,
  drawRadioUser,
  type RadioUser,
  userHeightsM,
} from "../../../ran-sim/radio/radio-users.ts";

const COUNT = 20_000;

function draw(users: Partial<RadioParameters["users"]>, change: Partial<RadioParameters> = {}): RadioUser[] {
  const parameters = { ...HEX_UMA_RADIO, ...change, users: { ...DEFAULT_USER_PLACES, ...users } };
  return Array.from({ length: COUNT }, (_, ue) => drawRadioUser(parameters, 4, ue));
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const deviation = (values: readonly number[]): number => {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
};

test("users are indoors, in cars and outdoors in the given shares", () => {
  const users = draw({ indoorShare: 0.5, carShare: 0.3 });
  const share = (place: RadioUser["place"]) => users.filter((user) => user.place === place).length / COUNT;
  // Standard error of a share of 20,000: 0.0035.
  expect(Math.abs(share("indoor") - 0.5)).toBeLessThan(0.012);
  expect(Math.abs(share("car") - 0.3)).toBeLessThan(0.012);
  for (const user of users) if (user.place === "outdoor") expect(user.penetrationDb).toBe(0);
});

test("the distance inside is the smaller of two uniform draws, not one draw", () => {
  const inside = draw({ indoorShare: 1 }).map((user) => user.indoorDistanceM);
  // TR 38.901 7.4.3.1: the smaller of two U(0, 25) has mean 25 / 3 (one draw: 12.5) and median 25 (1 - sqrt(1/2)) = 7.32.
  expect(Math.abs(mean(inside) - 25 / 3)).toBeLessThan(0.15);
  expect(inside.filter((d) => d < 7.322).length / COUNT).toBeCloseTo(0.5, 1);
  const rural = draw({ indoorShare: 1 }, { environment: "RMa", hBsM: 35 });
  expect(Math.max(...rural.map((user) => user.indoorDistanceM))).toBeLessThanOrEqual(10);
});

test.each([
  [0, "low", 4.4],
  [1, "high", 6.5],
] as const)(
  "with a high-loss share of %d walls are of %s loss, sigma_P %d dB",
  (highLossShare, building, sigmaDb) => {
    const wall = draw({ indoorShare: 1, highLossShare }).map(
      (user) => user.penetrationDb - insideLossDb(user.indoorDistanceM),
    );
    // Table 7.4.3-2; the standard error is sigma / 141 for the mean, sigma / 200 for sigma.
    expect(Math.abs(mean(wall) - wallLossDb(building, 3.5, 16))).toBeLessThan(0.15);
    expect(Math.abs(deviation(wall) / sigmaDb - 1)).toBeLessThan(0.02);
  },
);

test("left to itself half of the indoor users are behind high-loss walls, in RMa none (7.4.3.1)", () => {
  const penetrationDb = (change: Partial<RadioParameters>, highLossShare?: number): number[] =>
    draw({ indoorShare: 1, ...(highLossShare === undefined ? {} : { highLossShare }) }, change).map(
      (user) => user.penetrationDb,
    );
  const rural = { environment: "RMa", hBsM: 35 } as const;
  expect(penetrationDb(rural)).toEqual(penetrationDb(rural, 0));
  expect(penetrationDb({})).toEqual(penetrationDb({}, 0.5));
});

test("a car takes 9 dB, with metallized windows 20 dB, sigma 5 dB", () => {
  for (const [metallizedCarWindows, meanDb] of [
    [false, 9],
    [true, 20],
  ] as const) {
    const loss = draw({ carShare: 1, metallizedCarWindows }).map((user) => user.penetrationDb);
    expect(Math.abs(mean(loss) - meanDb)).toBeLessThan(0.12);
    expect(Math.abs(deviation(loss) / 5 - 1)).toBeLessThan(0.02);
  }
});

test("floors follow the calibration assumptions", () => {
  const heights = draw({ indoorShare: 1, floors: "calibration" }).map((user) => user.heightM);
  const parameters = {
    ...HEX_UMA_RADIO,
    users: { ...DEFAULT_USER_PLACES, indoorShare: 1, floors: "calibration" as const },
  };
  expect([...new Set(heights)].sort((a, b) => a - b)).toEqual(userHeightsM(parameters));
  expect(userHeightsM(parameters)).toEqual([1.5, 4.5, 7.5, 10.5, 13.5, 16.5, 19.5, 22.5]);
  // Floor 1: mean of 1/N over N = 4..8 is 0.17690; floor 8: 1/40.
  const share = (heightM: number) => heights.filter((one) => one === heightM).length / COUNT;
  expect(Math.abs(share(1.5) - 0.1769)).toBeLessThan(0.009);
  expect(Math.abs(share(22.5) - 0.025)).toBeLessThan(0.005);
});

test("a user's draws depend on seed and number only", () => {
  const parameters = { ...HEX_UMA_RADIO, users: { ...DEFAULT_USER_PLACES, indoorShare: 0.5 } };
  expect(drawRadioUser(parameters, 1, 7)).toEqual(drawRadioUser(parameters, 1, 7));
  expect(drawRadioUser(parameters, 1, 7)).not.toEqual(drawRadioUser(parameters, 2, 7));
});
