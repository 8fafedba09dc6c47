// What every request of a seed reads, says and sends in one arm, as columns: the formulas of spec/agents.md section 2.
//
// A request is one stage of one task, number task x stages + stage. Its prompt has three segments in the order of the
// arm: context (what the arm makes of the document), role prompt, outputs of the direct predecessors.
import { type CacheCodec, cacheCodecS } from "../cost/cache-codec.ts";
import { hopTokens } from "../cost/hop-tokens.ts";
import { armRules, type FleetArm } from "../hand-off/arms.ts";
import type { AgentScenario } from "../scenario.ts";
import type { FleetSettings } from "./fleet-schema.ts";
import type { Segments } from "./prefix-cache.ts";
import type { Traffic } from "./traffic.ts";
import { messageBytes, type WireModel } from "./wire.ts";

/** Segments of a prompt. */
export const segmentCount = 3;

export interface FleetPlan {
  readonly taskCount: number;
  readonly stageCount: number;
  /** [edge] (from, to) */
  readonly edges: readonly (readonly [from: number, to: number])[];
  /** [request, segment] */
  readonly segments: Segments;
  /** Which segment is the role prompt. */
  readonly roleSegment: number;
  /** [request] tokens of the first segment that arrive computed (the key-value cache itself). */
  readonly transferredTokens: Int32Array;
  /** [request] at least 1. */
  readonly outputTokens: Int32Array;
  /** [request] decoded after the output, for a generated summary, before anything is sent. */
  readonly compressTokens: Int32Array;
  /** [edge] whether it brings the context: the first of its receiver; what the others say crosses in any case and is not counted. */
  readonly isCarrier: readonly boolean[];
  /** [task, edge] row-major: bytes of the context, headers included, where the receiver has nothing of it. */
  readonly messageBytes: Float64Array;
  readonly usesPrefixCache: boolean;
  /** Of arms that move the cache itself: what a part of a context takes; null in others. */
  readonly moves: { bytes(tokens: number): number; codecS(tokens: number): number } | null;
}

/**
 * Returns the plan of an arm. `single` is one request a task: document and all role prompts, then all outputs. A summary has
 * exactly its budget of tokens; `relay` and `summary.method` mean what they mean in pipeline/plan.ts. Latents travel on as
 * they are; making one is not charged, as the sender has read the document in every arm. The context of a fan-in is that of its carrier.
 */
