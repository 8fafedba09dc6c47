import { beforeAll, expect, test } from "vitest";
import { decodeMessage } from "../../../agent-sim/hand-off/message.ts";
import {
  agentStagePhases,
  createMeasuredExperiment,
  createMeasuredLive,
  loadAgentScenario,
  type MeasuredLive,
  type MeasuredModel,
  openMeasuredModel,
} from "../../../agent-sim/index.ts";
import { type HandOffReport, handOffEnds, poolUnits } from "../../../core/index.ts";

let measured: MeasuredModel;
beforeAll(async () => {
  measured = await openMeasuredModel();
});

/** A clock on which a second passes at every look, so that no hop has to wait. */
function fastClock(): () => number {
  let nowS = 0;
  return () => nowS++;
}

function open(arm: string, set: readonly { path: string; value: unknown }[] = []): Promise<MeasuredLive> {
  const scenario = loadAgentScenario("facts", set);
  return createMeasuredLive({ scenario, arm, firstSeed: 1, measured, nowS: fastClock() });
}

async function runTasks(live: MeasuredLive, tasks: number, stepS = 0.25): Promise<HandOffReport<"agent">[]> {
  const reports: HandOffReport<"agent">[] = [];
  // Far more steps than tasks take: what stands still fails instead of hanging.
  for (let i = 0; i < 100 * tasks && live.frame().tasksDone < tasks; i++) {
    await live.advance(stepS);
    reports.push(...live.takeReports());
  }
  expect(live.frame().tasksDone).toBe(tasks);
  return reports;
}

const figureOf = (live: MeasuredLive, metric: string): number | null =>
  live.kpis().find((row) => row.metric === metric)?.value ?? null;

test("live answers, tokens and bytes are those of the measured run of the same documents", async () => {
  const scenario = loadAgentScenario("facts", [{ path: "measured.documents", value: 3 }]);
  const experiment = createMeasuredExperiment({
    scenario,
    arms: ["latent"],
    seeds: [1],
    measured,
    nowS: fastClock(),
  });
  const { units } = await experiment.runShard(experiment.shards[0]);
  const isCounted = ({ scenario, unit }: { scenario: string; unit: string }): boolean =>
    scenario === "facts" && unit !== "ms";
  const expected = poolUnits({ ...experiment, name: "agent-live" }, units).filter(isCounted);
  const live = await open("latent");
  expect(live.kpis()).toEqual([]);
  await runTasks(live, 3);
  expect(live.kpis().filter(isCounted)).toEqual(expected);
  expect(new Set(live.kpis().map(({ kind }) => kind))).toEqual(new Set(["measured", "assumed", "simulated"]));
  for (const metric of ["exactMatch", "wireBytesPerHop", "prefillTokensPerHop", "timeToFirstTokenMs.p50"])
    expect(live.kpis().find((row) => row.metric === metric)?.kind).toBe("measured");
});

test("the same seed gives the same reports, byte for byte, however time is cut", async () => {
  const [coarse, fine] = [await open("slots"), await open("slots")];
  const reports = await runTasks(coarse, 2, 2);
  // The coarse one may be past the second task's end already: what both have said is compared.
  const finely = await runTasks(fine, 2, 0.125);
  expect(reports.length).toBeGreaterThanOrEqual(10);
  const count = Math.min(reports.length, finely.length);
  expect(finely.slice(0, count)).toEqual(reports.slice(0, count));
});

test("a report holds the message that crossed, with the latent in it", async () => {
  const live = await open("latent");
  const [report] = await runTasks(live, 1);
  expect(report).toMatchObject({
    arm: "latent",
    from: "router",
    to: "planner",
    end: { ends: "restored", because: "projected" },
    // 24 bytes of header and 128 of values.
    compress: { outputBytes: 152 },
  });
  const { payloadHead } = report;
  expect(new TextDecoder().decode(payloadHead.subarray(0, 2))).toBe("BM");
  expect(new TextDecoder().decode(payloadHead)).toContain('"kind":"latent"');
  // Only the head is told: the rest of the message is missing.
  expect(decodeMessage(payloadHead)).toMatchObject({ ok: false });
});

