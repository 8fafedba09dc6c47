// Spans of a trace of any length, in any order, in some hundred bytes each: which are calls of a model, whose, and of which run.
import { BadInputError } from "#core";
import { mostUnits } from "./bounded-units.ts";
import { growingColumn } from "./growing-columns.ts";
import { createIdTable } from "./id-table.ts";
import type { TraceSpan } from "./trace-span.ts";

/** A call of a model, with what the spans around it say. */
export interface ModelCall {
  /** Number of the agent that made it; -1 where no span says. */
  readonly agent: number;
  readonly startMs: number;
  readonly endMs: number;
  /** Null where the trace does not say; tokens of the cache included. */
  readonly inputTokens: number | null;
  /** Null where the trace does not say. */
  readonly outputTokens: number | null;
  /** Null where the trace does not say. */
  readonly cacheReadTokens: number | null;
  readonly firstTokenMs: number | null;
  /** It stands for an agent's whole invocation, of whose calls the trace has none with tokens. */
  readonly isWholeAgent: boolean;
  /** Its provider counts tokens of the cache apart from input tokens; they were added. */
  readonly wasCachedApart: boolean;
}

export interface CallRun {
  readonly runId: string;
  /** In order of their starts; at least one. */
  readonly calls: readonly ModelCall[];
}

const NONE = 2 ** 32 - 1;
/** A chain of parents that is longer is a ring, or as good as one. */
const LONGEST_CHAIN = 1000;
const MOST_NAMES = 100_000;

/**
 * Returns a table that takes spans one at a time and then tells the calls of each run.
 *
 * - A call is a span with token counts none of whose descendants has any, so that a sum over calls is not counted with
 *   them; or a call by its own word that has no counts.
 * - The agent and the conversation of a call are those of the nearest span at or above it that names one.
 * - A run is a conversation, or where no span above a call names one, its trace.
 * - A span that occurs twice counts once, the first.
 */
