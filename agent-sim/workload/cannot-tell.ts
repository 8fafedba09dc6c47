// What a trace leaves out, in sentences: by its format, and by what its own records lack.
import type { TableRow, UnitResult } from "#core";
import type { TraceFormat } from "./read-workload.ts";

/** The arm of what the trace itself shows. */
export const observedArm = "observed";

/**
 * Returns what a trace of the format cannot tell; for spans also what these spans, by their units, do not say, beside the names
 * of fields that look like it and are not read (rows `unread-name`).
 */
export function cannotTell(
  format: TraceFormat,
  units: readonly UnitResult[],
  events: readonly TableRow[],
): readonly string[] {
  const always = byFormat[format];
  if (always !== spansCannotTell) return always;
  const unread = events.filter(({ event }) => event === "unread-name").map(({ reason }) => String(reason));
  return [...missing(units, unread), ...always];
}

function missing(units: readonly UnitResult[], unread: readonly string[]): readonly string[] {
  const observed = units.filter(({ arm }) => arm === observedArm);
  if (observed.length === 0) return [];
  const sum = (metric: string): number =>
    observed.reduce((total, { tallies }) => {
      const tally = tallies[metric];
      return tally !== undefined && "sum" in tally ? total + tally.sum : total;
    }, 0);
  const has = (metric: string): boolean =>
    observed.some(({ tallies }) => (tallies[metric] ?? tallies[`${metric}.atMost`]) !== undefined);
  const calls = sum("requests");
  const some = (metric: string): number => sum(`requests.${metric}`);
  const sentences: readonly (readonly [boolean, string])[] = [
    [
      !has("handOffs"),
      "who speaks: no call with tokens has an agent at or above it, so there are no hand-offs and nothing an arm could change",
    ],
    [
      has("handOffs") && some("noAgent") > 0,
      `who made ${some("noAgent")} of the ${calls} calls: they count as calls, and neither hand off nor receive`,
    ],
    [
      some("noTokens") > 0,
      `the tokens of ${some("noTokens")} of the ${calls} calls, which are left out of means and hand-offs`,
    ],
    [
      some("noOutputTokens") > 0,
      `the output tokens of ${some("noOutputTokens")} of the ${calls} calls: left out of their mean; how much later calls read again has no bound but their input`,
    ],
    [
      some("wholeAgent") > 0,
      `the single calls of ${some("wholeAgent")} agents whose spans have tokens and whose calls have none: each counts as one call`,
    ],
    [
      some("cacheApart") > 0,
      `whether input tokens include those from the cache: where a call has more tokens in the cache than input, or a total that adds up only with them, they do not, so they were added in ${some("cacheApart")} calls of the same instrumentation and provider`,
    ],
    [
      some("cacheUndecided") > 0,
      `whether input tokens include those from the cache, of ${some("cacheUndecided")} of the ${calls} calls: nothing in them decides it, so what depends on it stands between \`.atLeast\` and \`.atMost\`: tokens are fewest and shares of the cache largest if they do`,
    ],
    [!has("cacheReadShare"), "tokens read from a cache: no call reports them under a name known here"],
    [
      has("cacheReadShare") && some("noCacheRead") > 0,
      `what ${some("noCacheRead")} of the ${calls} calls read from a cache: shares of the cache are of the others, and too high where a zero is left out`,
    ],
    [!has("timeToFirstTokenMs.p50"), "time to first token: no call reports it under a name known here"],
    [
      unread.length > 0,
      `what these fields hold, which look like usage and are not read: ${unread.map((name) => `\`${name}\``).join(", ")}`,
    ],
  ];
  return sentences.flatMap(([applies, sentence]) => (applies ? [sentence] : []));
}

const spansCannotTell: readonly string[] = [
  "which tokens a receiver read again: by the counts between none and `rereadTokensPerHandOff.atMost`, and what the arms change is at most what they say",
  "its own prompt apart from what it was handed: both are input tokens",
  "which of several agents handed over, where some spoke at once: it is taken to be the last that had ended",
  "bytes of the text, taken as 4 a token, and whether an answer was right",
];

const byFormat: Readonly<Record<TraceFormat, readonly string[]>> = {
  transcript: [
    "what was really sent at a change of speaker: re-reading the whole run is what its definition assumes",
    "tokens of the agents' own prompts: they are counted as none",
    "tokens read from a cache, times, prices, and whether an answer was right",
    "bytes of the text: a character is counted as one byte, which is the least it can be",
  ],
  "azure-llm": [
    "which requests belong to one conversation or pipeline, so neither hand-offs nor anything read again",
    "what the inputs share, so no arm can be costed; as a workload it gives lengths to `agent run`",
    "time to first token, model, tokens read from a cache",
  ],
  mooncake: [
    "which requests belong to one conversation or pipeline, so a request stands for a hand-off",
    "what was really read from a cache: `cacheReadShare` is what an unbounded cache of the trace's blocks would give",
    "time to first token, model, and the text of the blocks",
  ],
  "otel-genai": spansCannotTell,
  langsmith: spansCannotTell,
  langfuse: spansCannotTell,
  "openai-agents": spansCannotTell,
  "claude-code": spansCannotTell,
};
