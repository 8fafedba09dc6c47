// The arms whose cost is known by formula (spec/agents.md section 2): what travels, and what the receiver prefills.
import { type ArmDescription, type HandOffEnd, requireName } from "#core";
import { agentArmName } from "./former-arms.ts";

export type AgentArm = "cold" | "text" | "prefix-cache" | "prefix-miss" | "summary" | "kv" | "single";

/** What an arm does at a hand-off. */
export interface ArmRule {
  readonly carries: "nothing" | "text" | "summary" | "kv";
  /** What of the context the receiver finds in a cache. */
  readonly cached: "nothing" | "full-blocks" | "all";
  /** Whether the receiver can answer as one that read everything itself; measured in no run yet. */
  readonly exact: "exact" | "not exact" | "floor" | "ceiling";
  /** What the receiver knows in the end; of `prefix-cache` where the cache holds a block, otherwise it reads again. */
  readonly end: HandOffEnd;
}

/** The ends of an agent's hand-offs, which the measured arms of the same names have too. */
export const agentEnds = {
  notCarried: { ends: "lost", because: "notCarried" },
  reread: { ends: "restored", because: "reread" },
  cacheHit: { ends: "kept", because: "cacheHit" },
  summary: { ends: "restored", because: "summary" },
  loaded: { ends: "restored", because: "loaded" },
  projected: { ends: "restored", because: "projected" },
  answer: { ends: "restored", because: "answer" },
  standIn: { ends: "lost", because: "standIn" },
  single: { ends: "kept", because: "nobodyElse" },
} as const satisfies Readonly<Record<string, HandOffEnd>>;

export const armRules: Readonly<Record<AgentArm, ArmRule>> = {
  cold: { carries: "nothing", cached: "nothing", exact: "floor", end: agentEnds.notCarried },
  text: { carries: "text", cached: "nothing", exact: "exact", end: agentEnds.reread },
  "prefix-cache": { carries: "text", cached: "full-blocks", exact: "exact", end: agentEnds.cacheHit },
  "prefix-miss": { carries: "text", cached: "nothing", exact: "exact", end: agentEnds.reread },
  summary: { carries: "summary", cached: "nothing", exact: "not exact", end: agentEnds.summary },
  kv: { carries: "kv", cached: "all", exact: "exact", end: agentEnds.loaded },
  single: { carries: "nothing", cached: "all", exact: "ceiling", end: agentEnds.single },
};

const describe = (name: AgentArm, bytes: string, summary: string): ArmDescription<"agent"> => ({
  domain: "agent",
  name,
  summary: `${summary} (${armRules[name].exact})`,
  bytes,
  end: armRules[name].end,
  answers: "by formula",
});

/** Every arm, in the order of the specification. */
export const agentArms: readonly ArmDescription<"agent">[] = [
  describe("cold", "0", "no context: the receiver gets its task and nothing of what was read before"),
  describe("text", "~4 a token, or 2-4 as ids", "full text, read again by every receiver"),
  describe(
    "prefix-cache",
    "~4 a token",
    "full text before the role prompt: all full blocks are in the prefix cache",
  ),
  describe("prefix-miss", "~4 a token", "full text behind the role prompt: the prefix cache misses"),
  describe("summary", "~4 a token of the summary", "a summary of the text, extractive or generated"),
  describe("kv", "2 L Hkv d b a token", "the key-value cache itself, fp16 or int8, same model and positions"),
  describe("single", "0", "one agent does it all: no hand-off, nothing read twice"),
];

/** Returns `name`, or what it is called now, as an arm; throws BadInputError with the nearest name. */
export function requireArm(name: string): AgentArm {
  return requireName("unknown-arm", "agent arm", agentArmName(name), Object.keys(armRules)) as AgentArm;
}
