import { expect, test } from "vitest";
import type { ContextMemory } from "../../../ran-sim/learned/context-memory.ts";
import { OUTAGE_WITHIN_MS, output, sinrFeature } from "../../../ran-sim/learned/context-shape.ts";
import { type Foreseen, truthOf, withForesight } from "../../../ran-sim/learned/foresight.ts";
import { recordWorld } from "../../../ran-sim/learned/recording.ts";
import { watchExpectations } from "../../../ran-sim/learned/watch-expectations.ts";
import type { UeBatch } from "../../../ran-sim/policy/policy.ts";
import { parseRanScenario } from "../../../ran-sim/scenario.ts";
import { seededRuntime } from "../support/context.ts";
import { roughWorld } from "../support/worlds.ts";

/** Timers short enough for a rough world to have outages. */
const timers = { n310: 3, n311: 2, t310Ms: 500 };
const scenario = parseRanScenario({ measurement: { errorSigmaDb: 0 }, handover: timers }, "test");
const world = roughWorld(5, { ueCount: 2, tickCount: 620 });
const recording = recordWorld(world, scenario, 1, 0);
const { ueCount, cellCount, reportCount } = recording;

/** Calls `visit` on each report of the world, with what the model expects and with the truth in some places of it. */
async function watch(
  foreseen: readonly Foreseen[],
  visit: (observations: UeBatch, plain: ContextMemory, told: ContextMemory) => void,
): Promise<void> {
  let told: ContextMemory | null = null;
  await watchExpectations({ world, scenario, seed: 1 }, seededRuntime(ueCount), (observations, memory) => {
    told ??= withForesight({ ...memory, observe() {} }, recording, foreseen);
    void told.observe(observations);
    visit(observations, memory, told);
  });
}

test("every report is seen once, and the recording has it in the same place", async () => {
  const seen: number[] = [];
  await watch([], ({ timeS, reportedRsrpDbm }) => {
    const report = Math.round((timeS * 1000) / recording.reportPeriodMs);
    seen.push(report);
    if (report >= reportCount) return;
    const at = report * ueCount * cellCount;
    expect(Array.from(recording.rsrpDbm.subarray(at, at + ueCount * cellCount))).toEqual(
      Array.from(reportedRsrpDbm, Math.fround),
    );
  });
  expect(seen).toEqual(seen.map((_, i) => i + seen[0]));
  expect(seen.length).toBeGreaterThan(reportCount);
});

test("told outages within 1200 ms, a rule knows these and nothing else that the model did not expect", async () => {
  const place = output.outage + OUTAGE_WITHIN_MS.indexOf(1200);
  const said = { out: 0, safe: 0, unknown: 0 };
  await watch(["outage1200"], ({ timeS }, plain, told) => {
    const report = Math.round((timeS * 1000) / recording.reportPeriodMs);
    for (let ue = 0; ue < ueCount; ue++) {
      for (let cell = 0; cell < cellCount; cell++) {
        const expected = plain.expectation(ue, cell);
        const replaced = told.expectation(ue, cell);
        if (expected === undefined || report >= reportCount) {
          expect(replaced).toBe(expected);
          said.unknown++;
          continue;
        }
        const out = recording.untilOutageMs[(report * ueCount + ue) * cellCount + cell] <= 1200;
        said[out ? "out" : "safe"]++;
        expect(Math.sign(replaced?.[place] ?? 0)).toBe(out ? 1 : -1);
        const others = (values: Float32Array | undefined) => values?.filter((_, i) => i !== place);
        expect(others(replaced)).toEqual(others(expected));
      }
    }
  });
  expect(Math.min(said.out, said.safe, said.unknown)).toBeGreaterThan(0);
});

const places: Readonly<Record<Foreseen, readonly number[]>> = {
  outage250: [output.outage],
  outage1200: [output.outage + 2],
  outages: [output.outage, output.outage + 1, output.outage + 2, output.outage + 3],
  sinr: [output.sinrMean],
  arrival: [output.delivered, output.reached],
};

test.each(Object.keys(places) as Foreseen[])(
  "told %s, the truth stands in its places alone",
  async (foreseen) => {
    let compared = 0;
    await watch([foreseen], ({ timeS }, plain, told) => {
      const report = Math.round((timeS * 1000) / recording.reportPeriodMs);
      const expected = plain.expectation(0, 0);
      if (expected === undefined || report >= reportCount) return;
      const truth = truthOf(recording, report * ueCount * cellCount);
      const wanted = expected.map((value, place) =>
        places[foreseen].includes(place) ? truth[place] : value,
      );
      expect(told.expectation(0, 0)).toEqual(wanted);
      compared++;
    });
    expect(compared).toBeGreaterThan(50);
  },
);

test("the truth has the place and unit of what is expected", () => {
  for (let entry = 0; entry < recording.untilOutageMs.length; entry += 17) {
    const truth = truthOf(recording, entry);
    expect(truth[output.sinrMean]).toBeCloseTo(sinrFeature(recording.futureSinrDb[entry]), 5);
    expect(truth[output.delivered] > 0).toBe(recording.delivers[entry] === 1);
    const within = OUTAGE_WITHIN_MS.map((_, horizon) => truth[output.outage + horizon] > 0);
    expect(within).toEqual(OUTAGE_WITHIN_MS.map((ms) => recording.untilOutageMs[entry] <= ms));
    if (recording.untilOutageMs[entry] === 0) expect(truth[output.reached]).toBeLessThan(0);
  }
});
