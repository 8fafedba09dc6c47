// The pipeline as an experiment: all arms on the same tasks, one shard a seed.
import {
  BadInputError,
  type Experiment,
  type Shard,
  type ShardResult,
  type TableRow,
  type UnitResult,
} from "#core";
import { calibrationRows, costFigures } from "./cost/figures.ts";
import { createFleetExperiment, hasFleet } from "./fleet/experiment.ts";
import { agentArms, isFormulaArm, requireArm } from "./hand-off/arm-lists.ts";
import { type AgentArm, armRules, armsOfRun } from "./hand-off/arms.ts";
import { agentMetrics, armKind, queueMetrics } from "./metrics/agent-metrics.ts";
import { openQueue, type QueueOfSeed } from "./metrics/open-queue.ts";
import { taskUnits } from "./metrics/task-units.ts";
import { agentArmNamesOf } from "./pipeline/former-arms.ts";
import { createTaskSource, type TaskSource } from "./pipeline/task.ts";
import type { AgentScenario } from "./scenario.ts";
import { scenarioFiles, withoutFiles } from "./scenario-files.ts";
import { simulateAgents } from "./simulate.ts";
import type { AgentEvent } from "./state.ts";
import { createAgentParams } from "./step.ts";
import { readScenarioWorkload, workloadRows } from "./workload/read-workload.ts";

/**
 * Returns the experiment of a scenario; one with a fleet is that of fleet/experiment.ts. Shard `<scenario>/seed=<seed>` runs
 * `tasksPerSeed` tasks in each arm; its units are tasks. Tasks that follow one another are independent draws, a group each;
 * where they arrive on their own and may wait for each other, a seed is one group.
 *
 * Throws BadInputError for an unknown arm (with the nearest) and for a workload file that cannot be used.
 */
export function createAgentExperiment(options: {
  readonly scenario: AgentScenario;
  /** Default all, in the order of the specification. */
  readonly arms?: readonly string[];
  readonly seeds: readonly number[];
}): Experiment<"agent"> {
  const { scenario, seeds } = options;
  if (hasFleet(scenario)) return createFleetExperiment({ ...options, scenario });
  const arms = agentArmNamesOf(options.arms ?? agentArms.map(({ name }) => name)).map(requireFormulaArm);
  const workload = readScenarioWorkload(scenario);
  const figures = costFigures(scenario);
  let source: Promise<TaskSource> | undefined;
  return {
    name: "agent-run",
    domain: "agent",
    kind: "simulated",
    arms,
    metrics: scenario.arrivals === undefined ? agentMetrics : [...agentMetrics, ...queueMetrics],
    kpis: scenario.kpis,
    shards: seeds.map((seed) => ({ key: `${scenario.name}/seed=${seed}`, scenario: scenario.name, seed })),
    inputs: [
      ...calibrationRows("agent-run", scenario),
      ...workloadRows("agent-run", scenario.name, workload),
    ],
    config: { scenario: withoutFiles(scenario), workload: workload?.digest ?? null, arms },
    recipe: { module: import.meta.url, make: "createAgentExperiment", options },
    inputFiles: scenarioFiles(scenario),
    async runShard(shard: Shard): Promise<ShardResult<"agent">> {
      source ??= createTaskSource(scenario, workload);
      const shared = await source;
      const seed = shard.seed as number;
      const units: UnitResult<"agent">[] = [];
      const handovers: TableRow[] = [];
      for (const arm of arms) {
        const params = createAgentParams({
          source: shared,
          figures,
          arm,
          seed,
          tasks: scenario.tasksPerSeed,
          withHeads: false,
        });
        const finished: Extract<AgentEvent, { type: "task-done" }>[] = [];
        for (const event of simulateAgents(params)) {
          if (event.type === "hand-off") handovers.push(handOffRow(event, { scenario, arm, seed }));
          else finished.push(event);
        }
        const queue =
          scenario.arrivals === undefined ? null : openQueue(finished, shared.scenario.graph.entries);
        for (const event of finished) {
          const task = `seed=${seed}/task=${event.plan.task.index}`;
          const group = queue === null ? task : `seed=${seed}`;
          const ofTask = taskUnits(event, { scenario: scenario.name, group, ...armKind(arm, scenario) });
          units.push(
            ...(queue?.overloaded === true
              ? ofTask.map((unit) => ({ ...unit, mark: "overloaded" as const }))
              : ofTask),
          );
        }
        if (queue !== null) units.push(queueUnit(queue, { scenario: scenario.name, arm, seed }));
      }
      return { units, tables: { handovers } };
    },
  };
}

/** Returns `name` as an arm by formula; of one that only a language model can run, the error says so. */
function requireFormulaArm(name: string): AgentArm {
  if (isFormulaArm(name) || !(name in armRules)) return requireArm(name);
  throw new BadInputError("unsuitable-arm", {
    subject: "agent arm of a run by formula",
    expected: `one of ${armsOfRun("formula").join(", ")}`,
    got: `"${name}"`,
    remedy: "this one needs a language model: add --measured",
  });
}

/** The unit of a seed's queue, apart from those of its tasks. */
function queueUnit(
  { overloaded, tallies }: QueueOfSeed,
  { scenario, arm, seed }: { readonly scenario: string; readonly arm: string; readonly seed: number },
): UnitResult<"agent"> {
  const names = { domain: "agent", scenario, arm, seed, unit: "queue", group: `seed=${seed}` } as const;
  return { ...names, ...(overloaded ? { mark: "overloaded" } : {}), tallies };
}

function handOffRow(
  { atS, task, hop, timeToFirstTokenS }: Extract<AgentEvent, { type: "hand-off" }>,
  run: { readonly scenario: AgentScenario; readonly arm: string; readonly seed: number },
): TableRow {
  const { names } = run.scenario.graph;
  return {
    scenario: run.scenario.name,
    arm: run.arm,
    seed: run.seed,
    task,
    hop: hop.hop,
    from_stage: hop.parts.map(({ from }) => names[from]).join("+"),
    to_stage: names[hop.to],
    time_s: atS,
    wire_bytes: hop.wireBytes,
    prefill_tokens: hop.prefillTokens,
    cached_tokens: hop.cachedTokens,
    time_to_first_token_ms: timeToFirstTokenS * 1000,
  };
}
