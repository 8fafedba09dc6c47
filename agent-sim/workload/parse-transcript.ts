// Multi-agent transcripts: one run a line, run_id, question_tokens and turns [{agent, role, chars, tokens_o200k}].
import { badField, type Place, requireCount, requireField } from "./fields.ts";
import { createIdTable } from "./id-table.ts";
import type { JsonRecord } from "./read-json-records.ts";
import { emptied, type SetAside } from "./set-aside.ts";

/** A stretch of a run in which one agent speaks. */
export interface SpeakerTurn {
  /** Tokens said before it in the run, question excluded: what its speaker has to read when it is not the first. */
  readonly contextTokens: number;
  /** The same in characters; null where a turn before it does not say. */
  readonly contextChars: number | null;
  /** Tokens that it says. */
  readonly tokens: number;
}

export interface TranscriptRun {
  readonly runId: string;
  readonly tokens: number;
  /** Consecutive turns of one agent are one. */
  readonly turns: readonly SpeakerTurn[];
}

/**
 * Yields the runs. A run without turns is one. A run with anything missing or no count, and one that occurs a second time, is
 * set aside. Throws BadInputError for a file without usable runs.
 */
export function* parseTranscript(
  records: Iterable<JsonRecord>,
  file: string,
  setAside: SetAside,
): Generator<TranscriptRun> {
  const ids = createIdTable();
  for (const { value, place } of records) {
    const run = setAside.attempt(place, () => {
      const runId = requireField(value, "run_id", place);
      if (typeof runId !== "string" && typeof runId !== "number")
        throw badField(place, "run_id", "a name", runId);
      const found = parseRun(String(runId), requireField(value, "turns", place), place);
      const known = ids.size();
      if (ids.number(String(runId)) < known)
        throw badField(place, "run_id", "a run of its own, not one of an earlier line", runId);
      return found;
    });
    if (run !== null) yield run;
  }
  if (ids.size() === 0) throw emptied(file, "runs", setAside);
}

function parseRun(runId: string, turns: unknown, place: Place): TranscriptRun {
  if (!Array.isArray(turns)) throw badField(place, "turns", "a list of turns", turns);
  const merged: { agent: string; contextTokens: number; contextChars: number | null; tokens: number }[] = [];
  let tokens = 0;
  let chars: number | null = 0;
  for (const [i, value] of turns.entries()) {
    const within = `turns[${i}].`;
    if (typeof value !== "object" || value === null) throw badField(place, `turns[${i}]`, "a turn", value);
    const turn = value as Record<string, unknown>;
    const agent = requireField(turn, "agent", place, within);
    if (typeof agent !== "string") throw badField(place, `${within}agent`, "a name", agent);
    const said = requireCount(
      requireField(turn, "tokens_o200k", place, within),
      `${within}tokens_o200k`,
      place,
    );
    const last = merged[merged.length - 1];
    if (last?.agent === agent) last.tokens += said;
    else merged.push({ agent, contextTokens: tokens, contextChars: chars, tokens: said });
    tokens += said;
    const turnChars = turn.chars === undefined ? null : requireCount(turn.chars, `${within}chars`, place);
    chars = chars === null || turnChars === null ? null : chars + turnChars;
  }
  return {
    runId,
    tokens,
    turns: merged.map(({ contextTokens, contextChars, tokens: said }) => ({
      contextTokens,
      contextChars,
      tokens: said,
    })),
  };
}

/**
 * Returns the re-read factor of a run (spec/agents.md section 2): each time the speaker changes, the new one reads all
 * tokens of the run so far, question excluded; their sum over the tokens of the run. Null for a run without tokens.
 */
export function rereadFactor({ turns, tokens }: TranscriptRun): number | null {
  return tokens === 0 ? null : turns.reduce((sum, turn) => sum + turn.contextTokens, 0) / tokens;
}
