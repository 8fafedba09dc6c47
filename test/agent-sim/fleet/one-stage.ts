import { createIterationModel } from "../../../agent-sim/fleet/iteration.ts";
import type { FleetPlan } from "../../../agent-sim/fleet/plan.ts";
import type { FleetParams } from "../../../agent-sim/fleet/state.ts";
import { modelPresets } from "../../../agent-sim/index.ts";

export interface OneStage {
  readonly arrivalS: readonly number[];
  readonly promptTokens: readonly number[];
  readonly outputTokens: readonly number[];
}

/** Returns the parameters of requests that hand nothing on: what queues and batches do, without a pipeline. */
export function oneStage(
  { arrivalS, promptTokens, outputTokens }: OneStage,
  changes: Partial<FleetParams> & {
    readonly fixedS?: number;
    readonly sequenceS?: number;
    readonly decodeContextS?: number;
  } = {},
): FleetParams {
  const { fixedS = 0.002, sequenceS = 0.0001, decodeContextS = 0, maxSequences = 8, ...rest } = changes;
  const requests = arrivalS.length;
  const tokens = new Int32Array(3 * requests);
  const ids = new Uint32Array(3 * requests);
  for (let request = 0; request < requests; request++) {
    tokens[3 * request] = promptTokens[request];
    ids[3 * request] = request;
  }
  const plan: FleetPlan = {
    taskCount: requests,
    stageCount: 1,
    edges: [],
    segments: { tokens, ids, count: 3 },
    roleSegment: 1,
    transferredTokens: new Int32Array(requests),
    outputTokens: Int32Array.from(outputTokens),
    compressTokens: new Int32Array(requests),
    messageBytes: new Float64Array(0),
    isCarrier: [],
    usesPrefixCache: false,
    moves: null,
  };
  return {
    plan,
    arrivalS: Float64Array.from(arrivalS),
    speed: createIterationModel({
      model: modelPresets["qwen2.5-7b"],
      figures: {
        prefill: { points: [{ tokens: 100, tokensPerS: 10_000 }], fixedS },
        decode: { decodeContextS },
        decodeSteps: [{ sequences: 1, stepS: 0.01 }],
      },
      sequenceS,
      maxSequences,
      overlaps: false,
    }),
    servers: 1,
    routing: "least-loaded",
    tokensPerIteration: 2048,
    maxSequences,
    blockTokens: 16,
    cacheBlocks: 0,
    link: { scope: "server", sharing: "none", bytesPerS: 1e9, delayS: 0 },
    window: { fromS: 0, toS: Number.POSITIVE_INFINITY },
    ...rest,
  };
}
