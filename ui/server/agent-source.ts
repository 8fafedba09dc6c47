/** The agent simulator as a worker runs it. */
import {
  type AgentLive,
  agentArms,
  agentScenarioNames,
  createAgentLive,
  loadAgentScenario,
} from "#agent-sim";
import type { Simulator, SimulatorSource } from "./simulator.ts";

export const agentSource: SimulatorSource<"agent"> = {
  domain: "agent",
  // A fleet has too many tasks at once to be watched stage by stage.
  catalogue: {
    scenarios: agentScenarioNames().filter((name) => loadAgentScenario(name).fleet === undefined),
    arms: [...agentArms],
  },
  initial: { scenario: "default", arm: "text" },
  open: async ({ scenario, arm, seed }) =>
    agentSimulator(
      await createAgentLive({ scenario: loadAgentScenario(scenario, []), arm, firstSeed: seed }),
    ),
};

/** Returns `live` in the words of the wire. */
export function agentSimulator(live: AgentLive): Simulator<"agent"> {
  const { layout, steps } = live;
  return {
    layout: {
      type: "agent-layout",
      stages: layout.stages.map(({ name, role }) => ({ name, role })),
      edges: layout.edges.map(([from, to]) => ({ from, to })),
      steps,
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