test("slots answer, and a stranger's latent does not", async () => {
  const slots = await open("slots");
  await runTasks(slots, 8);
  const stranger = await open("another");
  const reports = await runTasks(stranger, 8);
  // 40 questions each. Committed weights answer 99 in 100 with slots, chance is 1 in 32 (agent-sim/measured/README.md).
  expect(figureOf(slots, "exactMatch")).toBeGreaterThan(0.9);
  expect(figureOf(slots, "wrongDocumentExactMatch")).toBeLessThan(0.2);
  expect(figureOf(stranger, "exactMatch")).toBeLessThan(0.2);
  for (const { end } of reports) expect(end).toEqual({ ends: "lost", because: "standIn" });
});

test.each(["latent", "text", "kv"])("%s: a damaged message ends lost, and nothing throws", async (arm) => {
  const live = await open(arm, [{ path: "measured.link.corruptProbability", value: 1 }]);
  const reports = await runTasks(live, 2);
  // A flipped bit that hits only what no receiver looks at may leave a message whole; most are refused.
  const lost = reports.filter(({ end }) => end.ends === "lost");
  expect(lost.length).toBeGreaterThan(reports.length / 2);
  expect(figureOf(live, "coldStartShare")).toBeGreaterThan(0.5);
  for (const { end } of reports) expect(handOffEnds).toContain(end.ends);
});

test("a message that is lost on the way ends lost", async () => {
  const live = await open("slots", [{ path: "measured.link.lossProbability", value: 1 }]);
  const reports = await runTasks(live, 1);
  for (const { end, transport } of reports) {
    expect(end).toEqual({ ends: "lost", because: expect.stringMatching(/^(lost|none-sent)$/) });
    expect(transport.delayMs).toBeNull();
  }
});

test("frames are in range, and the stages take their turns", async () => {
  const live = await open("text");
  const phases = new Set<number>();
  for (let i = 0; i < 100; i++) {
    await live.advance(0.1);
    const { stagePhase, stageProgress, edgeProgress, timeS } = live.frame();
    expect(timeS).toBeCloseTo((i + 1) * 0.1, 9);
    for (const phase of stagePhase) phases.add(phase);
    for (const progress of stageProgress) expect(progress >= 0 && progress <= 1).toBe(true);
    for (const progress of edgeProgress)
      expect(progress === -1 || (progress >= 0 && progress <= 1)).toBe(true);
  }
  expect(phases).toEqual(new Set(agentStagePhases.keys()));
  expect(Math.min(...live.frame().stageTokensRead)).toBeGreaterThan(0);
});

test("time waits where the clock has not gone on: the model runs few hops a second", async () => {
  let nowS = 0;
  const scenario = loadAgentScenario("facts");
  const live = await createMeasuredLive({ scenario, arm: "cold", firstSeed: 1, measured, nowS: () => nowS });
  await live.advance(100);
  // The first stage has read; the first hop has to wait for the clock.
  expect(live.frame().timeS).toBe(0.5);
  await live.advance(100);
  expect(live.frame().timeS).toBe(0.5);
  nowS = 10;
  await live.advance(100);
  expect(live.takeReports()).toHaveLength(1);
  expect(live.frame().timeS).toBeCloseTo(1.7, 9);
});

test.each(["state", "oracle", "mean"])("refuses %s with the arms that can be watched", async (arm) => {
  await expect(open(arm)).rejects.toThrow(/agent arm/);
});

test("KPIs of one's own are rows of the measured run, of their own kind", async () => {
  const scenario = { ...loadAgentScenario("facts", []), kpis: { wrong: "1 - exactMatch" } };
  const live = await createMeasuredLive({
    ...{ scenario, arm: "text", firstSeed: 1, measured, nowS: fastClock() },
    kpis: ["dear = costPerTask * 2"],
  });
  await runTasks(live, 1);
  const own = live.kpis().at(-1);
  expect(own).toMatchObject({ metric: "wrong", kind: "measured", source: "formula: 1 - exactMatch" });
  expect(own?.value).toBeCloseTo(1 - (figureOf(live, "exactMatch") ?? Number.NaN), 12);
  // The model that runs here has no price.
  expect(live.formulas.problems).toEqual([expect.stringMatching(/^KPI formula "dear": .*got "costPerTask"/)]);
});
