// What a fleet reports, from the columns of a finished run. Everything here is simulated. Definitions: README.md.
import type { MetricDefinition, Tally, UnitResult } from "#core";
import { prefillFlops } from "../cost/prefill.ts";
import { callUsd } from "../cost/price.ts";
import { armRules, type FleetArm } from "../hand-off/arms.ts";
import { queueMetrics } from "../metrics/agent-metrics.ts";
import { queueTallies } from "./overload.ts";
import type { FleetScenario } from "./params.ts";
import { segmentCount } from "./plan.ts";
import type { FleetParams, FleetState } from "./state.ts";
import type { Traffic } from "./traffic.ts";

export const fleetMetrics: readonly MetricDefinition[] = [
  { metric: "prefillTokensPerHop", unit: "tokens", pooling: { by: "ratio" } },
  { metric: "rereadFactor", unit: "1", pooling: { by: "ratio" } },
  { metric: "flopsPerHop", unit: "FLOP", pooling: { by: "ratio" } },
  { metric: "wireBytesPerHop", unit: "B", pooling: { by: "ratio" } },
  { metric: "cacheReadShare", unit: "1", pooling: { by: "ratio" } },
  { metric: "costPerTask", unit: "USD", pooling: { by: "ratio" } },
  { metric: "timeToFirstTokenMs.p50", unit: "ms", pooling: { by: "quantile", q: 0.5 } },
  { metric: "timeToFirstTokenMs.p95", unit: "ms", pooling: { by: "quantile", q: 0.95 } },
  { metric: "taskLatencyMs.p50", unit: "ms", pooling: { by: "quantile", q: 0.5 } },
  { metric: "taskLatencyMs.p95", unit: "ms", pooling: { by: "quantile", q: 0.95 } },
  ...queueMetrics,
  { metric: "tasksPerS", unit: "1/s", pooling: { by: "ratio" } },
  { metric: "outputTokensPerS", unit: "tokens/s", pooling: { by: "ratio" } },
  { metric: "serverUtilisation", unit: "1", pooling: { by: "ratio" } },
  { metric: "sequencesPerServer", unit: "1", pooling: { by: "ratio" } },
];

/** A finished run and what it was of. */
export interface FleetRun {
  readonly scenario: FleetScenario;
  readonly arm: FleetArm;
  readonly seed: number;
  readonly traffic: Traffic;
  readonly params: FleetParams;
  readonly state: FleetState;
}

/**
 * Returns the unit of a run, and one more for each hop with `/hop=h` added to the scenario. Tasks of one seed wait for each
 * other, so a seed is a unit and a group. Tasks of the warm-up are left out. An arm that hands nothing over (`single`) has
 * no time to first token of a hop, and no hops. Units of a run whose queue grew are marked `overloaded`.
 */
export function fleetUnits(run: FleetRun): readonly UnitResult<"agent">[] {
  const { scenario, arm, seed } = run;
  const queue = queueTallies(run.params, run.state);
  const unit = (name: string, tallies: Record<string, Tally>): UnitResult<"agent"> => ({
    domain: "agent",
    scenario: name,
    arm,
    seed,
    unit: `seed=${seed}`,
    group: `seed=${seed}`,
    ...(queue.overloaded ? { mark: "overloaded" } : {}),
    tallies,
  });
  const { receivers } = scenario.graph;
  const pooled = {
    ...hopTallies(run, receivers),
    ...taskTallies(run),
    ...entryTallies(run),
    ...queue.tallies,
  };
  if (arm === "single") return [unit(scenario.name, pooled)];
  return [
    unit(scenario.name, pooled),
    ...receivers.map((stage, i) => unit(`${scenario.name}/hop=${i + 1}`, hopTallies(run, [stage]))),
  ];
}

/** Tasks that count: those after the warm-up, or the last one where that is all there is. */
function firstCounted({ scenario, traffic }: FleetRun): number {
  return Math.min(scenario.fleet.warmUpTasks, traffic.taskCount - 1);
}

function hopTallies(run: FleetRun, stages: readonly number[]): Record<string, Tally> {
  const { params, state, scenario, traffic, arm } = run;
  const { plan } = params;
  const hops = (traffic.taskCount - firstCounted(run)) * stages.length;
  const perHop = (sum: number): Tally => ({ sum, weight: hops });
  if (arm === "single") {
    return { prefillTokensPerHop: perHop(0), flopsPerHop: perHop(0), wireBytesPerHop: perHop(0) };
  }
  const samples: number[] = [];
  let prefillTokens = 0;
  let cachedTokens = 0;
  let flops = 0;
  let wireBytes = 0;
  for (let task = firstCounted(run); task < traffic.taskCount; task++) {
    for (const stage of stages) {
      const request = task * plan.stageCount + stage;
      const cached = state.cachedTokens[request];
      const computed = state.promptTokens[request] - cached;
      samples.push(1000 * (state.firstTokenS[request] - state.readyS[request]));
      prefillTokens += computed;
      cachedTokens += cached;
      flops += prefillFlops(scenario.model, computed, cached);
      for (const [edge, [from, to]] of plan.edges.entries()) {
        if (to !== stage || !plan.isCarrier[edge]) continue;
        wireBytes += state.sentBytes[task * plan.edges.length + edge];
        flops += summaryFlops(run, task * plan.stageCount + from, from);
      }
    }
  }
  return {
    prefillTokensPerHop: perHop(prefillTokens),
    flopsPerHop: perHop(flops),
    wireBytesPerHop: perHop(wireBytes),
    cacheReadShare: { sum: cachedTokens, weight: cachedTokens + prefillTokens },
    "timeToFirstTokenMs.p50": { samples },
    "timeToFirstTokenMs.p95": { samples },
  };
}

