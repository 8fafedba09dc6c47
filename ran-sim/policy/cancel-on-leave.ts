import type { TriggerState } from "../measurement/trigger-state.ts";
import { NONE } from "../state.ts";
import type { UeBatch } from "./policy.ts";

/** Phases of a `TriggerState` entry from this one on are in cellsTriggeredList. */
const TRIGGERED = 2;

/** Writes 1 where the cell under preparation has left cellsTriggeredList: reportOnLeave tells the source to cancel. */
export function cancelWhereLeft(observations: UeBatch, triggers: TriggerState, cancel: Uint8Array): void {
  const { target, ueCount, cellCount } = observations;
  for (let ue = 0; ue < ueCount; ue++) {
    const left = target[ue] !== NONE && triggers.phase[ue * cellCount + target[ue]] < TRIGGERED;
    cancel[ue] = left ? 1 : 0;
  }
}
