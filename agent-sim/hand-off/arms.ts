// Every arm of agents, once: what it carries, what the receiver finds, how it ends, and which runs have it (spec/agents.md section 2).
import type { HandOffEnd } from "#core";

/** Who makes a latent. Files of weights are called so; an arm is called by what crosses, so that `latent` is `attention`'s. */
export const encoderNames = ["published", "pooled", "attention", "slots", "oracle"] as const;
export type EncoderName = (typeof encoderNames)[number];

/**
 * What runs an arm: its cost by `formula`, on a `fleet` of servers, on the hand-offs of a trace (`import`), `measured` through a language
 * model, by the `continuation` of a text, and `live`, for people to watch.
 */
export type RunName = "formula" | "fleet" | "import" | "measured" | "continuation" | "live";

/** An arm told to people, in the runs whose list has words of its own. */
interface ArmWords {
  readonly bytes: string;
  readonly summary: string;
}

/** What an arm does at a hand-off. */
export interface ArmRule {
  readonly carries: "nothing" | "text" | "summary" | "kv" | "latent" | "answer";
  /** What of the context the receiver finds in a cache. */
  readonly cached: "nothing" | "full-blocks" | "all";
  /** Whether the receiver's server looks its prompt up in a prefix cache. */
  readonly prefixCache: boolean;
  /** What stands first in the receiver's prompt, where a prefix cache looks. */
  readonly first: "context" | "role";
  /** Of `latent`: who makes it. */
  readonly encoder?: EncoderName;
  /** What is done to the latent, so that it must be worth nothing. */
  readonly control?: "another" | "mean" | "permuted";
  /** Whether the receiver can answer as one that read everything itself. */
  readonly exact: string;
  /** What the receiver knows in the end; of `prefix-cache` where the cache holds a block, otherwise it reads again. */
  readonly end: HandOffEnd;
  readonly runs: readonly RunName[];
  /** `fleet` where the fleet alone has it by formula: then nothing says what the receiver knows. */
  readonly words: Readonly<Partial<Record<"formula" | "fleet" | "measured", ArmWords>>>;
}

/** The ends of an agent's hand-offs. */
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

const uncached = { cached: "nothing", prefixCache: false, first: "context" } as const;
const text = { carries: "text", exact: "exact" } as const;
const latent = { carries: "latent", ...uncached, exact: "not exact", end: agentEnds.projected } as const;
const control = {
  ...latent,
  encoder: "attention",
  exact: "must be at chance",
  end: agentEnds.standIn,
} as const;
const payload = "payload, 24 B of header included";
const measuredText = "~5 a token, or 2 as ids";

