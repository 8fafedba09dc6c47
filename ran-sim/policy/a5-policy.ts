import { type A5Parameters, stepA5 } from "../measurement/a5-event.ts";
import type { EventReporting } from "../measurement/event-reports.ts";
import { createEventPolicy } from "./event-policy.ts";
import type { Policy } from "./policy.ts";

/** Returns the rule of event A5: the serving cell is below one threshold and a neighbour above another. */
export function createA5Policy(
  parameters: A5Parameters & { readonly filterCoefficient: number } & EventReporting,
  ueCount: number,
  cellCount: number,
): Policy {
  return createEventPolicy(parameters, stepA5, ueCount, cellCount);
}
