// What each arm puts into the receiver's prompt and on the wire, as far as a fleet's time and price depend on it.
import { type ArmDescription, requireName } from "#core";
import type { AgentArm } from "../pipeline/arms.ts";
import { agentArmName } from "../pipeline/former-arms.ts";

/** The arms by formula, and the latent ones of spec/agents.md section 2: K memory vectors, or a slot for each fact. */
export type FleetArm = AgentArm | "latent" | "slots";

export interface FleetRule {
  readonly carries: "nothing" | "text" | "summary" | "kv" | "vectors" | "slots";
  /** What stands first in a prompt, where the prefix cache looks; null: the servers' cache is off. */
  readonly cachedFirst: "context" | "role" | null;
}

export const fleetRules: Readonly<Record<FleetArm, FleetRule>> = {
  cold: { carries: "nothing", cachedFirst: null },
  text: { carries: "text", cachedFirst: null },
  "prefix-cache": { carries: "text", cachedFirst: "context" },
  "prefix-miss": { carries: "text", cachedFirst: "role" },
  summary: { carries: "summary", cachedFirst: null },
  kv: { carries: "kv", cachedFirst: null },
  latent: { carries: "vectors", cachedFirst: null },
  slots: { carries: "slots", cachedFirst: null },
  single: { carries: "nothing", cachedFirst: null },
};

/** Those that only a fleet has by formula; what a model makes of them is measured. */
export const fleetOnlyArms: readonly ArmDescription<"agent">[] = [
  {
    domain: "agent",
    name: "latent",
    end: null,
    bytes: "fleet.latent.bytes + headers",
    summary: "memory vectors by formula; nothing says whether the receiver can answer from them",
    answers: "by formula",
  },
  {
    domain: "agent",
    name: "slots",
    end: null,
    bytes: "fleet.latent.slots x slotBytes + headers",
    summary:
      "a slot for each fact by formula, where values stand told to the sender; nothing says whether the receiver can answer",
    answers: "by formula",
  },
];

/** Every arm of a fleet, in the order of the specification. */
export const fleetArmNames = Object.keys(fleetRules) as readonly FleetArm[];

/** Returns `name`, or what it is called now, as an arm; throws BadInputError with the nearest name. */
export function requireFleetArm(name: string): FleetArm {
  return requireName("unknown-arm", "arm of a fleet", agentArmName(name), fleetArmNames) as FleetArm;
}
