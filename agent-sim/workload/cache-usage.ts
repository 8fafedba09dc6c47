// Tokens of a prefix cache in what a call reports: every instrumentation spells them in its own way, so the words decide.
import { readTokenCount } from "./field-domains.ts";

export interface CacheUsage {
  /** Null where nothing says. */
  readonly read: number | null;
  readonly write: number | null;
  /** Names of counts that are outside of their domain. */
  readonly outside: readonly string[];
}

/** What a name counts: tokens read from the cache, written to it in all, or written to it for a time to live of its own. */
type CacheField = "read" | "write" | "write-part" | null;

/** Not a count of input tokens of the text: prices, limits, other modalities, or what was not in the cache. */
const otherWords =
  /(^|[._])(costs?|price|usd|audio|image|video|ratio|rate|percent|limit|max|budget|savings?|miss|misses|no_cache|uncached|non_cached|details_cost)([._]|$)/;

const known = new Map<string, CacheField>();
const MOST_KNOWN = 5000;

/**
 * Returns what a name counts: `cache_read_input_tokens`, `cachedInputTokens`, `input_tokens.cached`, `prompt_details.cache_read`
 * are tokens read, `cache_creation_input_tokens`, `cache_write.input_tokens` tokens written, `ephemeral_5m_input_tokens` a
 * part of those. An attribute has to speak of tokens or usage; `inUsage` says that the object does.
 */
export function cacheField(name: string, inUsage: boolean): CacheField {
  const key = inUsage ? `u ${name}` : name;
  const found = known.get(key);
  if (found !== undefined) return found;
  const field = fieldOf(name, inUsage);
  if (known.size < MOST_KNOWN) known.set(key, field);
  return field;
}

function fieldOf(name: string, inUsage: boolean): CacheField {
  const words = name.replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();
  if (!/cache|ephemeral/.test(words) || otherWords.test(words)) return null;
  if (!inUsage && !/token|usage/.test(words)) return null;
  if (/ephemeral|_(5m|1h)(_|$)/.test(words)) return "write-part";
  if (/creat|writ|stor/.test(words)) return "write";
  return /read|cached|hit/.test(words) ? "read" : null;
}

/**
 * Returns the tokens of the cache among `fields`. Several names for one count are one count, the largest; parts of what was
 * written are summed, and stand where the whole is less (some write 0 there).
 */
export function cacheUsage(
  fields: Iterable<readonly [string, unknown]>,
  { inUsage }: { readonly inUsage: boolean },
): CacheUsage {
  let read: number | null = null;
  let write: number | null = null;
  const parts = new Map<string, number>();
  const outside: string[] = [];
  for (const [name, value] of fields) {
    const field = cacheField(name, inUsage);
    if (field === null || typeof value === "object" || typeof value === "boolean") continue;
    const count = readTokenCount(value);
    if (count === undefined) outside.push(name);
    else if (count === null) continue;
    else if (field === "read") read = Math.max(read ?? 0, count);
    else if (field === "write") write = Math.max(write ?? 0, count);
    else parts.set(name.includes("1h") ? "1h" : "5m", count);
  }
  const inParts = [...parts.values()].reduce((sum, count) => sum + count, 0);
  if (parts.size > 0) write = Math.max(write ?? 0, inParts);
  return { read, write, outside };
}

/**
 * Returns whether input tokens hold those of the cache, by the counts of one call: more in the cache than input, or a total
 * that only adds up with them, means apart; an uncached part that adds up to the input with them means within. Null where
 * the counts do not tell.
 */
export function cacheCountsOf(counts: {
  readonly input: number | null;
  readonly output: number | null;
  readonly read: number | null;
  readonly write: number | null;
  readonly uncached: number | null;
  readonly total: number | null;
}): "within" | "apart" | null {
  const { input, output, uncached, total } = counts;
  const cached = (counts.read ?? 0) + (counts.write ?? 0);
  if (input === null || cached === 0) return null;
  if (cached > input) return "apart";
  if (uncached !== null && (uncached + cached === input || uncached + (counts.read ?? 0) === input))
    return "within";
  if (total !== null && total === input + (output ?? 0) + cached) return "apart";
  return null;
}

const seen = new Map<string, boolean>();

/** Returns whether the name of an attribute looks like usage; of those that are read it is asked elsewhere. */
export function looksLikeUsage(name: string): boolean {
  const found = seen.get(name);
  if (found !== undefined) return found;
  const words = name.replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();
  const looks =
    /usage|cache|token/.test(words) &&
    !/max_?tokens|max_output|token_?type|total_?tokens|reasoning|choice|time_to_/.test(words);
  if (seen.size < MOST_KNOWN) seen.set(name, looks);
  return looks;
}
