import { type A5Parameters, stepA5 } from "../measurement/a5-event.ts";
import { createTriggerState } from "../measurement/trigger-state.ts";
import { cancelWhereLeft } from "./cancel-on-leave.ts";
import type { Policy } from "./policy.ts";

/** Returns the rule of event A5: the serving cell is below one threshold and a neighbour above another. */
export function createA5Policy(
  parameters: A5Parameters & { readonly filterCoefficient: number; readonly reportOnLeave: boolean },
  ueCount: number,
  cellCount: number,
): Policy {
  const triggers = createTriggerState(ueCount, cellCount);
  const cancel = new Uint8Array(ueCount);
  return {
    filterCoefficient: parameters.filterCoefficient,
    memory: null,
    observe: () => undefined,
    decide(observations) {
      const { l3RsrpDbm, serving, tickMs } = observations;
      const target = stepA5(parameters, triggers, l3RsrpDbm, serving, undefined, tickMs);
      if (parameters.reportOnLeave) cancelWhereLeft(observations, triggers, cancel);
      return { target, cancel };
    },
  };
}
