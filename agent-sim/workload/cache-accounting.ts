// Whether input tokens hold those of the cache: of each instrumentation and provider, by what its calls show.

/** `undecided` where nothing shows it: both readings are then told. */
export type Accounting = "within" | "apart" | "undecided";

/**
 * Providers whose own interface counts tokens of the cache within the input tokens, by how their names begin in the
 * conventions and in instrumentations. OpenAI: `prompt_tokens` with `prompt_tokens_details.cached_tokens` of them; Gemini:
 * `promptTokenCount` includes `cachedContentTokenCount`; DeepSeek: `prompt_tokens` is hits and misses. Anthropic and Bedrock
 * count apart, but instrumentations add them up or do not, so they are none.
 */
const countsWithin =
  /^(openai|azure|az\.ai|gcp\.gemini|gemini|google_genai|google\.generative|deepseek|groq|x_?ai$)/i;

/** Returns a table that hears evidence of calls and then decides for all calls of a scope. */
export function createAccounting() {
  const numbers = new Map<string, number>();
  const groups: { scope: string | null; provider: string | null; within: boolean; apart: boolean }[] = [];
  let decided: readonly Accounting[] | null = null;
  return {
    /** Returns the number of a scope (name and version) and provider. */
    group(scope: string | null, provider: string | null): number {
      const key = JSON.stringify([scope, provider]);
      const known = numbers.get(key);
      if (known !== undefined) return known;
      numbers.set(key, groups.length);
      groups.push({ scope, provider, within: false, apart: false });
      return groups.length - 1;
    },
    /** Takes what one call shows; null is nothing. */
    hear(group: number, shows: "within" | "apart" | null): void {
      if (shows !== null) groups[group][shows] = true;
      decided = null;
    },
    /** Returns how the calls of a group count, unless a call shows otherwise. */
    of(group: number): Accounting {
      decided ??= groups.map(({ scope, provider, within, apart }) => {
        if (within !== apart) return within ? "within" : "apart";
        if (within) return "undecided";
        if (provider !== null) return countsWithin.test(provider) ? "within" : "undecided";
        // A call without a provider counts as the others of its scope, where those agree.
        const others = groups.filter((other) => other.scope === scope && other.within !== other.apart);
        const kinds = new Set(others.map((other) => other.within));
        return kinds.size === 1 ? (kinds.has(true) ? "within" : "apart") : "undecided";
      });
      return decided[group];
    },
  };
}
