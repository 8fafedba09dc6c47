// One server with continuous batching. Scheduling is by iteration (Orca, OSDI 2022): after each, finished sequences leave
// the batch and waiting ones join. An iteration has a budget of tokens: every sequence that decodes takes one, prompts take
// what is left, first come first served, cut into chunks where it does not suffice (Sarathi-Serve, OSDI 2024).
import { chunkShare, iterationS, prefillWorkS, stretchS } from "./iteration.ts";
import { segmentCount } from "./plan.ts";
import { cachedBlocks, nameRuns, storeRuns } from "./prefix-cache.ts";
import { DECODING, type FleetParams, type FleetState, IDLE, MIXED } from "./state.ts";

/** Called when a request has said its last token and written what it must before it sends. */
export type OnDone = (params: FleetParams, state: FleetState, request: number) => void;

/** Puts a request at the end of a server's queue. A batch under way takes it in after its current iteration. */
export function joinQueue(params: FleetParams, state: FleetState, server: number, request: number): void {
  const { queueHead, queueTail, nextInQueue, mode, running } = state;
  state.serverOf[request] = server;
  state.promptTokens[request] = promptTokens(params, request);
  const computed = state.promptTokens[request] - reusableTokens(params, state, server, request);
  state.remainingTokens[request] = computed;
  state.pendingTokens[server] += computed;
  state.present[server]++;
  if (queueHead[server] === -1) queueHead[server] = request;
  else nextInQueue[queueTail[server]] = request;
  queueTail[server] = request;
  if (mode[server] === IDLE) beginIterations(params, state, server);
  else if (mode[server] === DECODING && running[server] < params.maxSequences) shorten(params, state, server);
}

/** Ends the iterations under way on a server, tells who is done, and begins the next. */
export function endIterations(params: FleetParams, state: FleetState, server: number, onDone: OnDone): void {
  const { window } = params;
  const fromS = Math.max(state.fromS[server], window.fromS);
  const toS = Math.min(state.timeS, window.toS);
  if (toS > fromS) {
    state.busyS[server] += toS - fromS;
    state.sequenceS[server] += (toS - fromS) * state.running[server];
  }
  state.decodeIterations[server] += state.stretch[server];
  if (state.mode[server] === MIXED) {
    leaveDecoding(params, state, server, onDone);
    endChunks(params, state, server, onDone);
  } else leaveDecoding(params, state, server, onDone);
  beginIterations(params, state, server);
}

/** Decides what the server does next, from now on. */
function beginIterations(params: FleetParams, state: FleetState, server: number): void {
  const decodingCount = state.decodingCount[server];
  const prefillS = giveChunks(params, state, server, params.tokensPerIteration - decodingCount);
  state.fromS[server] = state.timeS;
  state.stretch[server] = 1;
  if (prefillS === 0 && decodingCount === 0) {
    state.mode[server] = IDLE;
    return;
  }
  state.mode[server] = prefillS > 0 ? MIXED : DECODING;
  state.iterationS[server] = iterationS(
    params.speed,
    prefillS,
    decodingCount,
    decodingContext(params, state, server),
  );
  // With nothing to prefill the batch stays as it is until its first sequence ends: so many iterations at a stretch.
  if (prefillS === 0) state.stretch[server] = iterationsToFirstEnd(params, state, server);
  state.stamp[server]++;
  state.rescheduled[server] = 1;
}

/** Gives prompts at the head of the queue their tokens of the next iteration; returns the work in seconds. */
function giveChunks(params: FleetParams, state: FleetState, server: number, budgetTokens: number): number {
  const { remainingTokens, chunkTokens } = state;
  let left = budgetTokens;
  let workS = 0;
  for (let request = state.queueHead[server]; request !== -1 && left > 0; ) {
    if (state.admitted[request] === 0) {
      if (state.running[server] === params.maxSequences) break;
      admit(params, state, server, request);
    }
    const tokens = remainingTokens[request] < left ? remainingTokens[request] : left;
    chunkTokens[request] = tokens;
    left -= tokens;
    const cached = state.cachedTokens[request];
    const all = state.promptTokens[request] - cached;
    const done = all - remainingTokens[request];
    workS += state.prefillS[request] * chunkShare(params.speed, tokens, all, cached, done);
    request = state.nextInQueue[request];
  }
  return workS;
}

/** The request's prompt is looked up in the cache as it enters the batch; what is found then stays at its disposal. */
function admit(params: FleetParams, state: FleetState, server: number, request: number): void {
  state.admitted[request] = 1;
  state.running[server]++;
  const cached = reusableTokens(params, state, server, request);
  const computed = state.promptTokens[request] - cached;
  state.pendingTokens[server] += computed - state.remainingTokens[request];
  state.cachedTokens[request] = cached;
  state.remainingTokens[request] = computed;
  state.prefillS[request] = prefillWorkS(params.speed, computed, cached);
}

/** Tokens of a prompt that need no computing: those that came with the message, or full blocks of the cache. */
function reusableTokens(params: FleetParams, state: FleetState, server: number, request: number): number {
  const { plan, blockTokens } = params;
  if (!plan.usesPrefixCache) return plan.transferredTokens[request];
  nameRequest(params, state, request);
  const blocks = cachedBlocks(state.caches[server], state.names);
  // The last token is computed in any case: its output is the first that is said.
  const most = Math.floor((state.promptTokens[request] - 1) / blockTokens);
  return (blocks < most ? blocks : most) * blockTokens;
}

function nameRequest({ plan, blockTokens }: FleetParams, { names }: FleetState, request: number): void {
  nameRuns(names, plan.segments, request * segmentCount, blockTokens);
}

