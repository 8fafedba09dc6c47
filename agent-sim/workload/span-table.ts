// Spans of a trace of any length, in any order, in some hundred bytes each: which are calls of a model, whose, and of which run.
import { mostUnits } from "./bounded-units.ts";
import { type Accounting, createAccounting } from "./cache-accounting.ts";
import { createFirstTokenUnits, isWithinSpan } from "./first-token-units.ts";
import { growingColumn } from "./growing-columns.ts";
import { createIdTable } from "./id-table.ts";
import { createJoinedNames } from "./joined-names.ts";
import { findConversations, LONGEST_CHAIN, NONE } from "./outer-conversations.ts";
import type { TraceSpan } from "./trace-span.ts";

/** A call of a model, with what the spans around it say. */
export interface ModelCall {
  /** Number of the agent that made it; -1 where no span says. */
  readonly agent: number;
  readonly startMs: number;
  readonly endMs: number;
  /** As the trace says it; null where it does not say. */
  readonly statedTokens: number | null;
  /** Null where the trace does not say. */
  readonly outputTokens: number | null;
  /** Null where the trace does not say. */
  readonly cacheReadTokens: number | null;
  /** Tokens of the cache, read and written; within the stated ones or beside them. */
  readonly cachedTokens: number;
  /** Whether the stated tokens hold those of the cache; `within` where there are none. */
  readonly accounting: Accounting;
  /** Number of its instrumentation and provider. */
  readonly scope: number;
  readonly firstTokenMs: number | null;
  /** The time to first token is written in milliseconds under a name of seconds, and was converted. */
  readonly wasFirstTokenMs: boolean;
  /** A time to first token lies after the end of its span in any unit, and was set aside. */
  readonly hasLateFirstToken: boolean;
  /** It stands for an agent's whole invocation, of whose calls the trace has none with tokens. */
  readonly isWholeAgent: boolean;
}

export interface CallRun {
  readonly runId: string;
  /** In order of their starts; at least one. */
  readonly calls: readonly ModelCall[];
}

/**
 * Returns a table that takes spans one at a time and then tells the calls of each run.
 *
 * - A call is a span with token counts none of whose descendants has any, so that a sum over calls is not counted with
 *   them; or a call by its own word that has no counts.
 * - The agent of a call is that of the nearest span at or above it that names one, by a name or an identifier that goes
 *   with a name elsewhere; without, by an identifier; without, by the place in the program.
 * - A run is a conversation, the outermost one above a call (see `outer-conversations.ts`), or without any its trace.
 * - A span that occurs twice counts once, the first; one that grows with its largest counts.
 */
