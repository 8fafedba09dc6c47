import { expect, test } from "vitest";
import { decodeMessage } from "../../agent-sim/hand-off/message.ts";
import {
  agentArms,
  agentStagePhases,
  createAgentExperiment,
  createAgentLive,
  loadAgentScenario,
} from "../../agent-sim/index.ts";
import { formulaRows, parseFormulas, poolUnits, reportedPayloadBytes } from "../../core/index.ts";

const scenario = loadAgentScenario("default", [
  { path: "tasksPerSeed", value: 2 },
  { path: "document.tokens", value: 150 },
]);

test.each(agentArms.map(({ name }) => name))(
  "%s: frames are finite and in range, tasks follow each other",
  async (arm) => {
    const live = await createAgentLive({ scenario, arm, firstSeed: 1 });
    const phases = new Set<number>();
    let read: ArrayLike<number> = new Float64Array(6);
    for (let i = 0; i < 600; i++) {
      live.advance(0.05);
      const frame = live.frame();
      expect(frame.timeS).toBeCloseTo((i + 1) * 0.05, 9);
      for (const phase of frame.stagePhase) phases.add(phase);
      for (const progress of frame.stageProgress) expect(progress >= 0 && progress <= 1).toBe(true);
      for (const progress of frame.edgeProgress)
        expect(progress === -1 || (progress >= 0 && progress <= 1)).toBe(true);
      for (const [stage, tokens] of frame.stageTokensRead.entries())
        expect(tokens).toBeGreaterThanOrEqual(read[stage]);
      read = frame.stageTokensRead;
    }
    expect(live.frame().tasksDone).toBeGreaterThanOrEqual(2);
    expect(phases).toContain(agentStagePhases.indexOf("decoding"));
    expect(live.layout.edges).toHaveLength(5);
    for (const step of Object.values(live.steps)) expect(step).not.toBe("");
  },
);

test("live numbers are those of the experiment for the same tasks", async () => {
  const experiment = createAgentExperiment({ scenario, seeds: [1], arms: ["prefix-cache"] });
  const { units } = await experiment.runShard(experiment.shards[0]);
  const expected = poolUnits({ ...experiment, name: "agent-live" }, units).filter(
    (row) => row.scenario === "default",
  );
  const live = await createAgentLive({ scenario, arm: "prefix-cache", firstSeed: 1 });
  expect(live.kpis()).toEqual([]);
  while (live.frame().tasksDone < 2) live.advance(0.01);
  expect(live.kpis()).toEqual(expected);
});

test("how time is cut into steps changes nothing", async () => {
  const coarse = await createAgentLive({ scenario, arm: "kv", firstSeed: 5 });
  const fine = await createAgentLive({ scenario, arm: "kv", firstSeed: 5 });
  coarse.advance(32);
  // Steps that are powers of two add up exactly.
  for (let i = 0; i < 1024; i++) fine.advance(1 / 32);
  expect(fine.frame()).toEqual(coarse.frame());
  expect(fine.takeReports()).toEqual(coarse.takeReports());
  expect(() => fine.advance(-1)).toThrow(RangeError);
  expect(() => fine.advance(Number.NaN)).toThrow(RangeError);
});

test("a report shows the first bytes that were sent, and is taken once", async () => {
  const live = await createAgentLive({ scenario, arm: "text", firstSeed: 1 });
  live.advance(20);
  const [report, ...others] = live.takeReports();
  expect(report).toMatchObject({
    domain: "agent",
    arm: "text",
    entity: 0,
    from: "router",
    to: "planner",
    end: { ends: "restored", because: "reread" },
  });
  expect(report.payloadHead).toHaveLength(reportedPayloadBytes);
  expect(decodeMessage(report.payloadHead)).toEqual({ ok: false, reason: "truncated" });
  expect(report.transport.bytes).toBe(report.compress.outputBytes + report.transport.headerBytes);
  expect(report.transport.delayMs).toBeGreaterThan(1);
  expect(others.length).toBeGreaterThan(3);
  expect(live.takeReports()).toEqual([]);
});

test.each([
  ["cold", { ends: "lost", because: "notCarried" }],
  ["single", { ends: "kept", because: "nobodyElse" }],
])("where nothing travels the report says what the receiver knows all the same: %s", async (arm, end) => {
  {
    const live = await createAgentLive({ scenario, arm, firstSeed: 1 });
    live.advance(5);
    const [report] = live.takeReports();
    expect(report).toMatchObject({
      transport: { bytes: 0, delayMs: null },
      end,
    });
    expect(report.payloadHead).toHaveLength(0);
  }
});

test("an unknown arm is refused", async () => {
  await expect(createAgentLive({ scenario, arm: "txt", firstSeed: 1 })).rejects.toThrow(
    'did you mean "text"?',
  );
});

test("KPIs of one's own are the rows that a stored run has, and a broken one leaves the run unharmed", async () => {
  const own = { ...scenario, kpis: { kiloBytes: "wireBytesPerHop / 1000", hostile: "1e6!" } };
  const live = await createAgentLive({
    scenario: own,
    arm: "text",
    firstSeed: 1,
    kpis: ["x = exactMatch * 2"],
  });
  while (live.frame().tasksDone < 2) live.advance(0.1);
  const experiment = createAgentExperiment({ scenario, seeds: [1], arms: ["text"] });
  const { units } = await experiment.runShard(experiment.shards[0]);
  const formulas = await parseFormulas(["kiloBytes = wireBytesPerHop / 1000"], experiment.metrics);
  const pooled = units.filter((unit) => unit.scenario === "default");
  const expected = formulaRows({ ...experiment, name: "agent-live" }, formulas, pooled);
  expect(live.kpis().slice(-1)).toEqual(expected);
  // No model answers in a run by formula.
  expect(live.formulas.problems).toEqual([
    expect.stringMatching(/^KPI formula "hostile": expected numbers, metrics/),
    expect.stringMatching(/^KPI formula "x": expected metrics of this experiment .*, got "exactMatch"/),
  ]);
});
