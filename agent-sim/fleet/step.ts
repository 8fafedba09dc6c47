// One event of a fleet: a task arrives, a batch ends an iteration, a message is through a link or delivered.
import { pushEvent, takeEvent } from "#core";
import { joinFairLink, leaveFairLink, nextEndS, sendInTurn } from "./link.ts";
import { segmentCount } from "./plan.ts";
import { cachedBlocks, nameRuns } from "./prefix-cache.ts";
import { endIterations, endOfStretchS, joinQueue } from "./server.ts";
import type { FleetParams, FleetState } from "./state.ts";

/**
 * What an event is of, in the highest bits of its code; the rest is a number: nothing, a server, a link, or a message
 * (task x edges + edge). Stamps void events of servers and links that something came before.
 */
const KIND_SHIFT = 28;
const ARRIVAL = 0;
const SERVER = 1;
const LINK = 2;
const DELIVERY = 3;
/** Messages of a run must have numbers below this. */
export const mostMessages = 2 ** KIND_SHIFT;

/** Puts the first arrival into an empty fleet. */
export function startFleet(params: FleetParams, state: FleetState): void {
  if (params.arrivalS.length > 0) pushEvent(state.events, params.arrivalS[0], ARRIVAL << KIND_SHIFT, 0);
}

/**
 * Takes the next event and moves time to it. Equal parameters give equal runs, bit for bit. Returns false when nothing is
 * left to come.
 */
export function stepFleet(params: FleetParams, state: FleetState): boolean {
  const { events } = state;
  if (!takeEvent(events)) return false;
  state.timeS = events.timeS;
  const number = events.code & (mostMessages - 1);
  switch (events.code >> KIND_SHIFT) {
    case ARRIVAL:
      arrive(params, state);
      break;
    case SERVER:
      if (events.stamp === state.stamp[number]) {
        endIterations(params, state, number, send);
        scheduleServer(params, state, number);
      }
      break;
    case LINK: {
      const link = state.links[number];
      if (events.stamp === link.stamp) {
        const message = leaveFairLink(link, state.timeS);
        scheduleDelivery(params, state, state.timeS, message);
        scheduleLink(state, number, nextEndS(link));
      }
      break;
    }
    default:
      deliver(params, state, number);
  }
  return true;
}

function arrive(params: FleetParams, state: FleetState): void {
  const { plan, arrivalS } = params;
  const task = state.nextArrival++;
  if (state.nextArrival < plan.taskCount) {
    pushEvent(state.events, arrivalS[state.nextArrival], ARRIVAL << KIND_SHIFT, 0);
  }
  for (let stage = 0; stage < plan.stageCount; stage++) {
    const request = task * plan.stageCount + stage;
    if (state.awaited[request] === 0) {
      state.readyS[request] = state.timeS;
      enqueue(params, state, request);
    }
  }
}

/** Everything that a request waits for is there: it goes to a server, that to which its cache was moved. */
function enqueue(params: FleetParams, state: FleetState, request: number): void {
  const moved = state.serverOf[request];
  const server = moved === -1 ? chooseServer(params, state, request) : moved;
  joinQueue(params, state, server, request);
  scheduleServer(params, state, server);
}

function chooseServer(params: FleetParams, state: FleetState, request: number): number {
  const { servers, routing, plan } = params;
  switch (routing) {
    case "round-robin":
      return state.nextServer++ % servers;
    case "by-stage":
      return (request % plan.stageCount) % servers;
    case "by-task":
      return Math.floor(request / plan.stageCount) % servers;
    case "least-loaded": {
      let best = 0;
      for (let server = 1; server < servers; server++) {
        if (state.present[server] < state.present[best]) best = server;
      }
      return best;
    }
    case "cache-aware":
      return leastPrefill(params, state, request);
  }
}

/**
 * The server with the fewest prompt tokens to compute, this request's included; among equals the emptiest. Where caches are moved, a token
 * that would have to be moved counts as one to compute.
 */
