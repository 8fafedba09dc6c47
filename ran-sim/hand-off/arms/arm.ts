import {
  createHandOff,
  createStream,
  type HandOff,
  type HandOffEnd,
  handOffWithoutMessage,
  type StateBatch,
  type StepLabels,
} from "#core";
import type { LookupTable } from "../../policy/lookup-table.ts";
import type { Policy } from "../../policy/policy.ts";
import type { Procedure } from "../../ran-params.ts";
import type { RanScenario } from "../../scenario.ts";
import type { World } from "../../world.ts";
import type { StandardIe } from "../../xn/index.ts";
import type { CarriedAs, Sends } from "../compress.ts";
import { createPayloadLink } from "../transport.ts";

/** What an arm is: a policy, the procedure that its handovers follow, and what crosses the boundary. */

/** One arm in one world: fresh state, ready to run. */
export interface Arm {
  readonly name: string;
  readonly policy: Policy;
  readonly procedure: Procedure;
  /** What happens at a handover, and how it ends when all goes well. */
  readonly handOff: HandOff<StateBatch, StateBatch>;
  /** Whose state is sent; null: nothing is. */
  readonly sends: Sends | null;
  /** Which element of the HANDOVER REQUEST the payload is; absent when it is none that the standard has. */
  readonly standardIe?: StandardIe;
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
  create(context: DefinedContext): MadeArm;
}

/** What an arm is made for, with the end that its definition tells. */
export interface DefinedContext extends ArmContext {
  readonly end: HandOffEnd;
}

/** What a definition makes; its name stands in the definition. */
export type MadeArm = Omit<Arm, "name">;

/** The ends that several definitions have. */
export const ends = {
  notCarried: { ends: "lost", because: "notCarried" },
  nothingKept: { ends: "lost", because: "nothingKept" },
  standIn: { ends: "lost", because: "standIn" },
  projected: { ends: "restored", because: "projected" },
  replayed: { ends: "restored", because: "replayed" },
  loaded: { ends: "restored", because: "loaded" },
} as const satisfies Readonly<Record<string, HandOffEnd>>;

/** Returns an arm that decides by `policy` and sends nothing; its handovers end as told. */
export function ruleArm(policy: Policy, end: HandOffEnd, procedure: Procedure = "basic"): MadeArm {
  return {
    policy,
    procedure,
    handOff: handOffWithoutMessage<StateBatch>(stepsWithoutMessage(end), end),
    sends: null,
  };
}

/**
 * Returns an arm that decides by `policy` and sends each phone's own state, carried `as` told; `standardIe`: as this element of the
 * HANDOVER REQUEST.
 */
export function carryingArm(
  { scenario, seed, end }: DefinedContext,
  policy: Policy,
  as: CarriedAs,
  standardIe?: StandardIe,
): MadeArm {
  const link = createPayloadLink(scenario.xn, createStream(seed, "xn"), standardIe ?? scenario.xn.carrier);
  return {
    policy,
    procedure: "basic",
    handOff: createHandOff({ ...as, link, end }),
    sends: { what: "own" },
    ...(standardIe === undefined ? {} : { standardIe }),
  };
}

/** What takes the place of each of the three steps where nothing is sent, in words. */
function stepsWithoutMessage({ because }: HandOffEnd): StepLabels {
  switch (because) {
    case "stayed":
      return {
        compress: "nothing: the state stays at the node where it began",
        transport: "reports are forwarded to that node, one by one",
        project: "asks that node",
      };
    case "phoneKeeps":
      return {
        compress: "nothing: the phone has what the rule needs",
        transport: "nothing is sent between the cells",
        project: "hears it from the phone",
      };
    case "needsNoPast":
      return {
        compress: "nothing: the rule looks at no past",
        transport: "nothing is sent between the cells",
        project: "decides as before",
      };
    case "nothingKept":
      return {
        compress: "nothing: the network has no memory of the phone",
        transport: "nothing is sent between the cells",
        project: "starts anew, from the phone's next reports",
      };
    default:
      return {
        compress: "nothing: what the source had learned of the phone is dropped",
        transport: "nothing is sent between the cells",
        project: "starts from nothing, learns from the phone's next reports",
      };
  }
}