/** In the order of the specification. */
const rules = {
  cold: {
    carries: "nothing",
    ...uncached,
    exact: "floor",
    end: agentEnds.notCarried,
    runs: ["formula", "fleet", "import", "measured", "continuation", "live"],
    words: {
      formula: {
        bytes: "0",
        summary: "no context: the receiver gets its task and nothing of what was read before",
      },
      measured: { bytes: "0", summary: "the receiver gets its question alone" },
    },
  },
  text: {
    ...text,
    ...uncached,
    end: agentEnds.reread,
    runs: ["formula", "fleet", "import", "measured", "continuation", "live"],
    words: {
      formula: { bytes: "~4 a token, or 2-4 as ids", summary: "full text, read again by every receiver" },
      measured: { bytes: measuredText, summary: "full text, read again by every receiver" },
    },
  },
  "prefix-cache": {
    ...text,
    cached: "full-blocks",
    prefixCache: true,
    first: "context",
    end: agentEnds.cacheHit,
    runs: ["formula", "fleet", "import", "measured", "continuation", "live"],
    words: {
      formula: {
        bytes: "~4 a token",
        summary: "full text before the role prompt: all full blocks are in the prefix cache",
      },
      measured: {
        bytes: measuredText,
        summary: "full text before the role prompt: its full blocks are in the prefix cache",
      },
    },
  },
  "prefix-miss": {
    ...text,
    cached: "nothing",
    prefixCache: true,
    first: "role",
    end: agentEnds.reread,
    runs: ["formula", "fleet", "measured", "live"],
    words: {
      formula: { bytes: "~4 a token", summary: "full text behind the role prompt: the prefix cache misses" },
      measured: { bytes: measuredText, summary: "full text behind the role prompt: the prefix cache misses" },
    },
  },
  summary: {
    carries: "summary",
    ...uncached,
    exact: "not exact",
    end: agentEnds.summary,
    runs: ["formula", "fleet", "import", "measured", "continuation", "live"],
    words: {
      formula: {
        bytes: "~4 a token of the summary",
        summary: "a summary of the text, extractive or generated",
      },
      measured: { bytes: "~5 a token of the summary", summary: "sentences picked by term frequency" },
    },
  },
  kv: {
    carries: "kv",
    cached: "all",
    prefixCache: false,
    first: "context",
    exact: "exact",
    end: agentEnds.loaded,
    runs: ["formula", "fleet", "import", "measured", "continuation", "live"],
    words: {
      formula: {
        bytes: "2 L Hkv d b a token",
        summary: "the key-value cache itself, fp16 or int8, same model and positions",
      },
      measured: {
        bytes: "2 L Hkv d b a token",
        summary: "the key-value cache itself, fp16 or int8, exported and imported",
      },
    },
  },
  published: {
    ...latent,
    encoder: "published",
    runs: ["measured", "live"],
    words: {
      measured: { bytes: payload, summary: "mean-pooled latent, the published loss without a task" },
    },
  },
  pooled: {
    ...latent,
    encoder: "pooled",
    runs: ["measured", "live"],
    words: {
      measured: {
        bytes: payload,
        summary: "mean-pooled latent, trained for the task through the frozen model",
      },
    },
  },
  latent: {
    ...latent,
    encoder: "attention",
    runs: ["fleet", "measured", "live"],
    words: {
      fleet: {
        bytes: "fleet.latent.bytes + headers",
        summary: "memory vectors by formula; nothing says whether the receiver can answer from them",
      },
      measured: {
        bytes: payload,
        summary:
          "attention-pooled latent, trained to rebuild the text and for the task: the learned compressor that finds the facts itself",
      },
    },
  },
  slots: {
    ...latent,
    encoder: "slots",
    runs: ["fleet", "measured", "live"],
    words: {
      fleet: {
        bytes: "fleet.latent.slots x slotBytes + headers",
        summary:
          "a slot for each fact by formula, where values stand told to the sender; nothing says whether the receiver can answer",
      },
      measured: {
        bytes: payload,
        summary:
          "one latent slot for each fact; its sender is told where the values stand, also when it is used",
      },
    },
  },
  // Not to be watched: it searches for minutes.
  oracle: {
    ...latent,
    encoder: "oracle",
    exact: "bound",
    runs: ["measured"],
    words: {
      measured: {
        bytes: payload,
        summary: "memory vectors optimised for each document: what the bytes could hold",
      },
    },
  },
  answer: {
    carries: "answer",
    ...uncached,
    exact: "rate floor",
    end: agentEnds.answer,
    runs: ["measured", "live"],
    words: {
      measured: {
        bytes: "2 a token of the answer",
        summary: "the sender knows the question and sends its answer",
      },
    },
  },
  single: {
    carries: "nothing",
    cached: "all",
    prefixCache: false,
    first: "context",
    exact: "ceiling",
    end: agentEnds.single,
    runs: ["formula", "fleet", "import", "measured", "live"],
    words: {
      formula: { bytes: "0", summary: "one agent does it all: no hand-off, nothing read twice" },
      measured: { bytes: "0", summary: "one agent does it all: no hand-off" },
    },
  },
  another: {
    ...control,
    control: "another",
    runs: ["measured", "live"],
    words: { measured: { bytes: payload, summary: "control: the latent of another document" } },
  },
  // Not to be watched: a mean needs many documents before the first.
  mean: {
    ...control,
    control: "mean",
    runs: ["measured"],
    words: { measured: { bytes: payload, summary: "control: the mean latent of other documents" } },
  },
  permuted: {
    ...control,
    control: "permuted",
    runs: ["measured", "live"],
    words: { measured: { bytes: payload, summary: "control: the latent's own values in another order" } },
  },
} as const satisfies Readonly<Record<string, ArmRule>>;

export type ArmName = keyof typeof rules;

/** The arms that a run has. */
export type ArmOf<R extends RunName> = {
  [A in ArmName]: R extends (typeof rules)[A]["runs"][number] ? A : never;
}[ArmName];
export type AgentArm = ArmOf<"formula">;
export type FleetArm = ArmOf<"fleet">;
export type MeasuredArm = ArmOf<"measured">;

/** Every arm by its name. What the arms of a run carry is known to the type. */
export const armRules: { readonly [A in ArmName]: ArmRule & Pick<(typeof rules)[A], "carries"> } = rules;

/** Returns the names of the arms of a run, in the order of the specification. */
export function armsOfRun<R extends RunName>(run: R): readonly ArmOf<R>[] {
  return (Object.keys(rules) as ArmName[]).filter((name) => armRules[name].runs.includes(run)) as ArmOf<R>[];
}
