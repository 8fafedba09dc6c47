// Traces of the OpenAI Agents SDK, as its processors write them: `trace` and `trace.span` objects.
import { cacheUsage } from "./cache-usage.ts";
import { readTokenCount } from "./field-domains.ts";
import { badField, isObject, textOf } from "./fields.ts";
import type { Reading } from "./parse-otel.ts";
import type { JsonRecord } from "./read-json-records.ts";
import { readTimeMs } from "./timestamp.ts";
import type { TraceSpan } from "./trace-span.ts";

type Fields = Record<string, unknown>;

const noWork = {
  agent: null,
  agentId: null,
  place: null,
  provider: null,
  scope: null,
  inputTokens: null,
  outputTokens: null,
  cacheReadTokens: null,
  cacheWriteTokens: null,
  cacheCounts: null,
  firstToken: null,
} as const;

/**
 * Returns the span of a record; a trace is the root of its spans, and its `group_id` their conversation. Throws BadInputError
 * with the place for an id or start that is missing or none.
 */
export function parseOpenaiAgents({ value, place }: JsonRecord, { setAside }: Reading): TraceSpan {
  const id = textOf(value.id);
  if (id === null) throw badField(place, "id", "an id that is not empty", value.id);
  if (value.object === "trace") {
    return {
      ...noWork,
      id: rootOf(id),
      parentId: null,
      traceId: id,
      conversation: textOf(value.group_id),
      role: "other",
      startMs: 0,
      endMs: null,
    };
  }
  const traceId = textOf(value.trace_id);
  if (traceId === null) throw badField(place, "trace_id", "an id that is not empty", value.trace_id);
  const startMs = readTimeMs(value.started_at);
  if (startMs === null) throw badField(place, "started_at", "a time", value.started_at);
  const endMs = value.ended_at === null || value.ended_at === undefined ? null : readTimeMs(value.ended_at);
  const isEnd = endMs === null || endMs >= startMs;
  if (!isEnd) setAside.add("values", "ended_at lies before started_at", place);
  const data: Fields = isObject(value.span_data) ? value.span_data : {};
  const type = textOf(data.type);
  const isModel = type === "generation" || type === "response";
  const usage: Fields = isObject(data.usage) ? data.usage : {};
  const count = (names: readonly string[]): number | null => {
    const name = names.find((one) => usage[one] !== undefined && usage[one] !== null);
    if (name === undefined) return null;
    const found = readTokenCount(usage[name]);
    if (found === undefined) setAside.add("values", `span_data.usage.${name} is no count of tokens`, place);
    return found ?? null;
  };
  const details = ["input_tokens_details", "prompt_tokens_details"].flatMap((name) =>
    isObject(usage[name]) ? Object.entries(usage[name]) : [],
  );
  const cache = cacheUsage([...Object.entries(usage), ...details], { inUsage: true });
  const parent = textOf(value.parent_id);
  return {
    ...noWork,
    id: `${traceId}/${id}`,
    parentId: parent === null ? rootOf(traceId) : `${traceId}/${parent}`,
    traceId,
    conversation: null,
    agent: type === "agent" ? textOf(data.name) : null,
    // The SDK calls models by the interface of OpenAI, whose prompt tokens hold those of the cache.
    provider: "openai",
    role: isModel ? "model" : type === "agent" ? "agent" : "other",
    startMs,
    endMs: isEnd ? endMs : null,
    inputTokens: isModel ? count(["input_tokens", "prompt_tokens"]) : null,
    outputTokens: isModel ? count(["output_tokens", "completion_tokens"]) : null,
    cacheReadTokens: isModel ? cache.read : null,
    cacheWriteTokens: isModel ? cache.write : null,
  };
}

function rootOf(traceId: string): string {
  return `${traceId}/`;
}
