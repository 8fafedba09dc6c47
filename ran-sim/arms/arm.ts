import type { HandOff, HandOffEnd, StateBatch } from "#core";
import type { LookupTable } from "../policy/lookup-table.ts";
import type { Policy } from "../policy/policy.ts";
import type { Procedure } from "../ran-params.ts";
import type { RanScenario } from "../scenario.ts";
import type { World } from "../world.ts";
import type { StandardIe } from "../xn/index.ts";

/** What an arm is: a policy, the procedure that its handovers follow, and what crosses the boundary. */

/** Whose state the sender compresses for a phone. */
export type Sends =
  | { readonly what: "own" }
  /** `among`: whether the state of `other` can stand in for that of `ue`; left out, that of any phone can. */
  | { readonly what: "another"; among?(ue: number, other: number): boolean }
  /** A fixed row, or one drawn for (phone, attempt). */
  | { readonly what: "row"; row(ue: number, attempt: number): Float32Array };

/** One arm in one world: fresh state, ready to run. */
export interface Arm {
  readonly name: string;
  /** How its handovers end when all goes well. */
  readonly end: HandOffEnd;
  readonly policy: Policy;
  readonly procedure: Procedure;
  /** Null: nothing is sent. `standardIe`: which IE of the HANDOVER REQUEST the payload is, where it is one. */
  readonly handOff: (HandOff<StateBatch, StateBatch> & { readonly standardIe?: StandardIe }) | null;
  readonly sends: Sends;
}

/** What an arm is made for. */
export interface ArmContext {
  readonly scenario: RanScenario;
  readonly world: World;
  readonly seed: number;
  /** Returns what the memory of the arm `of` held in training worlds, none of which is among the test worlds. */
  readonly trainingStates: (of: string) => StateBatch;
  /** Returns the rows of other recorded journeys than the one of this world. */
  readonly lookupTable?: () => LookupTable;
}

/** How one arm is made. */
export interface ArmDefinition {
  readonly name: string;
  readonly summary: string;
  /** Bytes on Xn for a handover, in words. */
  readonly bytes: string;
  /**
   * How its handovers end when all goes well, by what the target knows of the phone's past of all that the rule could use: kept, where
   * a handover takes nothing away; restored, where the state is made anew from what crosses; lost otherwise.
   */
  readonly end: HandOffEnd;
  /** What of the context it needs besides the scenario. */
  readonly needs?: "lookupTable" | "end of the world";
  /** The arm whose memory's states of training worlds it needs; absent when it needs none. */
  readonly statesOf?: string;
  /** It needs them in a world of one phone only, where there is no other phone. */
  readonly whenAlone?: boolean;
  create(context: ArmContext): MadeArm;
}

/** What a definition makes; its name and how its handovers end stand in the definition. */
export type MadeArm = Omit<Arm, "name" | "end">;

/** The ends that several definitions have. */
export const ends = {
  notCarried: { ends: "lost", because: "notCarried" },
  nothingKept: { ends: "lost", because: "nothingKept" },
  standIn: { ends: "lost", because: "standIn" },
  projected: { ends: "restored", because: "projected" },
  replayed: { ends: "restored", because: "replayed" },
  loaded: { ends: "restored", because: "loaded" },
} as const satisfies Readonly<Record<string, HandOffEnd>>;

/** Returns an arm that decides by `policy` and sends nothing. */
export function ruleArm(policy: Policy, procedure: Procedure = "basic"): MadeArm {
  return { policy, procedure, handOff: null, sends: { what: "own" } };
}
