import { NONE } from "../state.ts";
import type { LookupTable } from "./lookup-table.ts";
import type { Policy } from "./policy.ts";

/**
 * Returns the policy that remembers the map and nothing else: at each report of a phone, ask for the cell that was best
 * after the nearest report of the table. No offset, no timer: what it gains is what remembering is worth, and what it
 * loses is what a rule around it would have to mend.
 */
export function createLookupPolicy(table: LookupTable, ueCount: number): Policy {
  const target = new Int32Array(ueCount);
  const cancel = new Uint8Array(ueCount);
  return {
    filterCoefficient: 0,
    memory: null,
    observe: () => undefined,
    decide({ hasReport, serving, reportedRsrpDbm, cellCount }) {
      target.fill(NONE);
      for (let ue = 0; hasReport && ue < ueCount; ue++) {
        if (serving[ue] === NONE) continue;
        const best = table.bestCell(reportedRsrpDbm.subarray(ue * cellCount, (ue + 1) * cellCount));
        if (best !== serving[ue]) target[ue] = best;
      }
      return { target, cancel };
    },
  };
}
