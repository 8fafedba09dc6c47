import type { stepA3 } from "../measurement/a3-event.ts";
import type { EventReporting } from "../measurement/event-reports.ts";
import { createTriggerState } from "../measurement/trigger-state.ts";
import { createReportDecisions } from "./act-on-reports.ts";
import type { Policy } from "./policy.ts";

/** Steps one measurement event for all phones; the shape that A3 and A5 share. */
type StepEvent<P> = (
  parameters: P,
  ...rest: Parameters<typeof stepA3> extends [unknown, ...infer Rest] ? Rest : never
) => Int32Array;

/** Returns the rule of one measurement event without a memory: ask for the best cell of each report. */
export function createEventPolicy<P extends { readonly filterCoefficient: number } & EventReporting>(
  parameters: P,
  stepEvent: StepEvent<P>,
  ueCount: number,
  cellCount: number,
): Policy {
  const triggers = createTriggerState(ueCount, cellCount);
  const answer = createReportDecisions(parameters, ueCount);
  return {
    filterCoefficient: parameters.filterCoefficient,
    memory: null,
    observe: () => undefined,
    decide(observations) {
      const { l3RsrpDbm, serving, tickMs } = observations;
      stepEvent(parameters, triggers, l3RsrpDbm, serving, undefined, tickMs);
      return answer(observations, triggers);
    },
  };
}
