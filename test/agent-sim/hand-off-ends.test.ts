import { describe, expect, test } from "vitest";
import type { HandOffEnd } from "#core";
import {
  agentArms,
  createAgentLive,
  fleetOnlyArms,
  loadAgentScenario,
  measuredArms,
} from "../../agent-sim/index.ts";

/**
 * The contract of every arm: a hand-off ends by what the receiver knows. Written by hand from what the arms are; an arm that is
 * not here fails.
 */
const expected: Readonly<Record<string, HandOffEnd["ends"]>> = {
  cold: "lost",
  text: "restored",
  "prefix-cache": "kept",
  "prefix-miss": "restored",
  summary: "restored",
  kv: "restored",
  single: "kept",
};
const expectedMeasured: typeof expected = {
  ...expected,
  published: "restored",
  pooled: "restored",
  latent: "restored",
  slots: "restored",
  oracle: "restored",
  answer: "restored",
  another: "lost",
  mean: "lost",
  permuted: "lost",
};

const endsOf = (arms: readonly { readonly name: string; readonly end: HandOffEnd | null }[]) =>
  Object.fromEntries(arms.map(({ name, end }) => [name, end?.ends ?? null]));

test("every arm says how its hand-offs end, as what it is", () => {
  expect(endsOf(agentArms)).toEqual(expected);
  expect(endsOf(measuredArms)).toEqual(expectedMeasured);
});

test("of latents by formula nothing tells what the receiver knows, and nothing is said", () => {
  expect(endsOf(fleetOnlyArms)).toEqual({ latent: null, slots: null });
});

describe.each(agentArms.map(({ name }) => name))("%s", (arm) => {
  test("shows each of its hand-offs, none restored without anything that came", async () => {
    const scenario = loadAgentScenario("default", [{ path: "document.tokens", value: 150 }]);
    const live = await createAgentLive({ scenario, arm, firstSeed: 1 });
    live.advance(40);
    const reports = live.takeReports();
    expect(reports.length).toBeGreaterThan(5);
    for (const { end, transport, project } of reports) {
      expect(end.ends).toBe(expected[arm]);
      if (end.ends === "restored") {
        expect(transport.bytes).toBeGreaterThan(0);
        expect(transport.delayMs).toBeGreaterThan(0);
      }
      // What is read again is the cost of a text that is read again, and no more than a block and the stages' words of a cache hit.
      if (end.because === "reread") expect(project.rereadTokens).toBeGreaterThan(30);
      if (end.because === "nobodyElse") expect(project.rereadTokens).toBe(0);
    }
  });
});

test("a document that fills no block of the prefix cache is read again, and so is not kept", async () => {
  const settings = [
    { path: "document.tokens", value: 40 },
    { path: "cache.blockTokens", value: 4096 },
  ];
  const live = await createAgentLive({
    scenario: loadAgentScenario("default", settings),
    arm: "prefix-cache",
    firstSeed: 1,
  });
  live.advance(20);
  const [report] = live.takeReports();
  expect(report.end).toEqual({ ends: "restored", because: "reread" });
});
