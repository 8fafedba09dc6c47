// Hand-offs between the calls of a run, as far as times, names and token counts tell them.
import type { RecordedHop } from "./hop-tallies.ts";
import type { CallRun, ModelCall } from "./span-table.ts";

/** A call by another agent than the last one that spoke before it. */
export interface CallHop extends RecordedHop {
  readonly call: ModelCall;
  /** Of the tokens that it read, those that may have been read or written in this run before: at most so many were. */
  readonly rereadTokens: number;
}

export interface RunHops {
  readonly hops: readonly CallHop[];
  /**
   * Tokens of the run: at least so many different ones were read or written. What a call read beyond all that was there
   * is new, and so is what it wrote.
   */
  readonly tokens: number;
}

/** Text of a token, as bytes, where nobody wrote it down (spec/agents.md section 2). */
const BYTES_PER_TOKEN = 4;

/**
 * Returns the hand-offs of a run: a call whose agent is not the one that spoke last, among the calls that had ended when it
 * began. An agent that goes on while another speaks beside it is not handed anything: a call that overlaps the
 * agent's own last one is passed over. Calls without token counts or agent neither hand off nor receive.
 *
 * How much was read again is bounded: the calls that had ended had read or written K tokens in all, so of the I tokens of a
 * receiver at most min(I, K) were there before. What the last speaker wrote is its message, and read in any case. A call
 * without output tokens is taken to have written none, which makes K too small.
 */
export function findHops({ calls }: CallRun): RunHops {
  const counted = calls.filter((call) => call.inputTokens !== null);
  const ended = [...counted].sort((a, b) => a.endMs - b.endMs);
  const hops: CallHop[] = [];
  const lastOf = new Map<number, ModelCall>();
  let known = 0;
  let next = 0;
  let speaker: ModelCall | null = null;
  const take = (call: ModelCall): void => {
    known = Math.max(known, call.inputTokens as number) + (call.outputTokens ?? 0);
    if (call.agent !== -1) speaker = call;
  };
  for (const call of counted) {
    while (next < ended.length && ended[next].endMs <= call.startMs && ended[next] !== call)
      take(ended[next++]);
    const before = speaker as ModelCall | null;
    const own = lastOf.get(call.agent);
    const isBeside = own !== undefined && before !== null && before.startMs < own.endMs;
    if (before !== null && call.agent !== -1 && before.agent !== call.agent && !isBeside) {
      hops.push(hopTo(call, before, known));
    }
    lastOf.set(call.agent, call);
  }
  while (next < ended.length) take(ended[next++]);
  return { hops, tokens: known };
}

function hopTo(call: ModelCall, before: ModelCall, known: number): CallHop {
  const input = call.inputTokens as number;
  const said = Math.min(before.outputTokens ?? 0, input);
  const contextTokens = Math.max(0, Math.min(input, known) - said);
  return {
    call,
    rereadTokens: Math.min(input, known),
    contextTokens,
    contextBytes: BYTES_PER_TOKEN * contextTokens,
    messageTokens: input - contextTokens,
    newTokens: input - Math.min(input, known),
  };
}
