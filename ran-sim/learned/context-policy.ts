import { whenReady } from "#core";
import type { Policy, UeBatch } from "../policy/policy.ts";
import { NONE, Phase } from "../state.ts";
import type { ContextMemory } from "./context-memory.ts";
import { decideByExpectation, type ExpectationRule } from "./expectation-rule.ts";

/**
 * Returns the policy that hands over by what a learned memory expects; it decides when a report has come, or what is expected
 * on one.
 */
export function createContextPolicy(memory: ContextMemory, rule: ExpectationRule, ueCount: number): Policy {
  const target = new Int32Array(ueCount);
  const cancel = new Uint8Array(ueCount);
  const decisions = { target, cancel };
  const lastPhase = new Uint8Array(ueCount);
  const lastServing = new Int32Array(ueCount).fill(NONE);
  const arrivedAtS = new Float64Array(ueCount).fill(Number.NEGATIVE_INFINITY);

  /** A stay that is too short begins with a completed handover; whoever re-establishes was not handed over. */
  const watch = ({ phase, serving, timeS }: UeBatch): void => {
    for (let ue = 0; ue < ueCount; ue++) {
      if (phase[ue] === Phase.connected && serving[ue] !== lastServing[ue]) {
        arrivedAtS[ue] = lastPhase[ue] === Phase.executing ? timeS : Number.NEGATIVE_INFINITY;
        lastServing[ue] = serving[ue];
      }
      lastPhase[ue] = phase[ue];
    }
  };

  return {
    filterCoefficient: 0,
    memory,
    observe: (observations) => memory.observe(observations),
    decide(observations) {
      watch(observations);
      if (!observations.hasReport && memory.isFresh === undefined) {
        target.fill(NONE);
        return decisions;
      }
      return whenReady(memory.observe(observations), () => {
        decideByExpectation(rule, memory, observations, arrivedAtS, decisions);
        for (let ue = 0; ue < ueCount; ue++) if (memory.isFresh?.(ue) === false) target[ue] = NONE;
        return decisions;
      });
    },
  };
}
