import { describe, expect, test } from "vitest";
import type { HandOffEnd, HandOffReport } from "#core";
import { liveRanArms, ranArms } from "../../ran-sim/arms.ts";
import { createRanLive } from "../../ran-sim/live.ts";
import { loadRanScenario } from "../../ran-sim/scenario-file.ts";

/**
 * The contract of every arm: a handover ends by what the target knows. Written by hand from what the arms are; an arm that is
 * not here fails.
 */
const expected: Readonly<Record<string, HandOffEnd["ends"]>> = {
  // The network keeps nothing of a phone: the rule starts anew at every target.
  ...Object.fromEntries(
    [
      ...["a3", "a3-set1", "a3-set2", "a3-set3", "a3-set4", "a3-set5", "a5", "a3-tuned", "dwell"],
      ...["cho", "daps", "ltm", "mro"],
    ].map((name) => [name, "lost"]),
  ),
  // The phone keeps it, or the state stays, or no past is used.
  "ue-filter": "kept",
  pin: "kept",
  lookup: "kept",
  clairvoyant: "kept",
  // A state that the handover drops.
  cold: "lost",
  transformer: "lost",
  "vendors-cold": "lost",
  // A state that is made anew from what crosses.
  latent: "restored",
  whole: "restored",
  pca: "restored",
  raw: "restored",
  history: "restored",
  trajectory: "restored",
  "random-projection": "restored",
  "vendors-within": "restored",
  vendors: "restored",
  // Something crosses, and it is not this phone's.
  another: "lost",
  mean: "lost",
  noise: "lost",
  "vendors-shuffled": "lost",
};

const small = [
  { path: "mobility.users", value: 8 },
  { path: "warmUpS", value: 1 },
  { path: "durationS", value: 1 },
  { path: "training.worlds", value: 1 },
  { path: "training.durationS", value: 3 },
];

async function reportsOf(
  arm: string,
  memory: string,
  more: readonly { path: string; value: unknown }[] = [],
): Promise<readonly HandOffReport<"ran">[]> {
  // One site is enough, but where every other site is of another vendor.
  const sites = { path: "layout.sites", value: arm.startsWith("vendors") ? 7 : 1 };
  const settings = [...small, sites, { path: "network.memory", value: memory }, ...more];
  const live = await createRanLive({ scenario: loadRanScenario("hex-uma", settings), arm, worlds: 1 });
  const reports: HandOffReport<"ran">[] = [];
  let completions = 0;
  for (let second = 0; second < 40 && reports.length < 4; second++) {
    await live.advance(100);
    reports.push(...live.takeReports());
    completions += live.takeEvents().filter(({ type }) => type === "handoverComplete").length;
  }
  expect(reports.length).toBeGreaterThanOrEqual(1);
  expect(reports).toHaveLength(completions);
  return reports;
}

test("every arm says how its handovers end, as what it is", () => {
  expect(Object.fromEntries(ranArms.map(({ name, end }) => [name, end?.ends]))).toEqual(expected);
});

const ofTrend = ["cold", "whole", "pca", "raw", "random-projection", "another", "mean", "noise"];
const runs = liveRanArms.flatMap(({ name }) => [
  ...(name === "random-projection" ? [] : [{ name, memory: "learned" }]),
  ...(ofTrend.includes(name) ? [{ name, memory: "trend" }] : []),
]);

/** Whether something crosses that a link could damage. */
const sends = (name: string): boolean =>
  expected[name] === "restored" || ranArms.some((arm) => arm.name === name && arm.end?.because === "standIn");

describe.each(runs)("$name ($memory)", ({ name, memory }) => {
  test("shows each of its handovers, none restored without anything that came", async () => {
    for (const { end, transport } of await reportsOf(name, memory)) {
      // Between two vendors the other refuses a latent that is not projected.
      const refused = name === "vendors-within" && end.ends === "lost" && end.because === "wrong-model";
      if (!refused) expect(end.ends).toBe(expected[name]);
      if (end.ends === "restored") {
        expect(transport.bytes).toBeGreaterThan(0);
        expect(transport.delayMs).not.toBeNull();
      }
      if (end.ends === "lost" && end.because === "standIn") expect(transport.bytes).toBeGreaterThan(0);
    }
  });

  test.skipIf(!sends(name))("loses what the link damages, and nothing else", async () => {
    const damaged = [{ path: "xn.corruptProbability", value: 1 }];
    for (const { end, transport } of await reportsOf(name, memory, damaged)) {
      expect(transport.bytes).toBeGreaterThan(0);
      // The standard's own elements have no checksum: some damage still reads as cells.
      if (["history", "trajectory"].includes(name)) expect(["malformed", "projected"]).toContain(end.because);
      else expect(end).toMatchObject({ ends: "lost", because: expect.not.stringMatching("standIn") });
    }
  });
});
