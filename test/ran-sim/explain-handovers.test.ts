import { beforeAll, expect, test } from "vitest";
import { type ExplainedHandovers, explainHandovers } from "../../ran-sim/explain-handovers.ts";
import { loadRanScenario } from "../../ran-sim/index.ts";
import { createSyntheticWorld } from "../../ran-sim/synthetic-world.ts";
import { createRadioSample } from "../../ran-sim/world.ts";

const scenario = loadRanScenario("walk", [{ path: "durationS", value: 6 }]);
const arms = ["cold", "latent", "another"];
const seed = 3;

let explained: ExplainedHandovers;
beforeAll(async () => {
  explained = await explainHandovers({ scenario, seed, arms });
});

test("the best cell is that of the highest mean SINR over the next second, added up anew from the world", () => {
  const { handovers } = explained;
  expect(handovers.length).toBeGreaterThan(3);
  const world = createSyntheticWorld(scenario, seed);
  const { cellCount, tickMs } = world;
  const sample = createRadioSample(world);
  for (const { ue, timeS, moments } of handovers) {
    for (const { afterMs, best, bestSinrDb } of moments) {
      const tick = Math.round((timeS * 1000 + afterMs) / tickMs);
      const means = new Float64Array(cellCount);
      for (let ahead = 1; ahead <= 1000 / tickMs; ahead++) {
        world.radioAt(tick + ahead, sample);
        for (let cell = 0; cell < cellCount; cell++) {
          means[cell] += (10 ** (sample.sinrDb[ue * cellCount + cell] / 10) * tickMs) / 1000;
        }
      }
      expect(best).toBe(means.indexOf(Math.max(...means)));
      expect(bestSinrDb).toBeCloseTo(10 * Math.log10(means[best]), 2);
    }
  }
});

test("an arm that carries nothing knows nothing at the completion, and one that carries something does", () => {
  const known = (arm: number, moment: number) =>
    explained.handovers.filter(({ moments }) => moments[moment].beliefs[arm].knows).length;
  const { length } = explained.handovers;
  // A report may come on the tick of the completion itself.
  expect(known(0, 0)).toBeLessThan(length / 2);
  expect(known(0, 1)).toBe(length);
  expect([known(1, 0), known(2, 0)]).toEqual([length, length]);
});

test("the truth is the best cell of the next second: whoever names it is right and short of nothing", () => {
  for (const { moments, target, source } of explained.handovers) {
    expect(target).not.toBe(source);
    expect(moments.map(({ afterMs }) => afterMs)).toEqual([0, 60, 260, 500]);
    for (const { best, beliefs } of moments) {
      for (const { cell, shortDb, isRight } of beliefs) {
        expect(shortDb).toBeGreaterThanOrEqual(0);
        expect(isRight).toBe(shortDb <= 1 + 1e-9);
        if (cell === best) expect(shortDb).toBe(0);
      }
    }
  }
});

test("keeps the payloads that crossed: none of `cold`, the phone's own of `latent`, another phone's of the control", () => {
  for (const { payloads } of explained.handovers) {
    const [cold, latent, another] = payloads;
    expect(cold).toBeNull();
    // 128 values in int8 behind a header of 24 bytes.
    expect([latent?.length, another?.length]).toEqual([152, 152]);
    expect(latent).not.toEqual(another);
  }
});
