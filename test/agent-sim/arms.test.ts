import { expect, test } from "vitest";
import {
  agentArms,
  createAgentLive,
  fleetOnlyArms,
  loadAgentScenario,
  measuredArms,
} from "../../agent-sim/index.ts";

test("every arm of agents says whether a model answers in it or its cost is a formula", () => {
  for (const { answers } of [...agentArms, ...fleetOnlyArms]) expect(answers).toBe("by formula");
  for (const { answers } of measuredArms) expect(answers).toBe("measured");
});

test("slots says that it is told where the values stand, and attention that it is the learned compressor", () => {
  const summaryOf = (name: string): string => measuredArms.find((arm) => arm.name === name)?.summary ?? "";
  expect(summaryOf("slots")).toContain("told where the values stand");
  expect(summaryOf("latent")).toContain("the learned compressor");
});

test("live rows of an arm by formula never tell how good an answer is", async () => {
  const scenario = loadAgentScenario("default", [{ path: "document.tokens", value: 150 }]);
  const ofAnswers = /exactMatch|gapClosed|correct|continuationLoss/i;
  for (const { name } of agentArms) {
    const live = await createAgentLive({ scenario, arm: name, firstSeed: 1 });
    while (live.frame().tasksDone < 1) live.advance(1);
    const metrics = live.kpis().map(({ metric }) => metric);
    expect(metrics.length).toBeGreaterThan(5);
    expect(metrics.filter((metric) => ofAnswers.test(metric))).toEqual([]);
  }
});