export function createSpanTable(file: string) {
  const u32 = () => growingColumn((length) => new Uint32Array(length));
  const f64 = () => growingColumn((length) => new Float64Array(length));
  // Spans and parents share one table of ids: a parent may come later, or never.
  const ids = createIdTable();
  const rowOf = u32(); // [id] row, NONE for one that is only named
  const runIds = createIdTable();
  const runNames: string[] = [];
  const agents = createNames(file, "agents");
  const providers = createNames(file, "providers");
  // [row]
  const parent = u32(); // id
  const run = u32(); // its own conversation, or NONE
  const trace = u32(); // its trace, as a run
  const agent = u32();
  const call = u32(); // NONE where it is no call, by its role and counts
  // [call]
  const start = f64();
  const duration = f64();
  const firstToken = f64(); // NaN where unknown
  const provider = u32();
  const counts = { input: u32(), output: u32(), read: u32(), write: u32() };
  const isAgent = u32();

  const idNumber = (id: string): number => {
    const number = ids.number(id);
    if (number === rowOf.length()) rowOf.add(NONE);
    return number;
  };
  const runNumber = (id: string): number => {
    const number = runIds.number(id);
    if (number === runNames.length && number < mostUnits) runNames.push(id);
    return number;
  };
  const addCall = (span: TraceSpan): number => {
    const index = start.length();
    start.add(span.startMs);
    duration.add((span.endMs ?? span.startMs) - span.startMs);
    firstToken.add(span.firstTokenMs ?? Number.NaN);
    provider.add(providers.number(span.provider ?? ""));
    counts.input.add(span.inputTokens ?? NONE);
    counts.output.add(span.outputTokens ?? NONE);
    counts.read.add(span.cacheReadTokens ?? NONE);
    counts.write.add(span.cacheWriteTokens ?? NONE);
    isAgent.add(span.role === "agent" ? 1 : 0);
    return index;
  };

  return {
    add(span: TraceSpan): void {
      const id = idNumber(span.id);
      if (rowOf.at(id) !== NONE) return;
      rowOf.set(id, parent.length());
      parent.add(span.parentId === null ? NONE : idNumber(span.parentId));
      trace.add(runNumber(span.traceId));
      run.add(span.conversation === null ? NONE : runNumber(span.conversation));
      agent.add(span.agent === null ? NONE : agents.number(span.agent));
      const isCounted = span.inputTokens !== null && span.role !== "other";
      call.add(isCounted || span.role === "model" ? addCall(span) : NONE);
    },
    /** Returns how many spans there are. */
    size: (): number => parent.length(),
    /** Yields the runs in the order in which the file names them first, those without calls left out. */
    *runs(): Generator<CallRun> {
      const above = (row: number): number => {
        const id = parent.at(row);
        return id === NONE ? NONE : rowOf.at(id);
      };
      /** Returns the value of the nearest row at or above `row` that has one, or NONE. */
      const nearest = (row: number, column: { at(row: number): number }): number => {
        for (let at = row, steps = 0; at !== NONE && steps < LONGEST_CHAIN; at = above(at), steps++) {
          const value = column.at(at);
          if (value !== NONE) return value;
        }
        return NONE;
      };
      const isSum = markSums();
      const callRows: number[] = [];
      const runOfCall = u32();
      for (let row = 0; row < parent.length(); row++) {
        if (call.at(row) === NONE || isSum[row] === 1) continue;
        callRows.push(row);
        const own = nearest(row, run);
        runOfCall.add(own === NONE ? trace.at(row) : own);
      }
      const startOf = (i: number): number => start.at(call.at(callRows[i]));
      const order = Uint32Array.from(callRows, (_, i) => i).sort(
        (a, b) => runOfCall.at(a) - runOfCall.at(b) || startOf(a) - startOf(b) || a - b,
      );
      const apart = findCachedApart();
      let calls: ModelCall[] = [];
      for (const [place, i] of order.entries()) {
        const row = callRows[i];
        const named = nearest(row, agent);
        calls.push(readCall(call.at(row), named === NONE ? -1 : named, apart));
        const number = runOfCall.at(i);
        if (place + 1 < order.length && runOfCall.at(order[place + 1]) === number) continue;
        yield { runId: runNames[number] ?? `#${number + 1}`, calls };
        calls = [];
      }

      /** Returns [row] 1 for every row above one that has token counts. */
      function markSums(): Uint8Array {
        const marked = new Uint8Array(parent.length());
        for (let row = 0; row < parent.length(); row++) {
          if (call.at(row) === NONE || counts.input.at(call.at(row)) === NONE) continue;
          let steps = 0;
          for (
            let at = above(row);
            at !== NONE && marked[at] === 0 && steps < LONGEST_CHAIN;
            at = above(at)
          ) {
            marked[at] = 1;
            steps++;
          }
        }
        return marked;
      }
    },
  };

  /** Returns [provider] whether any of its calls has more tokens in the cache than input tokens. */
  function findCachedApart(): readonly boolean[] {
    const apart: boolean[] = [];
    for (let index = 0; index < start.length(); index++) {
      const input = counts.input.at(index);
      if (input !== NONE && zeroIfNone(counts.read.at(index)) + zeroIfNone(counts.write.at(index)) > input) {
        apart[provider.at(index)] = true;
      }
    }
    return apart;
  }

  function readCall(index: number, by: number, apart: readonly boolean[]): ModelCall {
    const input = counts.input.at(index);
    const output = counts.output.at(index);
    const read = counts.read.at(index);
    const cached = zeroIfNone(read) + zeroIfNone(counts.write.at(index));
    const wasCachedApart = input !== NONE && apart[provider.at(index)] === true && cached > 0;
    return {
      agent: by,
      startMs: start.at(index),
      endMs: start.at(index) + duration.at(index),
      inputTokens: input === NONE ? null : input + (wasCachedApart ? cached : 0),
      outputTokens: output === NONE ? null : output,
      cacheReadTokens: read === NONE ? null : read,
      firstTokenMs: Number.isNaN(firstToken.at(index)) ? null : firstToken.at(index),
      isWholeAgent: isAgent.at(index) === 1,
      wasCachedApart,
    };
  }
}

function zeroIfNone(count: number): number {
  return count === NONE ? 0 : count;
}

/** Numbers names in the order in which they come. */
function createNames(file: string, what: string) {
  const numbers = new Map<string, number>();
  return {
    number(name: string): number {
      const known = numbers.get(name);
      if (known !== undefined) return known;
      if (numbers.size === MOST_NAMES) {
        throw new BadInputError("trace-format", {
          subject: file,
          expected: `at most ${MOST_NAMES} different names of ${what}`,
          got: "more",
          remedy: "is it an id that changes from call to call?",
        });
      }
      numbers.set(name, numbers.size);
      return numbers.size - 1;
    },
  };
}
