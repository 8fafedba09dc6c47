// The arms whose cost is known by formula (spec/agents.md section 2): what travels, and what the receiver prefills.
import { type ArmDescription, requireName } from "#core";

export type AgentArm = "none" | "text" | "prefix-cache" | "prefix-miss" | "summary" | "kv" | "single";

/** What an arm does at a hand-off. */
export interface ArmRule {
  readonly carries: "nothing" | "text" | "summary" | "kv";
  /** What of the context the receiver finds in a cache. */
  readonly cached: "nothing" | "full-blocks" | "all";
  /** Whether the receiver can answer as one that read everything itself; measured in no run yet. */
  readonly exact: "exact" | "not exact" | "floor" | "ceiling";
}

export const armRules: Readonly<Record<AgentArm, ArmRule>> = {
  none: { carries: "nothing", cached: "nothing", exact: "floor" },
  text: { carries: "text", cached: "nothing", exact: "exact" },
  "prefix-cache": { carries: "text", cached: "full-blocks", exact: "exact" },
  "prefix-miss": { carries: "text", cached: "nothing", exact: "exact" },
  summary: { carries: "summary", cached: "nothing", exact: "not exact" },
  kv: { carries: "kv", cached: "all", exact: "exact" },
  single: { carries: "nothing", cached: "all", exact: "ceiling" },
};

const describe = (name: AgentArm, bytes: string, summary: string): ArmDescription<"agent"> => ({
  domain: "agent",
  name,
  summary: `${summary} (${armRules[name].exact})`,
  bytes,
  answers: "by formula",
});

/** Every arm, in the order of the specification. */
export const agentArms: readonly ArmDescription<"agent">[] = [
  describe("none", "0", "no context: the receiver gets its task and nothing of what was read before"),
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

/** Returns `name` as an arm; throws BadInputError with the nearest name. */
export function requireArm(name: string): AgentArm {
  return requireName("unknown-arm", "agent arm", name, Object.keys(armRules)) as AgentArm;
}
