import { monitorRadioLink } from "../../../ran-sim/handover/radio-link-monitor.ts";
import type { RanParams } from "../../../ran-sim/ran-params.ts";
import { createRanState, NONE, Phase } from "../../../ran-sim/state.ts";

/**
 * A phone that comes to a cell on tick `from` and stays, as the simulator's monitor sees it. `sinrDb` [tick] is the cell's
 * 200 ms mean SINR.
 */

/** Returns the tick on which its link fails, Infinity for none. */
export function failsAt(params: RanParams, sinrDb: Float64Array, from: number): number {
  const { step } = servedPhone(params, sinrDb);
  for (let tick = from; tick < sinrDb.length; tick++) if (step(tick)) return tick;
  return Number.POSITIVE_INFINITY;
}

/** Whether T310 runs once tick `at` is over, at most T310 after `from`. */
export function t310RunsAt(params: RanParams, sinrDb: Float64Array, from: number, at: number): boolean {
  const { state, step } = servedPhone(params, sinrDb);
  for (let tick = from; tick <= at; tick++) step(tick);
  return state.t310EndTick[0] !== NONE;
}

/** Whether the cell was in sync on each of the N311 ticks before `from`: nothing counts against it, and no T310 runs. */
export function wasInSync({ n311, qInDb }: RanParams, sinrDb: Float64Array, from: number): boolean {
  return sinrDb.subarray(from - n311, from).every((value) => value > qInDb);
}

function servedPhone(params: RanParams, sinrDb: Float64Array) {
  const state = createRanState(1, 1);
  state.phase[0] = Phase.connected;
  state.serving[0] = 0;
  return {
    state,
    step(tick: number): boolean {
      state.tick = tick;
      const links = {
        cellCount: 1,
        rsrpDbm: Float64Array.of(-90),
        sinrDb: sinrDb.subarray(tick, tick + 1),
        bestCell: Int32Array.of(0),
      };
      return monitorRadioLink(params, state, links, 0);
    },
  };
}
