import type { RanParams } from "../ran-params.ts";
import { type LinkView, sinrOfLink } from "../sensing.ts";
import { NONE, type RanState } from "../state.ts";

/**
 * Advances the radio link monitoring of one phone and returns whether its link fails now (T310 expired).
 * TS 38.331 5.3.10.1-5.3.10.3: N310 consecutive out-of-sync indications start T310, N311 consecutive in-sync ones stop
 * it; a period between Qout and Qin gives neither and changes no count.
 *
 * An indication comes every `indicationTicks`: TS 38.133 8.1.6 spaces them by at least max(10 ms, shortest RLM-RS
 * period). The project's N310 of 10 at 10 ms is then 100 ms, as in the published Karlsruhe baseline. Both kinds are
 * judged on the 200 ms mean SINR of the serving cell, where 38.133 evaluates in-sync over 100 ms.
 */
export function monitorRadioLink(params: RanParams, state: RanState, links: LinkView, ue: number): boolean {
  // DAPS keeps the source, and its monitoring, while T304 runs (5.3.10.1).
  if (state.serving[ue] === NONE) return false;
  const running = state.t310EndTick[ue] !== NONE;
  if (running && state.tick >= state.t310EndTick[ue]) return true;
  if (state.tick % params.indicationTicks !== 0) return false;
  const sinrDb = sinrOfLink(links, ue, state.serving[ue]);
  if (sinrDb < params.qOutDb) {
    state.inSyncCount[ue] = 0;
    if (running) return false;
    if (++state.outOfSyncCount[ue] < params.n310) return false;
    state.outOfSyncCount[ue] = 0;
    state.t310EndTick[ue] = state.tick + params.t310Ticks;
    return params.t310Ticks === 0;
  }
  if (sinrDb > params.qInDb) {
    state.outOfSyncCount[ue] = 0;
    if (running && ++state.inSyncCount[ue] >= params.n311) stopMonitoring(state, ue);
  }
  return false;
}

/**
 * Stops T310 and clears both counts: the phone leaves its cell, enters one, or is in sync again. A source whose command was
 * lost has the phone back.
 */
export function stopMonitoring(state: RanState, ue: number): void {
  state.t310EndTick[ue] = NONE;
  state.outOfSyncCount[ue] = 0;
  state.inSyncCount[ue] = 0;
  state.lostCommandOf[ue] = 0;
}
