// What spans of model calls show of a user's own system, and what each arm would change in its hand-offs.
import { BadInputError, type Pause, type Tally, type UnitResult } from "#core";
import { type AgentArm, armRules } from "../pipeline/arms.ts";
import { createBoundedUnits } from "./bounded-units.ts";
import { type CallHop, findHops, type RunHops } from "./call-hops.ts";
import { hopTallies, type ImportOptions } from "./hop-tallies.ts";
import { forEachPausing } from "./pausing.ts";
import { type CallRun, createSpanTable, type ModelCall } from "./span-table.ts";
import type { TraceSpan } from "./trace-span.ts";

/**
 * Returns one unit a run and arm, each run its own group (neighbours share one where there are very many): `observed` as
 * the trace says it, the others by formula from the hand-offs that {@link findHops} sees in it.
 *
 * Throws BadInputError for a file without calls of a model, or whose calls have no token counts.
 */
export async function importedCallUnits(
  spans: Iterable<TraceSpan>,
  file: string,
  { name, arms, costs }: ImportOptions,
  pause?: Pause,
): Promise<readonly UnitResult<"agent">[]> {
  const table = createSpanTable(file);
  await forEachPausing(spans, table.add, pause);
  const units = createBoundedUnits({ scenario: name, arms, unit: "run" });
  const seen = { calls: 0, counted: 0 };
  await forEachPausing(
    table.runs(),
    (run) => {
      const hops = findHops(run);
      const counted = run.calls.filter(({ inputTokens }) => inputTokens !== null);
      seen.calls += run.calls.length;
      seen.counted += counted.length;
      units.add(
        run.runId,
        arms.map((arm) =>
          arm in armRules
            ? { kind: "simulated", tallies: hopTallies(hops.hops, hops.tokens, arm as AgentArm, costs) }
            : { tallies: observedTallies(run, counted, hops) },
        ),
      );
    },
    pause,
  );
  requireCalls(file, table.size(), seen);
  return units.take();
}

function requireCalls(
  file: string,
  spans: number,
  { calls, counted }: { readonly calls: number; readonly counted: number },
): void {
  if (counted > 0) return;
  throw new BadInputError("trace-format", {
    subject: file,
    expected:
      "calls of a model with input tokens (gen_ai.usage.input_tokens, or prompt_tokens of an llm run)",
    got:
      calls > 0 ? `${calls} calls without` : spans > 0 ? `${spans} spans, none of them a call` : "no spans",
  });
}

function observedTallies(
  { calls }: CallRun,
  counted: readonly ModelCall[],
  { hops, tokens }: RunHops,
): Record<string, Tally> {
  const answered = counted.filter(({ outputTokens }) => outputTokens !== null);
  const cached = counted.filter(({ cacheReadTokens }) => cacheReadTokens !== null);
  const received = hops.map(({ call }) => call);
  const receivedCached = received.filter(({ cacheReadTokens }) => cacheReadTokens !== null);
  const reread = sumOf(hops, ({ rereadTokens }: CallHop) => rereadTokens);
  const samples = (of: readonly ModelCall[]): readonly number[] =>
    of.flatMap(({ firstTokenMs }) => (firstTokenMs === null ? [] : [firstTokenMs]));
  const total = (sum: number): Tally => ({ sum, weight: 1 });
  const hasAgents = counted.some(({ agent }) => agent !== -1);
  return {
    runs: total(1),
    requests: total(calls.length),
    "requests.noTokens": total(calls.length - counted.length),
    "requests.noOutputTokens": total(counted.length - answered.length),
    "requests.noCacheRead": total(counted.length - cached.length),
    "requests.noAgent": total(calls.filter(({ agent }) => agent === -1).length),
    "requests.wholeAgent": total(counted.filter(({ isWholeAgent }) => isWholeAgent).length),
    "requests.cacheApart": total(counted.filter(({ wasCachedApart }) => wasCachedApart).length),
    ...(counted.length === 0
      ? {}
      : {
          inputTokensPerRequest: { sum: sumOf(counted, inputOf), weight: counted.length },
        }),
    ...(answered.length === 0
      ? {}
      : {
          outputTokensPerRequest: {
            sum: sumOf(answered, (call) => call.outputTokens ?? 0),
            weight: answered.length,
          },
        }),
    ...cacheShare("cacheReadShare", cached),
    ...(hasAgents ? { handOffs: total(hops.length) } : {}),
    ...(hops.length === 0
      ? {}
      : {
          inputTokensPerHandOff: { sum: sumOf(received, inputOf), weight: hops.length },
          rereadTokensPerHandOff: { sum: reread, weight: hops.length },
        }),
    ...(hasAgents && tokens > 0 ? { rereadFactor: { sum: reread / tokens, weight: 1 } } : {}),
    ...cacheShare("handOffCacheReadShare", receivedCached),
    ...quantiles("timeToFirstTokenMs", samples(calls)),
    ...quantiles("handOffTimeToFirstTokenMs", samples(received)),
  };
}

function cacheShare(metric: string, calls: readonly ModelCall[]): Record<string, Tally> {
  const weight = sumOf(calls, inputOf);
  return weight === 0 ? {} : { [metric]: { sum: sumOf(calls, (call) => call.cacheReadTokens ?? 0), weight } };
}

function quantiles(metric: string, samples: readonly number[]): Record<string, Tally> {
  return samples.length === 0 ? {} : { [`${metric}.p50`]: { samples }, [`${metric}.p95`]: { samples } };
}

function inputOf(call: ModelCall): number {
  return call.inputTokens ?? 0;
}

function sumOf<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0);
}
