import { type ArmDescription, BadInputError, requireName } from "#core";
import type { Arm, ArmContext, ArmDefinition } from "./arms/arm.ts";
import { limitArms } from "./arms/limit-arms.ts";
import { ruleArms } from "./arms/rule-arms.ts";
import { trendArms } from "./arms/trend-arms.ts";

/** The table of arms, and who can run where. A new arm is a definition in a file of `arms/`. */

export type { Arm, ArmContext } from "./arms/arm.ts";
export { trendOf } from "./arms/trend-arms.ts";

const definitions: readonly ArmDefinition[] = [...ruleArms, ...trendArms, ...limitArms];

/** In the order in which they are reported. */
export const ranArms: readonly ArmDescription<"ran">[] = definitions.map(({ name, summary, bytes }) => ({
  domain: "ran",
  name,
  summary,
  bytes,
}));

export const ranArmNames: readonly string[] = ranArms.map((arm) => arm.name);

/** Arms that can run without an end and without recorded journeys: those of the dashboard. */
export const liveRanArms: readonly ArmDescription<"ran">[] = ranArms.filter(
  ({ name }) => !needsLookupTable(name) && needOf(name) !== "end of the world",
);

/** What runs when no arms are named. */
export const defaultRanArms: readonly string[] = ["a3-set3", "cold", "full", "pca", "raw128", "shuffled"];

/** Returns `arms` when each is known and none occurs twice; throws a BadInputError otherwise. */
export function checkArms(arms: readonly string[], known: readonly string[]): readonly string[] {
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

/** Returns `arms`, checked by {@link checkArms}, for worlds that were not recorded: throws for one that needs traces. */
export function checkSyntheticArms(arms: readonly string[]): readonly string[] {
  const recorded = checkArms(arms, ranArmNames).find(needsLookupTable);
  if (recorded === undefined) return arms;
  throw new BadInputError("unsuitable-arm", {
    subject: "--arms",
    expected: "arms that can run on synthetic worlds",
    got: `"${recorded}", which looks up recorded journeys`,
    remedy: `leave it out, or run it on traces: baton ran replay <folder> --arms ${recorded}`,
  });
}

/** Whether the arm needs states from training worlds. */
export function needsTraining(arm: string): boolean {
  return needOf(arm) === "trainingStates";
}

/** Whether the arm needs rows of other recorded journeys. */
export function needsLookupTable(arm: string): boolean {
  return needOf(arm) === "lookupTable";
}

/** Returns the arm of a known name. Throws RangeError for any other: names are checked where they are read. */
export function createArm(name: string, context: ArmContext): Arm {
  const definition = definitions.find((one) => one.name === name);
  if (definition === undefined) throw new RangeError(`createArm: no arm "${name}"`);
  return { name, ...definition.create(context) };
}

function needOf(arm: string): ArmDefinition["needs"] {
  return definitions.find(({ name }) => name === arm)?.needs;
}
