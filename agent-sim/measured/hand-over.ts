// One hand-off of one task: what the sender makes of what it holds, what crosses, what the receiver has of it.
import type { Link, ReceptionOutcome } from "#core";
import type { MessageFailure, MessageRoute } from "../hand-off/message.ts";
import type { KvCache } from "../language-model/language-model.ts";
import type { StepClock } from "./clock.ts";
import type { ReadContext } from "./latents.ts";
import type { Crossing } from "./message-link.ts";
import type { Ask, Context, Reader, Reading } from "./reader.ts";

/** The document as the stage that begins has it: read once, in every arm alike. */
export interface Source {
  /** Counts the documents of a shard. */
  readonly entity: number;
  readonly tokens: Int32Array;
  /** Of what begins a text and the document. */
  readonly cache: KvCache;
  readonly read: ReadContext;
}

/** What a stage has of the shared context and can hand on. */
export interface Holding {
  readonly source: Source;
  /** The context as text; null for arms that send none. */
  readonly tokens: Int32Array | null;
  /** Of what begins a text and the context; null where it came otherwise. */
  readonly cache: KvCache | null;
  /** What it read, for arms that compress it. */
  readonly read: ReadContext | null;
  /** A payload as it came, to be passed on; null for the first sender, and where nothing came. */
  readonly payload: Uint8Array | null;
  /** Whether it is the first sender. */
  readonly isFirst: boolean;
}

/** Why a receiver has to do without: it then knows as much as in the arm `cold`. */
export type ColdStart = Exclude<ReceptionOutcome, "warm"> | MessageFailure;

export interface HandedOver {
  readonly context: Context;
  /** Null where the arm sends nothing on purpose. */
  readonly outcome: "warm" | ColdStart | null;
  readonly crossing: Crossing;
  /** Returns what the receiver can hand on. `reading` is its reading of `context`; null when it has not read. */
  hold(reading: Reading | null): Holding;
}

/** Which hand-off it is. */
export interface HandOverCall {
  /** Its sequence counts the messages of a task, so that each meets the link's faults on its own. */
  readonly route: MessageRoute;
  readonly clock: StepClock;
  /** What the receiver will be asked; only the answer oracle may look. */
  readonly ask: Ask;
}

/** How an arm hands over. */
export interface Carrier {
  /** Whether the message depends on the question. */
  readonly seesQuestion: boolean;
  handOver(holding: Holding, call: HandOverCall): Promise<HandedOver>;
}

/** What the carriers of a shard share. */
export interface CarrierParts {
  readonly reader: Reader;
  readonly link: Link;
  readonly relay: "forward" | "reencode";
}

export const nothingCrossed: Crossing = { wireBytes: 0, headerBytes: 0, head: new Uint8Array(0) };

/** Returns what a receiver has when nothing usable came. */
export function coldStart(holding: Holding, outcome: ColdStart, crossing: Crossing): HandedOver {
  return { context: { kind: "nothing" }, outcome, crossing, hold: () => emptyHanded(holding) };
}

/** Returns a stage that has nothing to hand on. */
export function emptyHanded({ source }: Holding): Holding {
  return { source, tokens: null, cache: null, read: null, payload: null, isFirst: false };
}

/** Returns the first sender. */
export function firstSender(source: Source): Holding {
  const { tokens, cache, read } = source;
  return { source, tokens, cache, read, payload: null, isFirst: true };
}
