// The arms that a language model really runs (spec/agents.md section 2), and what each asks of it.
import { type ArmDescription, type HandOffEnd, requireName } from "#core";
import { agentEnds } from "../pipeline/arms.ts";
import { agentArmName } from "../pipeline/former-arms.ts";

/** Who makes a latent. Files of weights are called so; an arm is called by what crosses, so that `latent` is `attention`'s. */
export const encoderNames = ["published", "pooled", "attention", "slots", "oracle"] as const;
export type EncoderName = (typeof encoderNames)[number];

export type MeasuredArm =
  | "cold"
  | "text"
  | "prefix-cache"
  | "prefix-miss"
  | "summary"
  | "kv"
  | "latent"
  | Exclude<EncoderName, "attention">
  | "answer"
  | "single"
  | "another"
  | "mean"
  | "permuted";

/** What an arm does at a hand-off. */
export interface MeasuredRule {
  readonly carries: "nothing" | "text" | "summary" | "kv" | "latent" | "answer";
  /** Of `latent`: who makes it. The controls take the attention encoder's. */
  readonly encoder?: EncoderName;
  /** What is done to the latent, so that it must be worth nothing. */
  readonly control?: "another" | "mean" | "permuted";
  /** Whether the receiver can answer as one that read everything itself. */
  readonly exact: string;
  readonly bytes: string;
  readonly summary: string;
}

const latent = (encoder: EncoderName, summary: string, exact = "not exact"): MeasuredRule => ({
  carries: "latent",
  encoder,
  exact,
  bytes: "payload, 24 B of header included",
  summary,
});
const control = (name: NonNullable<MeasuredRule["control"]>, summary: string): MeasuredRule => ({
  ...latent("attention", summary, "must be at chance"),
  control: name,
});

export const measuredRules: Readonly<Record<MeasuredArm, MeasuredRule>> = {
  cold: { carries: "nothing", exact: "floor", bytes: "0", summary: "the receiver gets its question alone" },
  text: {
    carries: "text",
    exact: "exact",
    bytes: "~5 a token, or 2 as ids",
    summary: "full text, read again by every receiver",
  },
  "prefix-cache": {
    carries: "text",
    exact: "exact",
    bytes: "~5 a token, or 2 as ids",
    summary: "full text before the role prompt: its full blocks are in the prefix cache",
  },
  "prefix-miss": {
    carries: "text",
    exact: "exact",
    bytes: "~5 a token, or 2 as ids",
    summary: "full text behind the role prompt: the prefix cache misses",
  },
  summary: {
    carries: "summary",
    exact: "not exact",
    bytes: "~5 a token of the summary",
    summary: "sentences picked by term frequency",
  },
  kv: {
    carries: "kv",
    exact: "exact",
    bytes: "2 L Hkv d b a token",
    summary: "the key-value cache itself, fp16 or int8, exported and imported",
  },
  published: latent("published", "mean-pooled latent, the published loss without a task"),
  pooled: latent("pooled", "mean-pooled latent, trained for the task through the frozen model"),
  latent: latent(
    "attention",
    "attention-pooled latent, trained to rebuild the text and for the task: the learned compressor that finds the facts itself",
  ),
  slots: latent(
    "slots",
    "one latent slot for each fact; its sender is told where the values stand, also when it is used",
  ),
  oracle: latent("oracle", "memory vectors optimised for each document: what the bytes could hold", "bound"),
  answer: {
    carries: "answer",
    exact: "rate floor",
    bytes: "2 a token of the answer",
    summary: "the sender knows the question and sends its answer",
  },
  single: { carries: "nothing", exact: "ceiling", bytes: "0", summary: "one agent does it all: no hand-off" },
  another: control("another", "control: the latent of another document"),
  mean: control("mean", "control: the mean latent of other documents"),
  permuted: control("permuted", "control: the latent's own values in another order"),
};

/** Every arm of a measured run, in the order of the specification. */
export const measuredArms: readonly ArmDescription<"agent">[] = Object.entries(measuredRules).map(
  ([name, { bytes, summary, exact }]): ArmDescription<"agent"> => ({
    domain: "agent",
    name,
    bytes,
    summary: `${summary} (${exact})`,
    end: endOfArm(name as MeasuredArm),
    answers: "measured",
  }),
);

/** Returns what the receiver knows in the end when all goes well; how much of it, the answers tell. */
function endOfArm(name: MeasuredArm): HandOffEnd {
  const { carries, control } = measuredRules[name];
  if (control !== undefined) return agentEnds.standIn;
  switch (carries) {
    case "nothing":
      return name === "single" ? agentEnds.single : agentEnds.notCarried;
    case "text":
      return name === "prefix-cache" ? agentEnds.cacheHit : agentEnds.reread;
    case "summary":
      return agentEnds.summary;
    case "kv":
      return agentEnds.loaded;
    case "latent":
      return agentEnds.projected;
    case "answer":
      return agentEnds.answer;
  }
}

/** Returns `name`, or what it is called now, as an arm of a measured run; throws BadInputError with the nearest name. */
export function requireMeasuredArm(name: string): MeasuredArm {
  return requireName(
    "unknown-arm",
    "agent arm",
    agentArmName(name),
    Object.keys(measuredRules),
  ) as MeasuredArm;
}
