// The arms of each run as lists for people, and from a name that somebody gives to an arm.
import { type ArmDescription, requireName } from "#core";
import { agentArmName } from "../pipeline/former-arms.ts";
import { type AgentArm, type ArmName, armRules, armsOfRun, type FleetArm, type MeasuredArm } from "./arms.ts";

/** Every arm whose cost is known by formula, in the order of the specification. */
export const agentArms = armsOfRun("formula").flatMap((name) => describe(name, "formula"));

/** Those that only a fleet has by formula; what a model makes of them is measured. */
export const fleetOnlyArms = armsOfRun("fleet").flatMap((name) => describe(name, "fleet"));

/** Every arm of a measured run, in the order of the specification. */
export const measuredArms = armsOfRun("measured").flatMap((name) => describe(name, "measured"));

/** Arms of a measured run that can be watched. */
export const measuredLiveArms = measuredArms.filter(({ name }) =>
  armRules[name as MeasuredArm].runs.includes("live"),
);

/** Every arm of a fleet, in the order of the specification. */
export const fleetArmNames: readonly FleetArm[] = armsOfRun("fleet");

/** Arms that ask nothing of a model but that it reads and goes on. */
export const continuationArms = armsOfRun("continuation");

/** Arms of the hand-offs of a trace; `text` is what the trace shows, put into bytes and seconds. */
export const importArms: readonly AgentArm[] = armsOfRun("import");

/** Returns `name`, or what it is called now, as an arm by formula; throws BadInputError with the nearest name. */
export function requireArm(name: string): AgentArm {
  return requireName("unknown-arm", "agent arm", agentArmName(name), armsOfRun("formula")) as AgentArm;
}

/** Returns the same of a fleet; throws BadInputError with the nearest name. */
export function requireFleetArm(name: string): FleetArm {
  return requireName("unknown-arm", "arm of a fleet", agentArmName(name), fleetArmNames) as FleetArm;
}

/** Returns the same of a measured run; throws BadInputError with the nearest name. */
export function requireMeasuredArm(name: string): MeasuredArm {
  return requireName("unknown-arm", "agent arm", agentArmName(name), armsOfRun("measured")) as MeasuredArm;
}

/** Returns whether a name is that of an arm by formula. */
export function isFormulaArm(name: string): name is AgentArm {
  return (armsOfRun("formula") as readonly string[]).includes(name);
}

/** Returns an arm as the list of a run tells it; nothing where that list has no words for it. */
function describe(name: ArmName, list: "formula" | "fleet" | "measured"): readonly ArmDescription<"agent">[] {
  const { words, exact, end } = armRules[name];
  const told = words[list];
  if (told === undefined) return [];
  const { bytes, summary } = told;
  return [
    {
      domain: "agent",
      name,
      bytes,
      summary: list === "fleet" ? summary : `${summary} (${exact})`,
      end: list === "fleet" ? null : end,
      answers: list === "measured" ? "measured" : "by formula",
    },
  ];
}