export function createFleetPlan(
  parts: {
    readonly scenario: AgentScenario;
    readonly fleet: FleetSettings;
    /** [stage] */
    readonly roleTokens: readonly number[];
    readonly wire: WireModel;
    readonly codec: CacheCodec;
  },
  traffic: Traffic,
  arm: FleetArm,
): FleetPlan {
  const { scenario, fleet, roleTokens, wire, codec } = parts;
  const { graph } = scenario;
  const rule = armRules[arm];
  const stages = graph.names.length;
  if (arm === "single") return planSingle(roleTokens, traffic, stages);
  const { taskCount } = traffic;
  const requests = taskCount * stages;
  const roleSegment = (rule.prefixCache && rule.first === "context") || rule.carries === "kv" ? 1 : 0;
  const content = { model: scenario.model, kv: scenario.kv, latent: fleet.latent };
  const plan: FleetPlan = {
    taskCount,
    stageCount: stages,
    edges: graph.edges,
    segments: createSegments(requests),
    roleSegment,
    transferredTokens: new Int32Array(requests),
    outputTokens: traffic.outputTokens,
    compressTokens: new Int32Array(requests),
    isCarrier: graph.edges.map(([from, to]) => graph.predecessors[to][0] === from),
    messageBytes: new Float64Array(taskCount * graph.edges.length),
    usesPrefixCache: rule.prefixCache,
    moves:
      rule.carries === "kv"
        ? {
            bytes: (tokens) => messageBytes(wire, content, armRules.kv, tokens),
            codecS: (tokens) => cacheCodecS(codec, tokens),
          }
        : null,
  };
  const heldTokens = new Int32Array(stages);
  const compressed = new Uint8Array(stages);
  for (let task = 0; task < taskCount; task++) {
    const documentTokens = traffic.documentTokens[task];
    compressed.fill(0);
    for (const stage of graph.order) {
      const request = task * stages + stage;
      const predecessors = graph.predecessors[stage];
      let contextTokens = documentTokens;
      if (predecessors.length > 0) {
        const [carrier] = predecessors;
        contextTokens = heldTokens[carrier];
        if (rule.carries === "summary" && (compressed[carrier] === 0 || scenario.relay === "reencode")) {
          contextTokens = Math.max(1, Math.floor(scenario.summary.ratio * contextTokens));
          if (scenario.summary.method === "generated")
            plan.compressTokens[task * stages + carrier] += contextTokens;
          if (scenario.relay === "forward") {
            compressed[carrier] = 1;
            heldTokens[carrier] = contextTokens;
          }
        }
        const edge = graph.edges.findIndex(([a, b]) => a === carrier && b === stage);
        const message = task * graph.edges.length + edge;
        plan.messageBytes[message] = messageBytes(wire, content, rule, contextTokens);
        heldTokens[stage] = contextTokens;
        compressed[stage] = 1;
      }
      const said = predecessors.reduce((sum, from) => sum + traffic.outputTokens[task * stages + from], 0);
      if (predecessors.length === 0) heldTokens[stage] = documentTokens;
      else {
        const sizes = { blockTokens: scenario.cache.blockTokens, latent: fleet.latent };
        const prompt = { contextTokens, ownTokens: roleTokens[stage] + said };
        const { carriedTokens, cachedTokens } = hopTokens(rule, prompt, sizes);
        contextTokens = carriedTokens;
        // What a prefix cache has, its server finds out.
        if (rule.cached === "all") plan.transferredTokens[request] = cachedTokens;
      }
      const contextSegment = roleSegment === 0 ? 1 : 0;
      setSegment(plan, request, contextSegment, contextTokens, task * 4 + 1);
      setSegment(plan, request, roleSegment, roleTokens[stage], stage * 4 + 2);
      setSegment(plan, request, 2, said, request * 4 + 3);
    }
  }
  return plan;
}

function planSingle(roleTokens: readonly number[], traffic: Traffic, stages: number): FleetPlan {
  const { taskCount } = traffic;
  const plan: FleetPlan = {
    taskCount,
    stageCount: 1,
    edges: [],
    segments: createSegments(taskCount),
    roleSegment: 1,
    transferredTokens: new Int32Array(taskCount),
    outputTokens: new Int32Array(taskCount),
    compressTokens: new Int32Array(taskCount),
    isCarrier: [],
    messageBytes: new Float64Array(0),
    usesPrefixCache: false,
    moves: null,
  };
  const roles = roleTokens.reduce((sum, tokens) => sum + tokens, 0);
  for (let task = 0; task < taskCount; task++) {
    setSegment(plan, task, 0, traffic.documentTokens[task], task * 4 + 1);
    setSegment(plan, task, 1, roles, 2);
    for (let stage = 0; stage < stages; stage++)
      plan.outputTokens[task] += traffic.outputTokens[task * stages + stage];
  }
  return plan;
}

/** The lowest two bits of an identity say what it is of: 1 a document, 2 a role prompt, 3 what others said. */
function setSegment(plan: FleetPlan, request: number, segment: number, tokens: number, id: number): void {
  plan.segments.tokens[request * segmentCount + segment] = tokens;
  plan.segments.ids[request * segmentCount + segment] = id;
}

function createSegments(requests: number): Segments {
  const length = requests * segmentCount;
  return { tokens: new Int32Array(length), ids: new Uint32Array(length), count: segmentCount };
}
