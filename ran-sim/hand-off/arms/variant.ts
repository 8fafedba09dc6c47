import { type Awaitable, whenReady } from "#core";
import type { RanScenario } from "../../scenario.ts";
import type { TrainingStates } from "../../training-states.ts";

/**
 * An arm under parameters of its own, in step with every other on one world: a point of a sweep that costs no world.
 *
 * Its policy and its payload read `scenario` (a3, a5, network, payload, handover.conditional, ...). What makes the world, the reports
 * and the handover machine is the run's alone: layout, radio, mobility, measurement, reports, timers and Xn.
 */
export interface ArmVariant {
  /** What its rows call it; unique among the arms of a run. */
  readonly name: string;
  /** What it is a variant of. */
  readonly arm: string;
  readonly scenario: RanScenario;
  /**
   * Where it is judged. Points that differ in their decisions alone need not be judged on the common handovers, points of which
   * only the state matters need not decide.
   */
  readonly loops: Loops;
}

/** Closed: by what comes of its own decisions; open: by what its state says on handovers that are common to all. */
export type Loops = "both" | "closed" | "open";

/** Throws RangeError when rows of two arms of a run would have one name. */
export function checkRowNames(arms: readonly string[], variants: readonly ArmVariant[]): void {
  const names = [...arms, ...variants.map(({ name }) => name)];
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new RangeError(`two arms of a run are called "${twice}"`);
}

/** A variant, and the training states that its arm needs. */
export type ReadyVariant = ArmVariant & { readonly states?: TrainingStates };

/**
 * Returns the variants with their training states. `statesOf` makes those of a scenario's memory for some arms; it is asked once for
 * all variants of one memory, since neither their rules nor their payloads enter.
 */
export function readyVariants(
  variants: readonly ArmVariant[],
  needs: (variant: ArmVariant) => readonly string[],
  statesOf: (scenario: RanScenario, arms: readonly string[]) => Awaitable<TrainingStates>,
): Awaitable<readonly ReadyVariant[]> {
  const ready: ReadyVariant[] = [];
  const known = new Map<string, TrainingStates>();
  const goOn = (index: number): Awaitable<readonly ReadyVariant[]> => {
    if (index === variants.length) return ready;
    const variant = variants[index];
    const needed = needs(variant);
    if (needed.length === 0) {
      ready.push(variant);
      return goOn(index + 1);
    }
    const key = memoryKey(variant.scenario, needed);
    const states = known.get(key) ?? statesOf(variant.scenario, needed);
    return whenReady(states, (made) => {
      known.set(key, made);
      ready.push({ ...variant, states: made });
      return goOn(index + 1);
    });
  };
  return goOn(0);
}

/**
 * Returns what the states of a memory depend on, of what a variant may change. Its worlds are among that: those of the run are not
 * changed by it, but what it knows can have been learned in others.
 */
export function memoryKey(
  { network, layout, radio, mobility }: RanScenario,
  needed: readonly string[],
): string {
  return JSON.stringify([needed, { ...network, rule: null }, layout, radio, mobility]);
}
