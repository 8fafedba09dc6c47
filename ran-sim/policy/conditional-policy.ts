import { type A3Parameters, stepA3 } from "../measurement/a3-event.ts";
import { type A5Parameters, stepA5 } from "../measurement/a5-event.ts";
import { createTriggerState, type TriggerState } from "../measurement/trigger-state.ts";
import { Candidate, NONE } from "../state.ts";
import type { Policy, UeBatch } from "./policy.ts";

export interface ConditionalPolicyParameters {
  readonly filterCoefficient: number;
  readonly maximumCandidates: number;
  /** The early event that has a cell prepared; when the cell leaves it, the preparation is withdrawn. */
  readonly prepare: A3Parameters;
  readonly execute: (A3Parameters & { readonly event: "a3" }) | (A5Parameters & { readonly event: "a5" });
  /** What the condition is evaluated on: the phone's filtered measurements, or the network's L1 reports (LTM). */
  readonly executeOn: "l3" | "l1";
}

/** Phases of a `TriggerState` entry from this one on are in cellsTriggeredList. */
const TRIGGERED = 2;

/**
 * Returns the rule of conditional handover and of LTM: an early event A3 has neighbours prepared, and a condition of its
 * own (condEventA3 or condEventA5 of TS 38.331 5.3.5.13.4) says when to go. The condition is evaluated only on cells
 * whose configuration the phone has stored: its time-to-trigger begins at the configuration at the earliest.
 *
 * LTM has a command that the phone can miss, and so a state 2, from the entering condition of its own rule on. Conditional
 * handover has none, and a cell that is prepared ahead of time is no attempt to leave.
 */
export function createConditionalPolicy(
  parameters: ConditionalPolicyParameters,
  ueCount: number,
  cellCount: number,
): Policy {
  const early = createTriggerState(ueCount, cellCount);
  const condition = createTriggerState(ueCount, cellCount);
  const entries = ueCount * cellCount;
  const prepare = new Uint8Array(entries);
  const cancel = new Uint8Array(ueCount);
  const visibleDbm = new Float64Array(entries);
  return {
    filterCoefficient: parameters.filterCoefficient,
    memory: null,
    observe: () => undefined,
    decide(observations) {
      const { serving, l3RsrpDbm, l1RsrpDbm, candidatePhase, tickMs } = observations;
      if (candidatePhase === null)
        throw new RangeError("a conditional policy needs a machine with candidates");
      stepA3(parameters.prepare, early, l3RsrpDbm, serving, undefined, tickMs);
      for (let ue = 0; ue < ueCount; ue++) {
        chooseCandidates(observations, candidatePhase, early, parameters.maximumCandidates, ue, prepare);
      }
      const measuredDbm = parameters.executeOn === "l1" ? l1RsrpDbm : l3RsrpDbm;
      showConfigured(observations, candidatePhase, measuredDbm, condition, visibleDbm);
      const { execute } = parameters;
      const target =
        execute.event === "a3"
          ? stepA3(execute, condition, visibleDbm, serving, undefined, tickMs)
          : stepA5(execute, condition, visibleDbm, serving, undefined, tickMs);
      if (parameters.executeOn === "l3") return { target, cancel, prepare };
      return {
        ...{ target, cancel, prepare },
        entering: { cell: condition.enteringCell, forMs: condition.enteringMs },
      };
    },
  };
}

/** Keeps what is prepared while it is in the list, and adds the strongest others up to the maximum. */
function chooseCandidates(
  { serving, l3RsrpDbm, cellCount }: UeBatch,
  candidatePhase: Uint8Array,
  early: TriggerState,
  maximum: number,
  ue: number,
  prepare: Uint8Array,
): void {
  const row = ue * cellCount;
  let chosen = 0;
  for (let cell = 0; cell < cellCount; cell++) {
    const listed = serving[ue] !== NONE && early.phase[row + cell] >= TRIGGERED;
    prepare[row + cell] = listed && candidatePhase[row + cell] !== Candidate.none ? 1 : 0;
    chosen += prepare[row + cell];
  }
  if (serving[ue] === NONE) return;
  while (chosen < maximum) {
    let best = NONE;
    for (let cell = 0; cell < cellCount; cell++) {
      const open = early.phase[row + cell] >= TRIGGERED && prepare[row + cell] === 0;
      if (open && (best === NONE || l3RsrpDbm[row + cell] > l3RsrpDbm[row + best])) best = cell;
    }
    if (best === NONE) return;
    prepare[row + best] = 1;
    chosen++;
  }
}

/** Writes the measurements with NaN, "not measured", for every cell whose configuration the phone does not have. */
function showConfigured(
  { serving, ueCount, cellCount }: UeBatch,
  candidatePhase: Uint8Array,
  measuredDbm: Float64Array,
  condition: TriggerState,
  out: Float64Array,
): void {
  for (let ue = 0; ue < ueCount; ue++) {
    for (let cell = 0; cell < cellCount; cell++) {
      const at = ue * cellCount + cell;
      const seen = cell === serving[ue] || candidatePhase[at] >= Candidate.configured;
      out[at] = seen ? measuredDbm[at] : Number.NaN;
      // A cell that was withdrawn while its condition held must not count as met when it is prepared again.
      if (!seen) condition.phase[at] = 0;
    }
  }
}
