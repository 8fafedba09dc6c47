// What spans of model calls show of a user's own system, and what each arm would change in its hand-offs.
import { BadInputError, type Pause, type Tally, type UnitResult } from "#core";
import { isFormulaArm } from "../hand-off/arm-lists.ts";
import { createBoundedUnits } from "./bounded-units.ts";
import { boundTallies } from "./bounds.ts";
import { findHops, inputOf, type RunHops, type TokenReading } from "./call-hops.ts";
import { hopTallies, type ImportOptions } from "./hop-tallies.ts";
import { forEachPausing } from "./pausing.ts";
import type { SetAside } from "./set-aside.ts";
import { type CallRun, createSpanTable, type ModelCall } from "./span-table.ts";
import type { TraceSpan } from "./trace-span.ts";

type Tallies = Record<string, Tally>;

/**
 * Returns one unit a run and arm, each run its own group (neighbours share one where there are very many): `observed` as
 * the trace says it, the others by formula from the hand-offs that {@link findHops} sees in it. Where it is undecided of any
 * call whether its input tokens hold those of the cache, all that depends on it is told as bounds.
 *
 * Throws BadInputError for a file without calls of a model, or whose calls have no token counts.
 */
export async function importedCallUnits(
  spans: Iterable<TraceSpan>,
  file: string,
  { name, arms, costs }: ImportOptions,
  setAside: SetAside,
  { isLangsmith, pause }: { readonly isLangsmith: boolean; readonly pause?: Pause | undefined },
): Promise<readonly UnitResult<"agent">[]> {
  const table = createSpanTable(file);
  await forEachPausing(spans, table.add, pause);
  const units = createBoundedUnits({ scenario: name, arms, unit: "run" });
  const seen = { calls: 0, counted: 0 };
  const { isUndecided, runs } = table.finish();
  await forEachPausing(
    runs(),
    (run) => {
      const least = findHops(run, "least");
      const most = isUndecided ? findHops(run, "most") : least;
      const counted = run.calls.filter(({ statedTokens }) => statedTokens !== null);
      seen.calls += run.calls.length;
      seen.counted += counted.length;
      noteTimes(run, setAside);
      units.add(
        run.runId,
        arms.map((arm) => {
          if (!isFormulaArm(arm)) {
            const readings = {
              least: tokenTallies(counted, least, "least"),
              most: tokenTallies(counted, most, "most"),
            };
            const tokens = isUndecided ? boundTallies(readings.least, readings.most) : readings.least;
            return {
              tallies: {
                ...runTallies(run, counted, least),
                ...tokens,
                ...rereadTallies(counted, least, most),
              },
            };
          }
          const tallies = (hops: RunHops): Tallies => hopTallies(hops.hops, hops.tokens, arm, costs);
          const first = tallies(least);
          const second = isUndecided ? tallies(most) : first;
          return { kind: "simulated" as const, tallies: armTallies(first, second, isUndecided) };
        }),
      );
    },
    pause,
  );
  requireCalls(file, { spans: table.size(), ...seen, isLangsmith }, setAside);
  return units.take();
}

function requireCalls(
  file: string,
  seen: {
    readonly spans: number;
    readonly calls: number;
    readonly counted: number;
    readonly isLangsmith: boolean;
  },
  setAside: SetAside,
): void {
  const { spans, calls, counted } = seen;
  if (counted > 0) return;
  const found =
    calls > 0 ? `${calls} calls without` : spans > 0 ? `${spans} spans, none of them a call` : "no spans";
  const rest = setAside.found();
  throw new BadInputError("trace-format", {
    subject: file,
    expected:
      "calls of a model with input tokens (gen_ai.usage.input_tokens, or prompt_tokens of an llm run)",
    got: rest === "" ? found : `${found}; set aside: ${rest}`,
    ...(seen.isLangsmith && spans > 0 && calls === 0
      ? {
          remedy:
            "export the runs of type llm below the roots too: list_runs without is_root, or with trace_id of each root",
        }
      : {}),
  });
}

/** Counts the times to first token that were converted or left out. */
function noteTimes({ calls, runId }: CallRun, setAside: SetAside): void {
  for (const call of calls) {
    if (call.wasFirstTokenMs)
      setAside.note(
        "times to first token read as milliseconds: as seconds some lie after the end of their own span",
      );
    if (call.hasLateFirstToken)
      setAside.add("values", "time to first token after the end of its own span", {
        file: `run ${runId}`,
        line: 0,
      });
  }
}