/** From the arrival of a task to the first token of its entries: what waits before the first server waits here, and in no hop. */
function entryTallies(run: FleetRun): Record<string, Tally> {
  const { scenario, arm, traffic, params, state } = run;
  const entries = arm === "single" ? [0] : scenario.graph.entries;
  const samples: number[] = [];
  for (let task = firstCounted(run); task < traffic.taskCount; task++) {
    for (const stage of entries) {
      const atS = state.firstTokenS[task * params.plan.stageCount + stage];
      samples.push(1000 * (atS - traffic.arrivalS[task]));
    }
  }
  return { "entryTimeToFirstTokenMs.p50": { samples }, "entryTimeToFirstTokenMs.p95": { samples } };
}

/** A sender that decodes a summary has its prompt behind it; one that writes for several is charged in equal parts. */
function summaryFlops({ params, state, scenario }: FleetRun, request: number, from: number): number {
  const { compressTokens, edges, isCarrier } = params.plan;
  if (compressTokens[request] === 0) return 0;
  const receivers = edges.filter(([sender], edge) => sender === from && isCarrier[edge]).length;
  const behind = state.promptTokens[request] + params.plan.outputTokens[request];
  return prefillFlops(scenario.model, compressTokens[request], behind) / receivers;
}

function taskTallies(run: FleetRun): Record<string, Tally> {
  const { params, state, traffic } = run;
  const { plan, window } = params;
  const { stageCount } = plan;
  const stages = traffic.outputTokens.length / traffic.taskCount;
  const samples: number[] = [];
  let usd = 0;
  let rereadFactors = 0;
  let finished = 0;
  let outputTokens = 0;
  const first = firstCounted(run);
  for (let task = 0; task < traffic.taskCount; task++) {
    const doneS = state.taskDoneS[task];
    let said = 0;
    for (let stage = 0; stage < stages; stage++) said += traffic.outputTokens[task * stages + stage];
    if (doneS >= window.fromS && doneS <= window.toS) {
      finished++;
      outputTokens += said;
    }
    if (task < first) continue;
    samples.push(1000 * (doneS - traffic.arrivalS[task]));
    let reread = 0;
    for (let stage = 0; stage < stageCount; stage++) {
      const request = task * stageCount + stage;
      usd += requestUsd(run, request);
      if (run.scenario.graph.predecessors[stage].length > 0 && run.arm !== "single")
        reread += rereadTokens(run, request);
    }
    rereadFactors += reread / (traffic.documentTokens[task] + said);
  }
  const windowS = window.toS - window.fromS;
  return {
    rereadFactor: { sum: rereadFactors, weight: samples.length },
    costPerTask: { sum: usd, weight: samples.length },
    "taskLatencyMs.p50": { samples },
    "taskLatencyMs.p95": { samples },
    ...(windowS > 0
      ? {
          tasksPerS: { sum: finished, weight: windowS },
          outputTokensPerS: { sum: outputTokens, weight: windowS },
          serverUtilisation: { sum: total(state.busyS), weight: params.servers * windowS },
          sequencesPerServer: { sum: total(state.sequenceS), weight: params.servers * windowS },
        }
      : {}),
  };
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/**
 * Tokens that a receiver computes and an earlier stage had read or written: all but its role prompt, and memory vectors, which are
 * nobody's tokens and read for the first time.
 */
function rereadTokens({ params, state, arm }: FleetRun, request: number): number {
  const { segments, roleSegment } = params.plan;
  const cached = state.cachedTokens[request];
  const contextSegment = roleSegment === 0 ? 1 : 0;
  const vectors =
    armRules[arm].carries === "latent" ? segments.tokens[request * segmentCount + contextSegment] : 0;
  let from = 0;
  for (let i = 0; i < roleSegment; i++) from += segments.tokens[request * segmentCount + i];
  const to = from + segments.tokens[request * segmentCount + roleSegment];
  const roleComputed = Math.max(0, to - Math.max(from, cached));
  return state.promptTokens[request] - cached - roleComputed - vectors;
}

/**
 * The price of a request. With the prefix cache on, the cache is asked to keep what stands first in the prompt, in full
 * blocks: those that it lacks are charged as written, those that it has as read.
 */
function requestUsd({ params, state, scenario, arm }: FleetRun, request: number): number {
  const { plan, blockTokens } = params;
  const cached = state.cachedTokens[request];
  const computed = state.promptTokens[request] - cached;
  const first = plan.segments.tokens[request * segmentCount];
  const written = armRules[arm].prefixCache
    ? Math.max(0, Math.floor(first / blockTokens) * blockTokens - cached)
    : 0;
  return callUsd(scenario.calibration, {
    input: computed - written,
    cacheWrite: written,
    cacheRead: cached,
    output: plan.outputTokens[request] + plan.compressTokens[request],
  });
}