function promptTokens({ plan }: FleetParams, request: number): number {
  let sum = 0;
  for (let i = 0; i < segmentCount; i++) sum += plan.segments.tokens[request * segmentCount + i];
  return sum;
}

/** Chunks of the iteration are computed; prompts that are complete have said their first token and decode on. */
function endChunks(params: FleetParams, state: FleetState, server: number, onDone: OnDone): void {
  const { queueHead, nextInQueue, chunkTokens, remainingTokens } = state;
  for (let request = queueHead[server]; request !== -1 && chunkTokens[request] > 0; ) {
    const next = nextInQueue[request];
    remainingTokens[request] -= chunkTokens[request];
    state.pendingTokens[server] -= chunkTokens[request];
    state.computedTokens[server] += chunkTokens[request];
    chunkTokens[request] = 0;
    if (remainingTokens[request] === 0) {
      queueHead[server] = next;
      if (params.plan.usesPrefixCache || params.plan.moves !== null) {
        nameRequest(params, state, request);
        storeRuns(state.caches[server], state.names);
      }
      state.firstTokenS[request] = state.timeS;
      joinDecoding(params, state, server, request, onDone);
    }
    request = next;
  }
}

function joinDecoding(
  params: FleetParams,
  state: FleetState,
  server: number,
  request: number,
  onDone: OnDone,
): void {
  const more = params.plan.outputTokens[request] - 1;
  if (more === 0 && !goesOn(params, state, server, request)) {
    leave(params, state, server, request, onDone);
    return;
  }
  if (more > 0) state.finishAt[request] = state.decodeIterations[server] + more;
  state.decoding[server * params.maxSequences + state.decodingCount[server]++] = request;
}

/** Takes those that have decoded all out of the batch; the others keep their order. */
function leaveDecoding(params: FleetParams, state: FleetState, server: number, onDone: OnDone): void {
  const { decoding, finishAt, decodingCount } = state;
  const first = server * params.maxSequences;
  const iterations = state.decodeIterations[server];
  let kept = first;
  for (let place = first; place < first + decodingCount[server]; place++) {
    const request = decoding[place];
    if (finishAt[request] > iterations || goesOn(params, state, server, request)) decoding[kept++] = request;
    else leave(params, state, server, request, onDone);
  }
  decodingCount[server] = kept - first;
}

/** A request that has said its last token may have a summary to write yet. Tells its successors' clocks to start. */
function goesOn(params: FleetParams, state: FleetState, server: number, request: number): boolean {
  if (state.outputDone[request] === 1) return false;
  state.outputDone[request] = 1;
  const { edges, stageCount, compressTokens } = params.plan;
  const stage = request % stageCount;
  for (let edge = 0; edge < edges.length; edge++) {
    if (edges[edge][0] === stage) state.readyS[request - stage + edges[edge][1]] = state.timeS;
  }
  if (compressTokens[request] === 0) return false;
  state.finishAt[request] = state.decodeIterations[server] + compressTokens[request];
  return true;
}

function leave(
  params: FleetParams,
  state: FleetState,
  server: number,
  request: number,
  onDone: OnDone,
): void {
  state.running[server]--;
  state.present[server]--;
  state.doneS[request] = state.timeS;
  onDone(params, state, request);
}

function iterationsToFirstEnd({ maxSequences }: FleetParams, state: FleetState, server: number): number {
  const { decoding, finishAt } = state;
  const first = server * maxSequences;
  let earliest = finishAt[decoding[first]];
  for (let place = first + 1; place < first + state.decodingCount[server]; place++) {
    const at = finishAt[decoding[place]];
    if (at < earliest) earliest = at;
  }
  return earliest - state.decodeIterations[server];
}

/** Tokens before all sequences that decode: their prompts, and what they have said. */
function decodingContext({ plan, maxSequences }: FleetParams, state: FleetState, server: number): number {
  const { decoding, decodingCount, promptTokens: prompts, finishAt, outputDone } = state;
  const first = server * maxSequences;
  let tokens = 0;
  for (let place = first; place < first + decodingCount[server]; place++) {
    const request = decoding[place];
    const says = plan.outputTokens[request] + (outputDone[request] === 1 ? plan.compressTokens[request] : 0);
    tokens += prompts[request] + says - (finishAt[request] - state.decodeIterations[server]);
  }
  return tokens;
}

/** Returns when what a server does now is over. */
export function endOfStretchS({ speed }: FleetParams, state: FleetState, server: number): number {
  const { fromS, stretch, iterationS: firstS, decodingCount } = state;
  return fromS[server] + stretchS(speed, stretch[server], decodingCount[server], firstS[server]);
}

/** Ends a stretch of decoding after the iteration under way, for somebody waits to join. */
function shorten({ speed }: FleetParams, state: FleetState, server: number): void {
  const goneS = state.timeS - state.fromS[server];
  const sequences = state.decodingCount[server];
  const firstS = state.iterationS[server];
  const takesS = (iterations: number): number => stretchS(speed, iterations, sequences, firstS);
  // The positive root of what so many iterations take; rounding is mended by a step.
  const half = (speed.decodeContextS * sequences) / 2;
  const rising = firstS - half;
  let iterations = Math.max(0, Math.ceil((2 * goneS) / (rising + Math.sqrt(rising ** 2 + 4 * half * goneS))));
  while (iterations > 0 && takesS(iterations - 1) >= goneS) iterations--;
  while (takesS(iterations) < goneS) iterations++;
  if (iterations >= state.stretch[server]) return;
  state.stretch[server] = iterations;
  state.stamp[server]++;
  state.rescheduled[server] = 1;
}
