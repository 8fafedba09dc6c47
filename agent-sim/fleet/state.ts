// What changes while a fleet serves tasks. Columns only: nothing is made or thrown away during a run.
import { createEventHeap, type EventHeap } from "#core";
import type { FleetSettings } from "./fleet-schema.ts";
import type { IterationModel } from "./iteration.ts";
import { createLinkState, type LinkState } from "./link.ts";
import { type FleetPlan, segmentCount } from "./plan.ts";
import { createPrefixCache, createRunNames, type PrefixCache, type RunNames } from "./prefix-cache.ts";

/** What does not change during a run. */
export interface FleetParams {
  readonly plan: FleetPlan;
  /** [task] seconds, ascending. */
  readonly arrivalS: Float64Array;
  readonly speed: IterationModel;
  readonly servers: number;
  readonly routing: FleetSettings["routing"];
  readonly tokensPerIteration: number;
  readonly maxSequences: number;
  readonly blockTokens: number;
  readonly cacheBlocks: number;
  readonly link: FleetSettings["link"] & { readonly bytesPerS: number; readonly delayS: number };
  /** Busy time is counted between these. */
  readonly window: { readonly fromS: number; readonly toS: number };
}

/** What a server does: nothing, one iteration with prefill in it, or a number of decoding iterations at a stretch. */
export const IDLE = 0;
export const MIXED = 1;
export const DECODING = 2;

export interface FleetState {
  timeS: number;
  readonly events: EventHeap;
  nextArrival: number;
  nextServer: number;
  // [request] what is under way
  readonly awaited: Int32Array;
  readonly serverOf: Int32Array;
  /** Next in the queue of its server, -1 for the last. */
  readonly nextInQueue: Int32Array;
  readonly admitted: Uint8Array;
  readonly promptTokens: Int32Array;
  /** Of the prompt, found in the cache or arrived computed. */
  readonly cachedTokens: Int32Array;
  /** Of the prompt, still to be computed. */
  readonly remainingTokens: Int32Array;
  /** Of those, computed in the iteration under way. */
  readonly chunkTokens: Int32Array;
  /** Seconds that computing the prompt takes beyond the fixed time of iterations. */
  readonly prefillS: Float64Array;
  /** The number of its server's decoding iterations at which it has decoded all. */
  readonly finishAt: Float64Array;
  readonly outputDone: Uint8Array;
  // [request] what is told afterwards; NaN until then
  /** When the last predecessor had said its last token; for an entry, when the task arrived. */
  readonly readyS: Float64Array;
  readonly firstTokenS: Float64Array;
  readonly doneS: Float64Array;
  // [task, edge] row-major
  /** Bytes of context that crossed a link, headers included; 0 for what was there. */
  readonly sentBytes: Float64Array;
  /** Seconds to write and to open what was sent, besides the link. */
  readonly codecS: Float64Array;
  // [task]
  readonly stagesLeft: Int32Array;
  readonly taskDoneS: Float64Array;
  // [server]
  readonly queueHead: Int32Array;
  readonly queueTail: Int32Array;
  /** Queue and batch together. */
  readonly present: Int32Array;
  /** Admitted to the batch: prefilling and decoding. */
  readonly running: Int32Array;
  readonly pendingTokens: Float64Array;
  /** [server, place] requests that decode, the first `decodingCount` of each row. */
  readonly decoding: Int32Array;
  readonly decodingCount: Int32Array;
  readonly decodeIterations: Float64Array;
  readonly mode: Uint8Array;
  readonly fromS: Float64Array;
  /** Time of the first iteration, and how many run at a stretch; each takes longer than the one before it (`stretchS`). */
  readonly iterationS: Float64Array;
  readonly stretch: Float64Array;
  readonly stamp: Int32Array;
  /** Whether its end has changed and no event says so yet. */
  readonly rescheduled: Uint8Array;
  /** Within the window: time with something to do, and the same times the sequences in the batch. */
  readonly busyS: Float64Array;
  readonly sequenceS: Float64Array;
  /** Of prompts. */
  readonly computedTokens: Float64Array;
  readonly caches: readonly PrefixCache[];
  readonly names: RunNames;
  readonly links: readonly LinkState[];
}

/** Returns an empty fleet at time 0. */
export function createFleetState(params: FleetParams): FleetState {
  const { plan, servers, maxSequences, link } = params;
  const { taskCount, stageCount, edges } = plan;
  const requests = taskCount * stageCount;
  const incoming = Int32Array.from(
    { length: stageCount },
    (_, stage) => edges.filter(([, to]) => to === stage).length,
  );
  const missing = (): Float64Array => new Float64Array(requests).fill(Number.NaN);
  return {
    timeS: 0,
    events: createEventHeap(1024),
    nextArrival: 0,
    nextServer: 0,
    awaited: Int32Array.from({ length: requests }, (_, request) => incoming[request % stageCount]),
    serverOf: new Int32Array(requests).fill(-1),
    nextInQueue: new Int32Array(requests).fill(-1),
    admitted: new Uint8Array(requests),
    promptTokens: new Int32Array(requests),
    cachedTokens: new Int32Array(requests),
    remainingTokens: new Int32Array(requests),
    chunkTokens: new Int32Array(requests),
    prefillS: new Float64Array(requests),
    finishAt: new Float64Array(requests),
    outputDone: new Uint8Array(requests),
    readyS: missing(),
    firstTokenS: missing(),
    doneS: missing(),
    sentBytes: new Float64Array(taskCount * edges.length),
    codecS: new Float64Array(taskCount * edges.length),
    stagesLeft: new Int32Array(taskCount).fill(stageCount),
    taskDoneS: new Float64Array(taskCount).fill(Number.NaN),
    queueHead: new Int32Array(servers).fill(-1),
    queueTail: new Int32Array(servers).fill(-1),
    present: new Int32Array(servers),
    running: new Int32Array(servers),
    pendingTokens: new Float64Array(servers),
    decoding: new Int32Array(servers * maxSequences),
    decodingCount: new Int32Array(servers),
    decodeIterations: new Float64Array(servers),
    mode: new Uint8Array(servers),
    fromS: new Float64Array(servers),
    iterationS: new Float64Array(servers),
    stretch: new Float64Array(servers),
    stamp: new Int32Array(servers),
    rescheduled: new Uint8Array(servers),
    busyS: new Float64Array(servers),
    sequenceS: new Float64Array(servers),
    computedTokens: new Float64Array(servers),
    caches: Array.from({ length: servers }, () =>
      createPrefixCache(plan.usesPrefixCache || plan.moves !== null ? params.cacheBlocks : 0),
    ),
    names: createRunNames(segmentCount),
    links: Array.from({ length: link.scope === "server" ? servers : 1 }, () =>
      createLinkState(link.sharing, link.bytesPerS),
    ),
  };
}
