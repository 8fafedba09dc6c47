// A fleet as an experiment: all arms on the same tasks and arrivals, one shard a seed.
import { type Experiment, type KpiRow, NO_INTERVAL, type Shard, type ShardResult } from "#core";
import { calibrationRows, inputArm } from "../cost/figures.ts";
import { fleetArmNames, requireFleetArm } from "../hand-off/arm-lists.ts";
import { agentArmNamesOf } from "../pipeline/former-arms.ts";
import { createTaskSource } from "../pipeline/task.ts";
import type { AgentScenario } from "../scenario.ts";
import { scenarioFiles, withoutFiles } from "../scenario-files.ts";
import { readScenarioWorkload, workloadRows } from "../workload/read-workload.ts";
import { fleetMetrics, fleetUnits } from "./metrics.ts";
import { cacheCapacityTokens, createFleetRuns, type FleetRuns, type FleetScenario } from "./params.ts";
import { simulateFleet } from "./simulate.ts";

const EXPERIMENT = "agent-fleet";

/** Returns whether a scenario has a fleet. */
export function hasFleet(scenario: AgentScenario): scenario is FleetScenario {
  return scenario.fleet !== undefined;
}

/**
 * Returns the experiment of a scenario with a fleet. Shard `<scenario>/seed=<seed>` runs `tasksPerSeed` tasks in each arm; a
 * seed is a unit and a group. All rows are simulated but the inputs.
 *
 * Throws BadInputError for an unknown arm (with the nearest) and for a workload that cannot be used.
 */
export function createFleetExperiment(options: {
  readonly scenario: FleetScenario;
  /** Default all, in the order of the specification. */
  readonly arms?: readonly string[];
  readonly seeds: readonly number[];
}): Experiment<"agent"> {
  const { scenario, seeds } = options;
  const arms = agentArmNamesOf(options.arms ?? fleetArmNames).map(requireFleetArm);
  const workload = readScenarioWorkload(scenario);
  let prepared: Promise<{ readonly runs: FleetRuns }> | undefined;
  const prepare = async () => {
    const source = await createTaskSource(scenario, workload);
    return { source, runs: createFleetRuns(scenario, source) };
  };
  return {
    name: EXPERIMENT,
    domain: "agent",
    kind: "simulated",
    arms,
    metrics: fleetMetrics,
    kpis: scenario.kpis,
    shards: seeds.map((seed) => ({ key: `${scenario.name}/seed=${seed}`, scenario: scenario.name, seed })),
    inputs: [
      ...calibrationRows(EXPERIMENT, scenario),
      ...fleetRows(scenario),
      ...workloadRows(EXPERIMENT, scenario.name, workload),
    ],
    config: { scenario: withoutFiles(scenario), workload: workload?.digest ?? null, arms },
    recipe: { module: import.meta.url, make: "createFleetExperiment", options },
    inputFiles: scenarioFiles(scenario),
    async runShard(shard: Shard): Promise<ShardResult<"agent">> {
      prepared ??= prepare();
      const { runs } = await prepared;
      const seed = shard.seed as number;
      const traffic = runs.traffic(seed);
      const units = arms.flatMap((arm) => {
        const params = runs.params(traffic, arm);
        const state = simulateFleet(params);
        return fleetUnits({ scenario, arm, seed, traffic, params, state });
      });
      return { units, tables: {} };
    },
  };
}

/** What the fleet is, as rows: our choices, and prices that nobody asks. */
function fleetRows(scenario: FleetScenario): readonly KpiRow<"agent">[] {
  const { fleet, calibration } = scenario;
  const { batching, arrivals } = fleet;
  const row = (metric: string, unit: string, value: number, source = "scenario"): KpiRow<"agent"> => ({
    experiment: EXPERIMENT,
    domain: "agent",
    kind: "assumed",
    source,
    scenario: scenario.name,
    arm: inputArm,
    metric: `calibration.${metric}`,
    unit,
    value,
    ci95: NO_INTERVAL,
    n: 0,
    seeds: 0,
  });
  const nobody = "no hosted service takes it: hypothetical";
  return [
    row("servers", "count", fleet.servers),
    row("tokensPerIteration", "tokens", batching.tokensPerIteration),
    row("maxSequences", "count", batching.maxSequences),
    ...(scenario.speeds === undefined || scenario.speeds.decode.length === 1
      ? [row("sequenceMs", "ms", batching.sequenceMs)]
      : []),
    row("prefixCacheTokens", "tokens", cacheCapacityTokens(scenario)),
    ...(arrivals.kind === "poisson" ? [row("arrivalsPerS", "1/s", arrivals.tasksPerS)] : []),
    row(
      "kvUsdPerMTok",
      "USD/Mtoken",
      calibration.inputUsdPerMTok * calibration.cacheReadFactor,
      `a key-value cache priced as a cache read; ${nobody}`,
    ),
    row(
      "latentUsdPerMTok",
      "USD/Mtoken",
      calibration.inputUsdPerMTok,
      `a memory vector priced as an input token; ${nobody}`,
    ),
  ];
}
