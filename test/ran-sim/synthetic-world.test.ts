import { expect, test } from "vitest";
import { parseRanScenario } from "../../ran-sim/scenario.ts";
import { createSyntheticWorld } from "../../ran-sim/synthetic-world.ts";
import { createRadioSample } from "../../ran-sim/world.ts";

const open = { layout: { kind: "two-cell" }, mobility: { users: 6, model: { kind: "path" } } };
const levels = (radio: object, ticks: readonly number[]): number[][] => {
  const scenario = parseRanScenario(
    { ...open, radio: { shadowing: false, lineOfSight: "always", ...radio } },
    "test",
  );
  const world = createSyntheticWorld(scenario, 1);
  const sample = createRadioSample(world);
  return ticks.map((tick) => {
    world.radioAt(tick, sample);
    return [...sample.rsrpDbm];
  });
};

test("fading, blockage and a further shadowing each change what phones hear, and at the same tick always alike", () => {
  const ticks = Array.from({ length: 200 }, (_, k) => 5 * k);
  const plain = levels({}, ticks);
  for (const radio of [
    { fading: { kind: "rayleigh" } },
    { fading: { kind: "ricean", branches: 2 } },
    { blockage: { episodesPerMinute: 30, meanDurationS: 1, lossDb: 20 } },
    { extraShadowing: { sigmaDb: 6, decorrelationM: 20 } },
  ]) {
    const changed = levels(radio, ticks);
    expect(changed).not.toEqual(plain);
    expect(levels(radio, [...ticks].reverse()).reverse()).toEqual(changed);
  }
});

test("a phone that stands still does not fade, one that moves does", () => {
  const spread = (speedKmh: number): number => {
    const scenario = parseRanScenario(
      {
        ...open,
        radio: { shadowing: false, lineOfSight: "always", fading: { kind: "rayleigh" } },
        mobility: { users: 1, speedKmh, model: { kind: "path" } },
      },
      "test",
    );
    const world = createSyntheticWorld(scenario, 1);
    const sample = createRadioSample(world);
    const heard: number[] = [];
    for (let tick = 0; tick < 100; tick++) {
      world.radioAt(tick, sample);
      heard.push(sample.rsrpDbm[0]);
    }
    return Math.max(...heard) - Math.min(...heard);
  };
  expect(spread(0)).toBe(0);
  expect(spread(30)).toBeGreaterThan(10);
});

test("users indoors hear less than users outdoors", () => {
  const mean = (radio: object): number => {
    const [heard] = levels(radio, [0]);
    return heard.reduce((a, b) => a + b) / heard.length;
  };
  expect(mean({ users: { indoorShare: 1, highLossShare: 1 } })).toBeLessThan(mean({}) - 15);
});

test("powers are the levels in linear units, but for the levels' single precision", () => {
  for (const radio of [
    {},
    { fading: { kind: "ricean" }, blockage: { episodesPerMinute: 30, meanDurationS: 1, lossDb: 20 } },
    { users: { indoorShare: 0.5 } },
  ]) {
    const world = createSyntheticWorld(parseRanScenario({ ...open, radio }, "test"), 1);
    const sample = createRadioSample(world);
    const entries = world.ueCount * world.cellCount;
    const powers = { rsrpMw: new Float64Array(entries), sinr: new Float64Array(entries) };
    for (const tick of [0, 70, 200]) {
      world.radioAt(tick, sample);
      world.powersAt?.(tick, powers);
      for (let i = 0; i < entries; i++) {
        // Half a step of single precision between 128 and 256 is 8e-6.
        expect(Math.abs(10 * Math.log10(powers.rsrpMw[i]) - sample.rsrpDbm[i])).toBeLessThan(8e-6);
        expect(Math.abs(10 * Math.log10(powers.sinr[i]) - sample.sinrDb[i])).toBeLessThan(8e-6);
      }
    }
  }
});
