import type { stepA3 } from "../measurement/a3-event.ts";
import { createTriggerState } from "../measurement/trigger-state.ts";
import { cancelWhereLeft } from "./cancel-on-leave.ts";
import type { Policy } from "./policy.ts";

/** Steps one measurement event for all phones; the shape that A3 and A5 share. */
type StepEvent<P> = (
  parameters: P,
  ...rest: Parameters<typeof stepA3> extends [unknown, ...infer Rest] ? Rest : never
) => Int32Array;

/** Returns the rule of one measurement event without a memory: ask for the neighbour that the event names. */
export function createEventPolicy<
  P extends { readonly filterCoefficient: number; readonly reportOnLeave: boolean },
>(parameters: P, stepEvent: StepEvent<P>, ueCount: number, cellCount: number): Policy {
  const triggers = createTriggerState(ueCount, cellCount);
  const cancel = new Uint8Array(ueCount);
  return {
    filterCoefficient: parameters.filterCoefficient,
    memory: null,
    observe: () => undefined,
    decide(observations) {
      const { l3RsrpDbm, serving, tickMs } = observations;
      const target = stepEvent(parameters, triggers, l3RsrpDbm, serving, undefined, tickMs);
      if (parameters.reportOnLeave) cancelWhereLeft(observations, triggers, cancel);
      return { target, cancel };
    },
  };
}
