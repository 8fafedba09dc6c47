// From a scenario, the tasks of a seed and an arm to what the kernel runs.
import { costFigures } from "../cost/figures.ts";
import { kvCacheBytes } from "../cost/model.ts";
import type { FleetArm } from "../hand-off/arms.ts";
import type { TaskSource } from "../pipeline/task.ts";
import type { AgentScenario } from "../scenario.ts";
import type { FleetSettings } from "./fleet-schema.ts";
import { createIterationModel } from "./iteration.ts";
import { createFleetPlan } from "./plan.ts";
import type { FleetParams } from "./state.ts";
import { drawTraffic, type Traffic } from "./traffic.ts";
import { createWireModel } from "./wire.ts";

/** A scenario with a fleet. */
export type FleetScenario = AgentScenario & { readonly fleet: FleetSettings };

/** Makes runs of one scenario. */
export interface FleetRuns {
  /** Returns the tasks of a seed, the same for all arms. */
  traffic(seed: number): Traffic;
  /** Returns the parameters of an arm that meets them. */
  params(traffic: Traffic, arm: FleetArm): FleetParams;
}

/** Returns the runs of a scenario: its speed, its bytes and its cache worked out once. */
export function createFleetRuns(scenario: FleetScenario, source: TaskSource): FleetRuns {
  const { fleet, calibration, cache, tasksPerSeed: tasks } = scenario;
  const figures = costFigures(scenario);
  const wire = createWireModel(source);
  const { batching, servers, routing } = fleet;
  const speed = createIterationModel({
    model: scenario.model,
    figures,
    sequenceS: batching.sequenceMs / 1000,
    maxSequences: batching.maxSequences,
    overlaps: batching.mixing === "overlap",
  });
  const parts = { scenario, fleet, roleTokens: source.roleTokens, wire, codec: figures.cacheCodec };
  const cacheTokens = cacheCapacityTokens(scenario);
  return {
    traffic: (seed) => drawTraffic(source, fleet.arrivals, { seed, tasks }),
    params: (traffic, arm) => ({
      plan: createFleetPlan(parts, traffic, arm),
      arrivalS: traffic.arrivalS,
      speed,
      servers,
      routing,
      tokensPerIteration: batching.tokensPerIteration,
      maxSequences: batching.maxSequences,
      blockTokens: cache.blockTokens,
      cacheBlocks: Math.floor(cacheTokens / cache.blockTokens),
      link: { ...fleet.link, bytesPerS: figures.linkBytesPerS, delayS: calibration.linkDelayMs / 1000 },
      window: countedWindow(traffic, fleet.warmUpTasks),
    }),
  };
}

/** Returns the tokens that a server's prefix cache holds. */
export function cacheCapacityTokens({
  fleet,
  model,
  kv,
}: Pick<FleetScenario, "fleet" | "model" | "kv">): number {
  const { capacityTokens, capacityBytes } = fleet.cache;
  return capacityBytes === undefined
    ? capacityTokens
    : Math.floor(capacityBytes / kvCacheBytes(model, 1, kv.precision));
}

/** From the arrival of the first task that counts to that of the last: before it fills up, after it the fleet runs dry. */
function countedWindow({ arrivalS }: Traffic, warmUpTasks: number): FleetParams["window"] {
  return { fromS: arrivalS[Math.min(warmUpTasks, arrivalS.length - 1)], toS: arrivalS[arrivalS.length - 1] };
}
