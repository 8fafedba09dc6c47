/** The agent simulator as a worker runs it. */
import {
  type AgentLive,
  agentArms,
  agentScenarioNames,
  createAgentLive,
  createMeasuredLive,
  formerAgentArms,
  loadAgentScenario,
  type MeasuredLive,
  type MeasuredModel,
  measuredLiveArms,
  openMeasuredModel,
} from "#agent-sim";
import type { Simulator, SimulatorSource } from "./simulator.ts";
import { wireFormulas } from "./wire-formulas.ts";

/** The scenario whose documents the committed decoder reads; in the others costs are by formula, and nothing answers. */
const throughDecoder = "facts";

/** Opened by the first run that needs it, and then kept: one model a worker. */
let model: Promise<MeasuredModel> | null = null;

export const agentSource: SimulatorSource<"agent"> = {
  domain: "agent",
  // A fleet has too many tasks at once to be watched stage by stage.
  catalogue: {
    scenarios: agentScenarioNames().filter((name) => loadAgentScenario(name).fleet === undefined),
    arms: [...agentArms],
    armsByScenario: { [throughDecoder]: [...measuredLiveArms] },
  },
  formerArms: formerAgentArms,
  initial: { scenario: throughDecoder, arm: "latent" },
  armOfAll: "text",
  async open({ scenario: name, arm, seed: firstSeed, kpis = [] }) {
    const scenario = loadAgentScenario(name, []);
    if (name !== throughDecoder)
      return agentSimulator(await createAgentLive({ scenario, arm, firstSeed, kpis }));
    model ??= openMeasuredModel();
    const nowS = () => performance.now() / 1000;
    return agentSimulator(
      await createMeasuredLive({ scenario, arm, firstSeed, measured: await model, nowS, kpis }),
    );
  },
};

/** Returns `live` in the words of the wire. */
export function agentSimulator(live: AgentLive | MeasuredLive): Simulator<"agent"> {
  const { layout, steps, formulas } = live;
  return {
    layout: {
      type: "agent-layout",
      stages: layout.stages.map(({ name, role }) => ({ name, role })),
      edges: layout.edges.map(([from, to]) => ({ from, to })),
      steps,
      formulas: wireFormulas(formulas),
      chart: { metric: "timeToFirstTokenMs.p50", unit: "ms" },
    },
    advance: (dtS) => live.advance(dtS),
    frame() {
      const { timeS, tasksDone, stagePhase, stageProgress, stageTokensRead, edgeProgress } = live.frame();
      return {
        kind: "pipeline",
        domain: "agent",
        timeS,
        stagePhase,
        stageProgress,
        stageTokensRead: Uint32Array.from(stageTokensRead),
        edgeProgress,
        tasksDone: Uint32Array.of(tasksDone),
      };
    },
    takeReports: () => live.takeReports(),
    kpis: () => live.kpis(),
  };
}