export function createSpanTable(file: string) {
  const u32 = () => growingColumn((length) => new Uint32Array(length));
  const f64 = () => growingColumn((length) => new Float64Array(length));
  // Spans and parents share one table of ids: a parent may come later, or never.
  const ids = createIdTable();
  const rowOf = u32(); // [id] row, NONE for one that is only named
  const runIds = createIdTable();
  const runNames: string[] = [];
  const agents = createJoinedNames(file);
  const accounting = createAccounting();
  const units = createFirstTokenUnits();
  // [row]
  const parent = u32(); // id
  const run = u32(); // its own conversation, or NONE
  const trace = u32(); // its trace, as a run
  const agent = u32(); // a name or an identifier
  const place = u32();
  const call = u32(); // NONE where it is no call, by its role and counts
  // [call]
  const start = f64();
  const duration = f64(); // NaN where unknown
  const firstToken = f64(); // NaN where unknown
  const firstTokenUnit = u32(); // group of units, NONE where the unit is sure
  const scope = u32(); // group of accounting
  const shows = u32(); // 0 nothing, 1 within, 2 apart
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
  /** Returns the label of a span's agent; a name and an identifier of one span are one agent. */
  const agentLabel = ({ agent: name, agentId }: TraceSpan): number => {
    const named = name === null ? NONE : agents.number("name", name);
    const identified = agentId === null ? NONE : agents.number("id", agentId);
    if (named !== NONE && identified !== NONE) agents.join(named, identified);
    return named === NONE ? identified : named;
  };
  const addCall = (span: TraceSpan): number => {
    const index = start.length();
    const { provider, endMs, firstToken: first, cacheCounts } = span;
    const lasts = endMs === null || endMs === span.startMs ? Number.NaN : endMs - span.startMs;
    start.add(span.startMs);
    duration.add(lasts);
    firstToken.add(first?.ms ?? Number.NaN);
    const inSeconds = first?.inSeconds ?? null;
    const unit = inSeconds === null ? NONE : units.group(span.scope, provider, inSeconds);
    if (unit !== NONE) units.hear(unit, first?.ms ?? 0, lasts);
    firstTokenUnit.add(unit);
    const group = accounting.group(span.scope, provider);
    accounting.hear(group, cacheCounts);
    scope.add(group);
    shows.add(cacheCounts === null ? 0 : cacheCounts === "within" ? 1 : 2);
    counts.input.add(span.inputTokens ?? NONE);
    counts.output.add(span.outputTokens ?? NONE);
    counts.read.add(span.cacheReadTokens ?? NONE);
    counts.write.add(span.cacheWriteTokens ?? NONE);
    isAgent.add(span.role === "agent" ? 1 : 0);
    return index;
  };
  const grow = (row: number, span: TraceSpan): void => {
    const index = call.at(row);
    if (index === NONE) return;
    const largest = (
      column: { at(i: number): number; set(i: number, value: number): void },
      value: number | null,
    ) => {
      if (value !== null && (column.at(index) === NONE || column.at(index) < value)) column.set(index, value);
    };
    largest(counts.input, span.inputTokens);
    largest(counts.output, span.outputTokens);
    largest(counts.read, span.cacheReadTokens);
    largest(counts.write, span.cacheWriteTokens);
    const end = span.endMs ?? span.startMs;
    if (end > start.at(index)) duration.set(index, Math.max(duration.at(index) || 0, end - start.at(index)));
  };

  return {
    add(span: TraceSpan): void {
      const id = idNumber(span.id);
      const known = rowOf.at(id);
      if (known !== NONE) {
        if (span.grows === true) grow(known, span);
        return;
      }
      rowOf.set(id, parent.length());
      parent.add(span.parentId === null ? NONE : idNumber(span.parentId));
      trace.add(runNumber(span.traceId));
      run.add(span.conversation === null ? NONE : runNumber(span.conversation));
      agent.add(agentLabel(span));
      place.add(span.place === null ? NONE : agents.number("place", span.place));
      const isCounted = span.inputTokens !== null && span.role !== "other";
      call.add(isCounted || span.role === "model" ? addCall(span) : NONE);
    },
    /** Returns how many spans there are. */
    size: (): number => parent.length(),
    /**
     * Returns the runs of all spans so far, in the order in which the file names them first, those without calls left out;
     * and whether of some of their calls it is undecided how they count tokens of the cache.
     */
    finish(): { readonly isUndecided: boolean; readonly runs: () => Generator<CallRun> } {
      const above = (row: number): number => {
        const id = parent.at(row);
        return id === NONE ? NONE : rowOf.at(id);
      };
      const isSum = markSums();
      const callRows: number[] = [];
      const runOfCall = u32();
      const conversationOf = findConversations({ rows: parent.length(), above, conversation: run, trace });
      for (let row = 0; row < parent.length(); row++) {
        if (call.at(row) === NONE || isSum[row] === 1) continue;
        callRows.push(row);
        const own = conversationOf(row);
        runOfCall.add(own === NONE ? trace.at(row) : own);
      }
      const startOf = (i: number): number => start.at(call.at(callRows[i]));
      const order = Uint32Array.from(callRows, (_, i) => i).sort(
        (a, b) => runOfCall.at(a) - runOfCall.at(b) || startOf(a) - startOf(b) || a - b,
      );
      return {
        isUndecided: callRows.some((row) => accountingOf(call.at(row)) === "undecided"),
        *runs(): Generator<CallRun> {
          let calls: ModelCall[] = [];
          for (const [at, i] of order.entries()) {
            const row = callRows[i];
            calls.push(readCall(call.at(row), speakerOf(row, above)));
            const number = runOfCall.at(i);
            if (at + 1 < order.length && runOfCall.at(order[at + 1]) === number) continue;
            yield { runId: runNames[number] ?? `#${number + 1}`, calls };
            calls = [];
          }
        },
      };

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

  /** Returns the agent of a row, or -1. */
  function speakerOf(row: number, above: (row: number) => number): number {
    let identified = NONE;
    let placed = NONE;
    for (let at = row, steps = 0; at !== NONE && steps < LONGEST_CHAIN; at = above(at), steps++) {
      const label = agent.at(at);
      if (label !== NONE) {
        if (agents.isNamed(label)) return agents.agentOf(label);
        if (identified === NONE) identified = label;
      }
      if (placed === NONE) placed = place.at(at);
    }
    const label = identified === NONE ? placed : identified;
    return label === NONE ? -1 : agents.agentOf(label);
  }

  function readCall(index: number, by: number): ModelCall {
    const input = counts.input.at(index);
    const output = counts.output.at(index);
    const read = counts.read.at(index);
    const lasts = duration.at(index);
    const first = readFirstToken(index, lasts);
    return {
      agent: by,
      startMs: start.at(index),
      endMs: start.at(index) + (Number.isNaN(lasts) ? 0 : lasts),
      statedTokens: input === NONE ? null : input,
      outputTokens: output === NONE ? null : output,
      cacheReadTokens: read === NONE ? null : read,
      cachedTokens: cachedOf(index),
      accounting: accountingOf(index),
      scope: scope.at(index),
      ...first,
      isWholeAgent: isAgent.at(index) === 1,
    };
  }

  function cachedOf(index: number): number {
    return zeroIfNone(counts.read.at(index)) + zeroIfNone(counts.write.at(index));
  }

  function accountingOf(index: number): Accounting {
    if (counts.input.at(index) === NONE || cachedOf(index) === 0) return "within";
    if (shows.at(index) !== 0) return shows.at(index) === 1 ? "within" : "apart";
    return accounting.of(scope.at(index));
  }

  function readFirstToken(
    index: number,
    lasts: number,
  ): Pick<ModelCall, "firstTokenMs" | "wasFirstTokenMs" | "hasLateFirstToken"> {
    const given = firstToken.at(index);
    const none = { firstTokenMs: null, wasFirstTokenMs: false, hasLateFirstToken: false };
    if (Number.isNaN(given)) return none;
    const unit = firstTokenUnit.at(index);
    const time = unit === NONE ? (isWithinSpan(given, lasts) ? given : null) : units.read(unit, given, lasts);
    if (time === null) return { ...none, hasLateFirstToken: true };
    return { ...none, firstTokenMs: time, wasFirstTokenMs: unit !== NONE && units.isMs(unit) };
  }
}

function zeroIfNone(count: number): number {
  return count === NONE ? 0 : count;
}
