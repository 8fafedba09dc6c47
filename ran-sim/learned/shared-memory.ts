import type { Awaitable } from "#core";
import type { ContextMemory } from "./context-memory.ts";

/**
 * Returns `memory` taking each report in once for all rules that are compared on it, whoever of them asks first. Rules differ in
 * who serves a phone; what is remembered must not: the strongest cell stands for it, and the state is never lost.
 */
export function sharedMemory(memory: ContextMemory, ueCount: number, cellCount: number): ContextMemory {
  const strongest = new Int32Array(ueCount);
  let tick = -1;
  let pending: Awaitable<void>;
  return {
    ...memory,
    observe(observations) {
      if (observations.tick === tick) return pending;
      tick = observations.tick;
      for (let ue = 0; ue < ueCount; ue++) {
        const at = ue * cellCount;
        let best = 0;
        for (let cell = 1; cell < cellCount; cell++) {
          if (observations.reportedRsrpDbm[at + cell] > observations.reportedRsrpDbm[at + best]) best = cell;
        }
        strongest[ue] = best;
      }
      pending = memory.observe({ ...observations, serving: strongest });
      return pending;
    },
  };
}
