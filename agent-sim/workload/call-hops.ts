// Hand-offs between the calls of a run, as far as times, names and token counts tell them.
import type { RecordedHop } from "./hop-tallies.ts";
import type { CallRun, ModelCall } from "./span-table.ts";

/** A call by another agent than the last one that spoke before it. */
export interface CallHop extends RecordedHop {
  readonly call: ModelCall;
  /** Its input tokens. */
  readonly inputTokens: number;
  /** Of these, no more can have been read or written in this run before. */
  readonly rereadTokens: number;
}

export interface RunHops {
  readonly hops: readonly CallHop[];
  /** Tokens of the run: at least so many different ones were read or written. */
  readonly tokens: number;
}

/** Where it is undecided whether input tokens hold those of the cache: they do (`least`), or they do not. */
export type TokenReading = "least" | "most";

/** Text of a token, as bytes, where nobody wrote it down (spec/agents.md section 2). */
const BYTES_PER_TOKEN = 4;

/** Returns the input tokens of a call, those of the cache included; null where the trace does not say. */
export function inputOf(
  { statedTokens, accounting, cachedTokens }: ModelCall,
  reading: TokenReading,
): number | null {
  if (statedTokens === null) return null;
  const isApart = accounting === "apart" || (accounting === "undecided" && reading === "most");
  return statedTokens + (isApart ? cachedTokens : 0);
}

/**
 * Returns the hand-offs of a run: a call whose agent is not the one that spoke last, among the calls that had ended when it
 * began. An agent that goes on while another speaks beside it is not handed anything: a call that overlaps the
 * agent's own last one is passed over. Calls without token counts or agent neither hand off nor receive.
 *
 * How much was read again is bounded, over all hand-offs together. A call that takes nothing over may have read nothing but new
 * tokens, so all that it read and wrote joins the K tokens that exist; a receiver of I tokens can have read min(I, K) of them
 * again, and where it read fewer, those it read instead were new and raise K for the receivers after it by as many: the sum
 * never passes the one that this takes. A call whose counts are missing may have read and written anything: K has
 * no bound behind it. What the last speaker wrote is its message, and read in any case.
 */
export function findHops({ calls }: CallRun, reading: TokenReading): RunHops {
  const ended = calls.filter(({ statedTokens }) => statedTokens !== null).sort((a, b) => a.endMs - b.endMs);
  const hops: CallHop[] = [];
  const lastOf = new Map<number, ModelCall>();
  let known = 0;
  let tokens = 0;
  let next = 0;
  let speaker: ModelCall | null = null;
  for (const call of calls) {
    const input = inputOf(call, reading);
    if (input === null) {
      known = Number.POSITIVE_INFINITY;
      continue;
    }
    while (next < ended.length && ended[next].endMs <= call.startMs && ended[next] !== call) {
      const spoke = ended[next++];
      if (spoke.agent !== -1) speaker = spoke;
    }
    const before = speaker as ModelCall | null;
    const own = lastOf.get(call.agent);
    const isBeside = own !== undefined && before !== null && before.startMs < own.endMs;
    const isHop = before !== null && call.agent !== -1 && before.agent !== call.agent && !isBeside;
    if (isHop) hops.push(hopTo(call, input, before, known));
    known =
      (isHop ? Math.max(known, input) : known + input) + (call.outputTokens ?? Number.POSITIVE_INFINITY);
    tokens = Math.max(tokens, input) + (call.outputTokens ?? 0);
    lastOf.set(call.agent, call);
  }
  return { hops, tokens };
}

function hopTo(call: ModelCall, inputTokens: number, before: ModelCall, known: number): CallHop {
  const rereadTokens = Math.min(inputTokens, known);
  const said = Math.min(before.outputTokens ?? 0, inputTokens);
  const contextTokens = Math.max(0, rereadTokens - said);
  return {
    call,
    inputTokens,
    rereadTokens,
    contextTokens,
    contextBytes: BYTES_PER_TOKEN * contextTokens,
    messageTokens: inputTokens - contextTokens,
    newTokens: inputTokens - rereadTokens,
  };
}
