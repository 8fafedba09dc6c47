import { NONE, Phase } from "../state.ts";
import type { Policy } from "./policy.ts";

/**
 * Returns `rule` with a timer: a phone is never asked back to the cell that it came from within `holdMs` of its arrival.
 * The way back is only put off, to the first report
 * after; a third cell is not. What this achieves in ping-pong needs no prediction at all. A way back that is put off is no
 * attempt: nobody would ask for it.
 */
export function createDwellPolicy(rule: Policy, holdMs: number, ueCount: number): Policy {
  const current = new Int32Array(ueCount).fill(NONE);
  const previous = new Int32Array(ueCount).fill(NONE);
  const sinceTick = new Int32Array(ueCount);
  const target = new Int32Array(ueCount);
  const enteringCell = new Int32Array(ueCount);
  return {
    ...rule,
    decide(observations) {
      const { serving, phase, tick, tickMs } = observations;
      for (let ue = 0; ue < ueCount; ue++) {
        // After a failure there is no cell that it was handed over from.
        if (phase[ue] === Phase.reestablishing || phase[ue] === Phase.idle) current[ue] = NONE;
        if (serving[ue] === NONE || serving[ue] === current[ue]) continue;
        previous[ue] = current[ue];
        current[ue] = serving[ue];
        sinceTick[ue] = tick;
      }
      const decided = rule.decide(observations);
      if (decided instanceof Promise) throw new RangeError("createDwellPolicy: the rule must decide at once");
      const { entering } = decided;
      for (let ue = 0; ue < ueCount; ue++) {
        const held = (tick - sinceTick[ue]) * tickMs < holdMs;
        const allowed = (cell: number): number => (held && cell === previous[ue] ? NONE : cell);
        target[ue] = allowed(decided.target[ue]);
        if (entering !== undefined) enteringCell[ue] = allowed(entering.cell[ue]);
      }
      return {
        ...decided,
        target,
        ...(entering === undefined ? {} : { entering: { ...entering, cell: enteringCell } }),
      };
    },
  };
}
