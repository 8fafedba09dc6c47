import {
  BadInputError,
  type Domain,
  encodePayload,
  endOfHandOff,
  type HandOffReport,
  type KpiRow,
} from "#core";
import type { Simulator, SimulatorSource } from "../../ui/server/simulator.ts";

/** Two cells and a few phones. The scenario `crash` throws on its second step, `refused` is bad input. */
export const fakeRanSource: SimulatorSource<"ran"> = {
  domain: "ran",
  formerArms: { principal: "pca" },
  catalogue: {
    scenarios: ["line", "crash", "refused", "mixed"],
    arms: [
      {
        domain: "ran",
        name: "cold",
        summary: "starts from nothing",
        bytes: "0",
        end: { ends: "lost", because: "notCarried" },
      },
      {
        domain: "ran",
        name: "pca",
        summary: "sends eight values",
        bytes: "24 + 8",
        end: { ends: "restored", because: "projected" },
      },
    ],
    armsByScenario: {},
  },
  initial: { scenario: "line", arm: "pca" },
  armOfAll: "pca",
  open: ({ scenario, arm, seed, kpis = [] }) => {
    if (scenario === "refused") {
      throw new BadInputError("bad-parameter", { subject: "scenario", expected: "another", got: "refused" });
    }
    const clock = fakeClock(scenario);
    return {
      layout: {
        type: "ran-layout",
        sites: [
          { xM: -250, yM: 0 },
          { xM: 250, yM: 0 },
        ],
        cells: [
          { site: 0, azimuthDeg: 0, name: "0" },
          { site: 1, azimuthDeg: 0, name: "1" },
        ],
        isdM: 500,
        latticeM: [],
        steps: { compress: "PCA, 8 of 16 components, int8", transport: "10 ms", project: "gated linear map" },
        formulas: { kpis: [], problems: [...kpis] },
        chart: { metric: "handovers", unit: "1" },
      },
      advance: clock.advance,
      frame: () => {
        const xM = Float32Array.from([0, 1, 2], (k) => 400 * Math.sin(clock.timeS() + k + seed));
        return {
          kind: "phones",
          timeS: clock.timeS(),
          domain: "ran",
          xM,
          yM: new Float32Array(3),
          serving: Int16Array.from(xM, (x) => (x < 0 ? 0 : 1)),
          phase: new Uint8Array(3),
          sinrDb: new Float32Array(3),
        };
      },
      takeReports: clock.everySecond((timeS, sequence) => fakeReport("ran", arm, timeS, sequence)),
      // The scenario `mixed` is a simulator that breaks the law: the server must not let its row through.
      kpis: () =>
        [
          fakeRow(scenario === "mixed" ? "agent" : "ran", scenario, arm, "handovers", clock.timeS()),
        ] as KpiRow<"ran">[],
    } satisfies Simulator<"ran">;
  },
};

/** Two stages in a row. The scenario `answered` has arms of its own. */
export const fakeAgentSource: SimulatorSource<"agent"> = {
  domain: "agent",
  catalogue: {
    scenarios: ["pair", "answered"],
    arms: [
      {
        domain: "agent",
        name: "text",
        summary: "the text",
        bytes: "4 per token",
        end: { ends: "restored", because: "reread" },
      },
    ],
    armsByScenario: {
      answered: [
        {
          domain: "agent",
          name: "slots",
          summary: "a latent",
          bytes: "152",
          end: { ends: "restored", because: "projected" },
          answers: "measured",
        },
        {
          domain: "agent",
          name: "text",
          summary: "the text",
          bytes: "5 per token",
          end: { ends: "restored", because: "reread" },
          answers: "measured",
        },
      ],
    },
  },
  initial: { scenario: "pair", arm: "text" },
  armOfAll: "text",
  open: ({ scenario, arm, kpis = [] }) => {
    const clock = fakeClock(scenario);
    return {
      layout: {
        type: "agent-layout",
        stages: [
          { name: "reader", role: "reads" },
          { name: "writer", role: "writes" },
        ],
        edges: [{ from: 0, to: 1 }],
        steps: { compress: "text", transport: "1 GbE", project: "prefilled again" },
        formulas: { kpis: [], problems: [...kpis] },
        chart: { metric: "costPerTask", unit: "USD" },
      },
      advance: clock.advance,
      frame: () => ({
        kind: "pipeline",
        timeS: clock.timeS(),
        domain: "agent",
        stagePhase: Uint8Array.of(1, 0),
        stageProgress: Float32Array.of(clock.timeS() % 1, 0),
        stageTokensRead: Uint32Array.of(100 * clock.timeS(), 0),
        edgeProgress: Float32Array.of(-1),
        tasksDone: Uint32Array.of(Math.floor(clock.timeS())),
      }),
      takeReports: clock.everySecond((timeS, sequence) => fakeReport("agent", arm, timeS, sequence)),
      kpis: () => [fakeRow("agent", scenario, arm, "costPerTask", clock.timeS())],
    } satisfies Simulator<"agent">;
  },
};

function fakeClock(scenario: string) {
  let timeS = 0;
  let steps = 0;
  let reported = 0;
  return {
    timeS: () => timeS,
    advance(dtS: number): void {
      steps++;
      if (scenario === "crash" && steps > 1) throw new RangeError("the fake has crashed, as it was asked to");
      timeS += dtS;
    },
    everySecond:
      <D extends Domain>(make: (timeS: number, sequence: number) => HandOffReport<D>) =>
      (): HandOffReport<D>[] => {
        const reports: HandOffReport<D>[] = [];
        for (; reported < Math.floor(timeS * 10); reported++) reports.push(make(reported / 10, reported));
        return reports;
      },
  };
}

function fakeReport<D extends Domain>(
  domain: D,
  arm: string,
  timeS: number,
  sequence: number,
): HandOffReport<D> {
  const bytes = encodePayload(new Float32Array(8).fill(sequence), {
    modelId: "fake",
    precision: "int8",
    sequence,
  });
  return {
    domain,
    arm,
    entity: sequence % 3,
    from: "0",
    to: "1",
    timeS,
    compress: { label: "PCA, 8 of 16 components, int8", inputBytes: 64, outputBytes: 8 },
    transport: { label: "10 ms", bytes: bytes.length, headerBytes: 24, delayMs: 10 },
    project: { label: "gated linear map", rereadTokens: null },
    end: endOfHandOff({ ends: "restored", because: "projected" }, sequence % 4 === 3 ? "lost" : "warm"),
    payloadHead: bytes,
  };
}

function fakeRow<D extends Domain>(
  domain: D,
  scenario: string,
  arm: string,
  metric: string,
  value: number,
): KpiRow<D> {
  return {
    experiment: "fake",
    domain,
    kind: "simulated",
    scenario,
    arm,
    metric,
    unit: "1",
    value,
    ci95: [value * 0.9, value * 1.1],
    n: 3,
    seeds: 3,
  };
}
