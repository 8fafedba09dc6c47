import { expect, test } from "vitest";
import type { RanLive } from "#ran-sim";
import { armsOf, decodeFrame, encodeFrame, type PipelineFrame } from "../../../ui/protocol.ts";
import { agentSource } from "../../../ui/server/agent-source.ts";
import { ranSimulator, ranSource } from "../../../ui/server/ran-source.ts";

test.each([ranSource, agentSource])(
  "opens with a scenario and an arm that are on offer: $domain",
  ({ catalogue, initial, armOfAll }) => {
    const armsIn = (scenario: string) => armsOf(catalogue, scenario).map(({ name }) => name);
    expect(catalogue.scenarios).toContain(initial.scenario);
    expect(armsIn(initial.scenario)).toContain(initial.arm);
    expect(catalogue.scenarios).toEqual(expect.arrayContaining(Object.keys(catalogue.armsByScenario)));
    for (const scenario of catalogue.scenarios) expect(armsIn(scenario)).toContain(armOfAll);
  },
);

test.each([ranSource, agentSource])(
  "takes former names for arms on offer, and none that is a name of now: $domain",
  ({ catalogue, formerArms = {} }) => {
    const onOffer = catalogue.scenarios.flatMap((scenario) =>
      armsOf(catalogue, scenario).map(({ name }) => name),
    );
    expect(Object.keys(formerArms).length).toBeGreaterThan(2);
    for (const [former, now] of Object.entries(formerArms)) {
      expect(onOffer).toContain(now);
      expect(onOffer).not.toContain(former);
    }
  },
);

test("keeps the time that does not fill a tick for the next call", async () => {
  let ticks = 0;
  const live = {
    layout: { sites: [], cells: [{ site: 0, azimuthDeg: Number.NaN, name: "0" }], isdM: 500, latticeM: [] },
    steps: null,
    formulas: { formulas: [], problems: [] },
    tickMs: 10,
    advance: (more: number) => {
      ticks += more;
    },
  } as unknown as RanLive;
  const simulator = ranSimulator(live);
  for (let i = 0; i < 10; i++) await simulator.advance(0.0125);
  expect(ticks).toBe(12);
  // JSON has no NaN: an isotropic cell has some direction on the wire.
  expect(simulator.layout).toMatchObject({ cells: [{ azimuthDeg: 0 }] });
});

test("runs the agents' pipeline and puts its frames on the wire", async () => {
  const simulator = await agentSource.open({ scenario: "default", arm: "text", seed: 1 });
  await simulator.advance(30);
  const frame = decodeFrame(encodeFrame({ ...simulator.frame(), epoch: 1, sequence: 0 })) as PipelineFrame;
  expect(frame.timeS).toBeCloseTo(30);
  expect(frame.stagePhase).toHaveLength(6);
  expect(frame.edgeProgress).toHaveLength(5);
  expect(Math.max(...frame.stageTokensRead)).toBeGreaterThan(0);
  const reports = simulator.takeReports();
  expect(reports.length).toBeGreaterThan(0);
  expect(reports.every(({ domain }) => domain === "agent")).toBe(true);
  expect(simulator.kpis().every(({ domain }) => domain === "agent")).toBe(true);
});

test("runs the decoder behind the same wire, and its answers are measured", async () => {
  const simulator = await agentSource.open({ scenario: "facts", arm: "slots", seed: 1 });
  const reports = [];
  // A hop waits for its turn by the clock; a step of any length stops there.
  while (simulator.kpis().length === 0) {
    await simulator.advance(2);
    reports.push(...simulator.takeReports());
  }
  const frame = decodeFrame(encodeFrame({ ...simulator.frame(), epoch: 1, sequence: 0 })) as PipelineFrame;
  expect(frame.tasksDone[0]).toBe(1);
  expect(reports[0]).toMatchObject({ domain: "agent", end: { ends: "restored", because: "projected" } });
  expect(reports[0].payloadHead.length).toBeGreaterThan(100);
  const answers = simulator.kpis().find(({ metric }) => metric === "exactMatch");
  expect(answers).toMatchObject({ domain: "agent", kind: "measured", arm: "slots", n: 5 });
});

test.each([
  { source: ranSource, scenario: "walk", arm: "cold", metric: "handovers" },
  { source: agentSource, scenario: "default", arm: "text", metric: "wireBytesPerHop" },
  { source: agentSource, scenario: "facts", arm: "text", metric: "exactMatch" },
])("tells $scenario which KPIs of one's own have rows, and why others have none", async (given) => {
  const { source, scenario, arm, metric } = given;
  const kpis = [`twice = 2 * ${metric}`, "hostile = sum(1:1e9)"];
  const { layout } = await source.open({ scenario, arm, seed: 1, kpis });
  expect(layout.formulas).toEqual({
    kpis: [{ name: "twice", expression: `2 * ${metric}` }],
    problems: [expect.stringMatching(/^KPI formula "hostile": expected [^\n]*$/)],
  });
});
