import { type A3Parameters, stepA3 } from "../measurement/a3-event.ts";
import type { EventReporting } from "../measurement/event-reports.ts";
import { createEventPolicy } from "./event-policy.ts";
import type { Policy } from "./policy.ts";

export interface A3PolicyParameters extends A3Parameters, EventReporting {
  /** k, TS 38.331 FilterCoefficient. */
  readonly filterCoefficient: number;
}

/**
 * Parameter sets 1-5 of TR 36.839 (offset and time-to-trigger of sets 1 and 5 as cited by arXiv 2505.21249; sets 2-4
 * and all k from recall of the report). The report states no hysteresis: 0.
 */
export const tr36839Sets = [
  { offsetDb: 3, hysteresisDb: 0, timeToTriggerMs: 480, filterCoefficient: 4 },
  { offsetDb: 3, hysteresisDb: 0, timeToTriggerMs: 160, filterCoefficient: 4 },
  { offsetDb: 2, hysteresisDb: 0, timeToTriggerMs: 160, filterCoefficient: 1 },
  { offsetDb: 1, hysteresisDb: 0, timeToTriggerMs: 80, filterCoefficient: 1 },
  { offsetDb: -1, hysteresisDb: 0, timeToTriggerMs: 40, filterCoefficient: 0 },
] as const;

/** Returns the rule of event A3: ask for the strongest neighbour of each report. */
export function createA3Policy(parameters: A3PolicyParameters, ueCount: number, cellCount: number): Policy {
  return createEventPolicy(parameters, stepA3, ueCount, cellCount);
}
