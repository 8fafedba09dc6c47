// What a trace leaves out, in sentences: by its format, and by what its own records lack.
import type { UnitResult } from "#core";
import type { TraceFormat } from "./read-workload.ts";

/** The arm of what the trace itself shows. */
export const observedArm = "observed";

/** Returns what a trace of the format cannot tell; for spans also what these spans, by their units, do not say. */
export function cannotTell(format: TraceFormat, units: readonly UnitResult[]): readonly string[] {
  const always = byFormat[format];
  return format === "otel-genai" || format === "langsmith" ? [...missing(units), ...always] : always;
}

function missing(units: readonly UnitResult[]): readonly string[] {
  const observed = units.filter(({ arm }) => arm === observedArm);
  if (observed.length === 0) return [];
  const sum = (metric: string): number =>
    observed.reduce((total, { tallies }) => {
      const tally = tallies[metric];
      return tally !== undefined && "sum" in tally ? total + tally.sum : total;
    }, 0);
  const has = (metric: string): boolean => observed.some(({ tallies }) => tallies[metric] !== undefined);
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
      `the output tokens of ${some("noOutputTokens")} of the ${calls} calls: left out of their mean, and taken as none where later calls may have read them again`,
    ],
    [
      some("wholeAgent") > 0,
      `the single calls of ${some("wholeAgent")} agents whose spans have tokens and whose calls have none: each counts as one call`,
    ],
    [
      some("cacheApart") > 0,
      `whether input tokens include those from the cache: of a provider with more tokens in the cache than input they do not, so they were added in ${some("cacheApart")} calls`,
    ],
    [!has("cacheReadShare"), "tokens read from a cache: no call reports them"],
    [
      has("cacheReadShare") && some("noCacheRead") > 0,
      `what ${some("noCacheRead")} of the ${calls} calls read from a cache: shares of the cache are of the others, and too high where a zero is left out`,
    ],
    [!has("timeToFirstTokenMs.p50"), "time to first token: no call reports it"],
  ];
  return sentences.flatMap(([applies, sentence]) => (applies ? [sentence] : []));
}

const spansCannotTell: readonly string[] = [
  "which tokens a receiver read again: by the counts at most `rereadTokensPerHandOff`, and what the arms change is at most what they say",
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
    "what was really read from a cache: `cacheReadShare` is what an unbounded cache of 512-token blocks would give",
    "time to first token, model, and the text of the blocks",
  ],
  "otel-genai": spansCannotTell,
  langsmith: spansCannotTell,
};
