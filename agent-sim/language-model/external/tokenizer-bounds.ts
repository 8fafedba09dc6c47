// What a `tokenizer.json` of somebody else may hold: ids that can be, and patterns that come to an end.
import { createContext, runInContext } from "node:vm";

/** Ids below this; the largest published vocabulary has 262,144. */
export const MOST_IDS = 2 ** 22;

/** A pattern gets this long for each text that it is tried on; sound ones take some milliseconds. */
const PATIENCE_MS = 2000;
const PROBE_CHARACTERS = 2000;
/** A bound on each part of a tokenizer but its vocabulary. */
const MOST_PARTS = 10_000;

/**
 * Returns what is wrong with the ids of a parsed `tokenizer.json`, or null: one that is no whole number from 0, too large, or of two
 * pieces. An added token may take the id of a piece, whose name it then is.
 */
export function wrongId(tokenizer: Record<string, unknown>): string | null {
  const vocabulary = (tokenizer.model as { readonly vocab?: unknown } | undefined)?.vocab;
  const isMap = typeof vocabulary === "object" && vocabulary !== null && !Array.isArray(vocabulary);
  const added = Array.isArray(tokenizer.added_tokens) ? tokenizer.added_tokens : [];
  return (
    wrongIn(isMap ? Object.entries(vocabulary) : []) ??
    wrongIn(added.map((token) => [String(token?.content), token?.id]))
  );
}

function wrongIn(entries: readonly (readonly [string, unknown])[]): string | null {
  const names = new Map<unknown, string>();
  for (const [name, id] of entries) {
    const piece = JSON.stringify(name.slice(0, 40));
    if (typeof id !== "number" || !Number.isInteger(id) || id < 0 || id >= MOST_IDS) {
      return `the id ${typeof id === "number" ? id : typeof id} of ${piece}, which is no whole number from 0 to ${MOST_IDS - 1}`;
    }
    const other = names.get(id);
    if (other !== undefined && other !== name) {
      return `the id ${id} of ${piece} and of ${JSON.stringify(other.slice(0, 40))}`;
    }
    names.set(id, name);
  }
  return null;
}

/**
 * Returns the first pattern in the parts of a loaded tokenizer that does not end in time on a text of 2,000 characters, or null. The
 * texts repeat what such patterns stumble on, and the pattern's own characters, with an end that does not fit: nested repetitions
 * double their time with each character, and would stop a run for ever without an error.
 */
export function endlessPattern(loaded: object): RegExp | null {
  // Only a context of its own can be stopped in the middle of a match.
  const apart = createContext({});
  const ends = ({ source, flags }: RegExp, text: string): boolean => {
    try {
      Object.assign(apart, { source, flags, text });
      runInContext("text.replace(new RegExp(source, flags), '')", apart, { timeout: PATIENCE_MS });
      return true;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT";
    }
  };
  return patternsIn(loaded).find((pattern) => probesOf(pattern).some((text) => !ends(pattern, text))) ?? null;
}

function probesOf({ source }: RegExp): readonly string[] {
  const own = [...new Set(source.replace(/\\[a-zA-Z]|[^\p{L}\p{N}_-]/gu, ""))].slice(0, 20);
  const units = new Set(["a", "A", "1", " ", "\n", "'", ".", "a ", "aA", ...own]);
  return [...units].flatMap((unit) => {
    const text = unit.repeat(PROBE_CHARACTERS / unit.length);
    return [`${text}!`, `${text}\u0000`];
  });
}

/** Returns the patterns below an object; maps and long lists hold tokens. */
function patternsIn(root: object): readonly RegExp[] {
  const found: RegExp[] = [];
  const seen = new Set<object>([root]);
  for (const part of seen) {
    if (part instanceof RegExp) found.push(part);
    if (seen.size > MOST_PARTS || part instanceof Map || part instanceof Set) continue;
    const inner = Array.isArray(part) && part.length > 1000 ? [] : Object.values(part);
    if (inner.length > 1000) continue;
    for (const value of inner) if (isPart(value)) seen.add(value);
  }
  return found;
}

/** The library's parts are functions with properties. */
function isPart(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
