import { expect, test } from "vitest";
import { perturbedScenario } from "../../../ran-sim/learned/perturbed-worlds.ts";
import { trainingScenario } from "../../../ran-sim/learned/training-worlds.ts";
import { parseRanScenario } from "../../../ran-sim/scenario.ts";

const worlds = Array.from({ length: 200 }, (_, i) => {
  const scenario = trainingScenario(1_000_000 + i);
  return { scenario, perturbed: perturbedScenario(scenario, 1_000_000 + i) };
});
const share = (holds: (one: (typeof worlds)[number]["perturbed"]) => boolean): number =>
  worlds.filter(({ perturbed }) => holds(perturbed)).length / worlds.length;

test("each perturbation is in about two worlds of three, the sparse bursts in three quarters of those", () => {
  // Three standard deviations of a share of 200 draws are 0.1.
  expect(share(({ radio }) => radio.extraShadowing !== undefined)).toBeCloseTo(2 / 3, 0.7);
  expect(share(({ radio }) => radio.blockage !== undefined)).toBeCloseTo(2 / 3, 0.7);
  expect(share(({ measurement }) => measurement.ssb !== undefined)).toBeCloseTo(1 / 2, 0.7);
});

test("every one of them is a legal scenario, and differs from the clean one in nothing else", () => {
  for (const { scenario, perturbed } of worlds) {
    expect(parseRanScenario(JSON.parse(JSON.stringify(perturbed)), "perturbed")).toEqual(perturbed);
    const { extraShadowing: _shadowing, blockage: _blockage, ...radio } = perturbed.radio;
    const { ssb: _ssb, ...measurement } = perturbed.measurement;
    expect({ ...perturbed, radio, measurement }).toEqual(scenario);
  }
});

test("the perturbations of the test worlds are inside what is drawn", () => {
  const within = (values: readonly (number | undefined)[], wanted: number): boolean => {
    const known = values.filter((value) => value !== undefined);
    return Math.min(...known) < wanted && wanted < Math.max(...known);
  };
  const radios = worlds.map(({ perturbed }) => perturbed.radio);
  expect(
    within(
      radios.map(({ extraShadowing }) => extraShadowing?.sigmaDb),
      6,
    ),
  ).toBe(true);
  expect(
    within(
      radios.map(({ blockage }) => blockage?.episodesPerMinute),
      12,
    ),
  ).toBe(true);
  expect(
    within(
      radios.map(({ blockage }) => blockage?.lossDb),
      20,
    ),
  ).toBe(true);
});
