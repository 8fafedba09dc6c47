// Session logs of Claude Code: one entry a line; an answer has an entry for each part of it, each with the usage so far.
import { cacheUsage } from "./cache-usage.ts";
import { readTokenCount } from "./field-domains.ts";
import { badField, isObject, textOf } from "./fields.ts";
import type { Reading } from "./parse-otel.ts";
import type { JsonRecord } from "./read-json-records.ts";
import { readTimeMs } from "./timestamp.ts";
import type { TraceSpan } from "./trace-span.ts";

/**
 * Returns the call that an entry is a part of, or null for an entry of another sort (what the user said, summaries). A call is
 * known by the id of its message. Its entries say when a part was written, not when the call began: it is taken to run from
 * the first to the last.
 *
 * The main agent and those that work beside the main chain (`isSidechain`) are told apart, by `agentId` where an entry has
 * one. Throws BadInputError with the place for a time that is none.
 */
export function parseClaudeCode({ value, place }: JsonRecord, { setAside }: Reading): TraceSpan | null {
  const message = isObject(value.message) ? value.message : {};
  const usage = isObject(message.usage) ? message.usage : null;
  const session = textOf(value.sessionId);
  const id = textOf(message.id) ?? textOf(value.requestId) ?? textOf(value.uuid);
  if (value.type !== "assistant" || usage === null || session === null || id === null) return null;
  // An error that the program answers itself.
  if (message.model === "<synthetic>") return null;
  const startMs = readTimeMs(value.timestamp);
  if (startMs === null) throw badField(place, "timestamp", "a time", value.timestamp);
  const count = (name: string): number | null => {
    const found = readTokenCount(usage[name]);
    if (found === undefined) setAside.add("values", `message.usage.${name} is no count of tokens`, place);
    return found ?? null;
  };
  const parts = isObject(usage.cache_creation) ? Object.entries(usage.cache_creation) : [];
  const cache = cacheUsage([...Object.entries(usage), ...parts], { inUsage: true });
  const agentId = textOf(value.agentId);
  const isMain = value.isSidechain !== true;
  return {
    id: `${session}/${id}`,
    parentId: null,
    traceId: session,
    conversation: session,
    agent: isMain ? "main" : agentId === null ? "sub-agent" : `sub-agent ${agentId}`,
    agentId: null,
    place: null,
    provider: "anthropic",
    scope: "claude-code",
    role: "model",
    startMs,
    endMs: startMs,
    inputTokens: count("input_tokens"),
    outputTokens: count("output_tokens"),
    cacheReadTokens: cache.read,
    cacheWriteTokens: cache.write,
    // Anthropic's interface counts what was read from the cache and written to it beside the input.
    cacheCounts: "apart",
    firstToken: null,
    grows: true,
  };
}