/** Returns what does not depend on how tokens of the cache are counted. */
function runTallies({ calls }: CallRun, counted: readonly ModelCall[], { hops }: RunHops): Tallies {
  const answered = counted.filter(({ outputTokens }) => outputTokens !== null);
  const cached = counted.filter(({ cacheReadTokens }) => cacheReadTokens !== null);
  const received = hops.map(({ call }) => call);
  const samples = (of: readonly ModelCall[]): readonly number[] =>
    of.flatMap(({ firstTokenMs }) => (firstTokenMs === null ? [] : [firstTokenMs]));
  const total = (sum: number): Tally => ({ sum, weight: 1 });
  const hasAgents = counted.some(({ agent }) => agent !== -1);
  const numberOf = (accounting: ModelCall["accounting"]): Tally =>
    total(counted.filter((call) => call.accounting === accounting).length);
  return {
    runs: total(1),
    requests: total(calls.length),
    "requests.noTokens": total(calls.length - counted.length),
    "requests.noOutputTokens": total(counted.length - answered.length),
    "requests.noCacheRead": total(counted.length - cached.length),
    "requests.noAgent": total(calls.filter(({ agent }) => agent === -1).length),
    "requests.wholeAgent": total(counted.filter(({ isWholeAgent }) => isWholeAgent).length),
    "requests.cacheApart": numberOf("apart"),
    "requests.cacheUndecided": numberOf("undecided"),
    ...(answered.length === 0
      ? {}
      : {
          outputTokensPerRequest: {
            sum: sumOf(answered, (call) => call.outputTokens ?? 0),
            weight: answered.length,
          },
        }),
    ...(hasAgents ? { handOffs: total(hops.length) } : {}),
    ...quantiles("timeToFirstTokenMs", samples(calls)),
    ...quantiles("handOffTimeToFirstTokenMs", samples(received)),
  };
}

/** Returns what depends on it, in one of the two readings. */
function tokenTallies(counted: readonly ModelCall[], { hops }: RunHops, reading: TokenReading): Tallies {
  const cached = counted.filter(({ cacheReadTokens }) => cacheReadTokens !== null);
  const received = hops.map(({ call }) => call);
  const receivedCached = received.filter(({ cacheReadTokens }) => cacheReadTokens !== null);
  const tokensOf = (call: ModelCall): number => inputOf(call, reading) ?? 0;
  const share = (metric: string, calls: readonly ModelCall[]): Tallies => {
    const weight = sumOf(calls, tokensOf);
    return weight === 0
      ? {}
      : { [metric]: { sum: sumOf(calls, (call) => call.cacheReadTokens ?? 0), weight } };
  };
  return {
    ...(counted.length === 0
      ? {}
      : { inputTokensPerRequest: { sum: sumOf(counted, tokensOf), weight: counted.length } }),
    ...(hops.length === 0
      ? {}
      : { inputTokensPerHandOff: { sum: sumOf(received, tokensOf), weight: hops.length } }),
    ...share("cacheReadShare", cached),
    ...share("handOffCacheReadShare", receivedCached),
  };
}

/**
 * Returns the bounds of what was read again: counts do not say which tokens, so it may be none. The factor's upper bound is
 * the larger of both readings; with several instrumentations undecided, each might be either, so the most tokens
 * again over the fewest of the run.
 */
function rereadTallies(counted: readonly ModelCall[], least: RunHops, most: RunHops): Tallies {
  const { hops } = least;
  const again = ({ hops: of }: RunHops): number => sumOf(of, ({ rereadTokens }) => rereadTokens);
  const bound = (metric: string, sum: number, weight: number): Tallies => ({
    [`${metric}.atLeast`]: { sum: 0, weight },
    [`${metric}.atMost`]: { sum, weight },
  });
  const hasAgents = counted.some(({ agent }) => agent !== -1);
  const isMixed =
    new Set(counted.filter(({ accounting }) => accounting === "undecided").map(({ scope }) => scope)).size >
    1;
  const factor = isMixed
    ? again(most) / least.tokens
    : Math.max(again(least) / least.tokens, again(most) / most.tokens);
  return {
    ...(hops.length === 0
      ? {}
      : bound("rereadTokensPerHandOff", Math.max(again(least), again(most)), hops.length)),
    ...(hasAgents && least.tokens > 0 ? bound("rereadFactor", factor, 1) : {}),
  };
}

/** Returns an arm's tallies; what it reads again is bounded as in the trace. */
function armTallies(least: Tallies, most: Tallies, isUndecided: boolean): Tallies {
  const { rereadFactor: fewest, ...rest } = least;
  const { rereadFactor: largest, ...others } = most;
  const factors =
    fewest === undefined || largest === undefined
      ? {}
      : boundTallies({ rereadFactor: fewest }, { rereadFactor: largest });
  return {
    ...(isUndecided ? boundTallies(rest, others) : rest),
    ...(factors["rereadFactor.atMost"] === undefined
      ? {}
      : { "rereadFactor.atMost": factors["rereadFactor.atMost"] }),
  };
}

function quantiles(metric: string, samples: readonly number[]): Tallies {
  return samples.length === 0 ? {} : { [`${metric}.p50`]: { samples }, [`${metric}.p95`]: { samples } };
}

function sumOf<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0);
}
