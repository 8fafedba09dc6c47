// What arms of agents were called before they had the names of phones' arms for the same things.
import { BadInputError, currentName, type FormerNames } from "#core";

/** Former names; accepted wherever an arm is named, and never printed of a new run. */
export const formerAgentArms: FormerNames = {
  none: "cold",
  attention: "latent",
  "wrong-document": "another",
  shuffled: "permuted",
};

/** Returns what an arm is called now; a name that never was one stays as it is, to be refused where names are checked. */
export function agentArmName(name: string): string {
  return currentName(formerAgentArms, name);
}

/** Returns `named` in the names of now; throws a BadInputError where one occurs twice, under whatever name. */
export function agentArmNamesOf(named: readonly string[]): readonly string[] {
  const arms = named.map(agentArmName);
  const twice = arms.find((arm, i) => arms.indexOf(arm) !== i);
  if (twice === undefined) return arms;
  throw new BadInputError("unknown-arm", {
    subject: "--arms",
    expected: "each arm once",
    got: `"${twice}" twice`,
  });
}