function leastPrefill(params: FleetParams, state: FleetState, request: number): number {
  const { servers, plan, blockTokens } = params;
  const { caches, names, pendingTokens, present } = state;
  const looks = plan.usesPrefixCache || plan.moves !== null;
  if (looks) nameRuns(names, plan.segments, request * segmentCount, blockTokens);
  let best = 0;
  let bestTokens = Number.POSITIVE_INFINITY;
  for (let server = 0; server < servers; server++) {
    const found = looks ? cachedBlocks(caches[server], names) * blockTokens : 0;
    const tokens = pendingTokens[server] - found;
    if (tokens < bestTokens || (tokens === bestTokens && present[server] < present[best])) {
      best = server;
      bestTokens = tokens;
    }
  }
  return best;
}

/** A stage has said all: its messages go onto the link of its server. */
function send(params: FleetParams, state: FleetState, request: number): void {
  const { plan, link: settings } = params;
  const { stageCount, edges } = plan;
  const stage = request % stageCount;
  const task = (request - stage) / stageCount;
  for (let edge = 0; edge < edges.length; edge++) {
    if (edges[edge][0] !== stage) continue;
    const message = task * edges.length + edge;
    if (plan.isCarrier[edge]) {
      if (plan.moves !== null)
        moveCache(params, state, { message, from: request, to: request - stage + edges[edge][1] });
      else state.sentBytes[message] = plan.messageBytes[message];
    }
    const bytes = state.sentBytes[message];
    const number = settings.scope === "server" ? state.serverOf[request] : 0;
    const link = state.links[number];
    if (bytes === 0) scheduleDelivery(params, state, state.timeS, message);
    else if (settings.sharing === "fair") {
      scheduleLink(state, number, joinFairLink(link, state.timeS, bytes, message));
    } else scheduleDelivery(params, state, sendInTurn(link, state.timeS, bytes), message);
  }
  if (--state.stagesLeft[task] === 0) state.taskDoneS[task] = state.timeS;
}

/**
 * A key-value cache goes to the server that will read on behind it, chosen now; what is there already crosses no link: all of it where the
 * sender was served, elsewhere the full blocks that an earlier stage of the task left. What was found stays with the request.
 */
function moveCache(
  params: FleetParams,
  state: FleetState,
  { message, from, to }: { readonly message: number; readonly from: number; readonly to: number },
): void {
  const { plan, blockTokens } = params;
  const server = chooseServer(params, state, to);
  state.serverOf[to] = server;
  if (plan.moves === null || server === state.serverOf[from]) return;
  const tokens = plan.transferredTokens[to];
  nameRuns(state.names, plan.segments, to * segmentCount, blockTokens);
  const blocks = Math.floor(tokens / blockTokens);
  const found = Math.min(blocks, cachedBlocks(state.caches[server], state.names));
  if (found === blocks && blocks > 0) return;
  const missing = tokens - found * blockTokens;
  state.sentBytes[message] = plan.moves.bytes(missing);
  state.codecS[message] = plan.moves.codecS(missing);
}

function deliver(params: FleetParams, state: FleetState, message: number): void {
  const { edges, stageCount } = params.plan;
  const edge = message % edges.length;
  const request = ((message - edge) / edges.length) * stageCount + edges[edge][1];
  if (--state.awaited[request] === 0) enqueue(params, state, request);
}

function scheduleServer(params: FleetParams, state: FleetState, server: number): void {
  if (!state.rescheduled[server]) return;
  state.rescheduled[server] = 0;
  pushEvent(
    state.events,
    endOfStretchS(params, state, server),
    (SERVER << KIND_SHIFT) | server,
    state.stamp[server],
  );
}

function scheduleLink(state: FleetState, link: number, endS: number): void {
  if (endS < Number.POSITIVE_INFINITY) {
    pushEvent(state.events, endS, (LINK << KIND_SHIFT) | link, state.links[link].stamp);
  }
}

function scheduleDelivery(params: FleetParams, state: FleetState, throughS: number, message: number): void {
  const deliveredS = throughS + params.link.delayS + state.codecS[message];
  pushEvent(state.events, deliveredS, (DELIVERY << KIND_SHIFT) | message, 0);
}
