import { type ArmDescription, BadInputError, currentName, type FormerNames, requireName } from "#core";
import type { RanScenario } from "../scenario.ts";
import type { Arm, ArmContext, ArmDefinition } from "./arms/arm.ts";
import { contextArms } from "./arms/context-arms.ts";
import { limitArms } from "./arms/limit-arms.ts";
import { ruleArms } from "./arms/rule-arms.ts";
import { trendArms } from "./arms/trend-arms.ts";
import type { ArmVariant } from "./arms/variant.ts";
import { vendorArms } from "./arms/vendor-arms.ts";

/** The table of arms, and who can run where. A new arm is a definition in a file of `arms/`. */

export type { Arm, ArmContext } from "./arms/arm.ts";

/** What remembers a phone; arms of one name differ by it and carry the same thing. */
type Memory = RanScenario["network"]["memory"];

const memoryArms: Readonly<Record<Memory, readonly ArmDefinition[]>> = {
  learned: [...contextArms, ...vendorArms],
  trend: trendArms,
};

const everyDefinition: readonly ArmDefinition[] = [
  ...ruleArms,
  ...contextArms,
  ...vendorArms,
  ...trendArms.filter(({ name }) => !contextArms.some((arm) => arm.name === name)),
  ...limitArms,
];

/** Returns the definition of an arm where `memory` remembers; undefined where there is none. */
function definitionOf(arm: string, memory: Memory): ArmDefinition | undefined {
  return [...ruleArms, ...memoryArms[memory], ...limitArms].find(({ name }) => name === arm);
}

/** In the order in which they are reported. */
export const ranArms: readonly ArmDescription<"ran">[] = everyDefinition.map(
  ({ name, summary, bytes, end }) => ({
    domain: "ran",
    name,
    summary,
    bytes,
    end,
  }),
);

export const ranArmNames: readonly string[] = ranArms.map((arm) => arm.name);

/** Arms that can run without an end and without recorded journeys: those of the dashboard. */
export const liveRanArms: readonly ArmDescription<"ran">[] = ranArms.filter(({ name }) =>
  limitArms.every((limit) => limit.name !== name),
);

/** What runs when no arms are named. */
export function defaultRanArms(memory: Memory): readonly string[] {
  return memory === "learned"
    ? ["a3-tuned", "cold", "latent", "whole", "raw", "another"]
    : ["a3-set3", "cold", "whole", "pca", "raw", "another"];
}

/** What arms were called before; accepted wherever an arm is named, and never printed of a new run. */
export const formerRanArms: FormerNames = { full: "whole", raw128: "raw", shuffled: "another" };

/** Returns what an arm is called now; a name that never was one stays as it is, to be refused where names are checked. */
export function ranArmName(name: string): string {
  return currentName(formerRanArms, name);
}

/** Returns the variants with the arms' names of now; what their rows are called stays. */
export function inCurrentNames(variants: readonly ArmVariant[]): readonly ArmVariant[] {
  return variants.map((variant) => ({ ...variant, arm: ranArmName(variant.arm) }));
}

/**
 * Returns `named` in the names of now when each is known and none occurs twice, under whatever name; throws a BadInputError
 * otherwise.
 */
export function checkArms(named: readonly string[], known: readonly string[]): readonly string[] {
  const arms = named.map(ranArmName);
  for (const [i, arm] of arms.entries()) {
    requireName("unknown-arm", "--arms", arm, known);
    if (arms.indexOf(arm) !== i) {
      throw new BadInputError("unknown-arm", {
        subject: "--arms",
        expected: "each arm once",
        got: `"${arm}" twice`,
      });
    }
  }
  return arms;
}

/** Returns what {@link checkArms} returns, for worlds that were not recorded: throws for an arm that needs traces. */
export function checkSyntheticArms(named: readonly string[]): readonly string[] {
  const arms = checkArms(named, ranArmNames);
  const recorded = arms.find(needsLookupTable);
  if (recorded === undefined) return arms;
  throw new BadInputError("unsuitable-arm", {
    subject: "--arms",
    expected: "arms that can run on synthetic worlds",
    got: `"${recorded}", which looks up recorded journeys`,
    remedy: `leave it out, or run it on traces: baton ran replay <folder> --arms ${recorded}`,
  });
}

/** Returns the arms whose memories' states of training worlds `arms` need in worlds of so many phones; most need none. */
export function statesNeeded(arms: readonly string[], memory: Memory, ueCount: number): readonly string[] {
  const needed = arms.map((arm) => {
    const { statesOf, whenAlone = false } = definitionOf(arm, memory) ?? {};
    return whenAlone && ueCount > 1 ? undefined : statesOf;
  });
  return [...new Set(needed.filter((of) => of !== undefined))];
}

/** Whether the arm needs rows of other recorded journeys. */
export function needsLookupTable(arm: string): boolean {
  return limitArms.some(({ name, needs }) => name === arm && needs === "lookupTable");
}

/** Whether any of the arms is of a network of two vendors. */
export function ofTwoVendors(arms: readonly string[]): boolean {
  return vendorArms.some(({ name }) => arms.includes(name));
}

/** Returns the arm of a known name. Throws RangeError for any other: names are checked where they are read. */
export function createArm(name: string, context: ArmContext): Arm {
  const { memory } = context.scenario.network;
  const definition = definitionOf(name, memory);
  if (definition === undefined) {
    if (!ranArmNames.includes(name)) throw new RangeError(`createArm: no arm "${name}"`);
    throw new BadInputError("unsuitable-arm", {
      subject: `scenario ${context.scenario.name}, network.memory`,
      expected: `a memory for which there is an arm ${name}`,
      got: `"${memory}"`,
      remedy: `--set network.memory=${memory === "trend" ? "learned" : "trend"}, or leave the arm out`,
    });
  }
  return { name, ...definition.create({ ...context, end: definition.end }) };
}
