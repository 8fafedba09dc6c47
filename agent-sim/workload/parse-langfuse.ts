// Observations of Langfuse: its interface's answer, an export one a line, or a trace with its observations inside.
import { cacheCountsOf, cacheField, cacheUsage, looksLikeUsage } from "./cache-usage.ts";
import { readTokenCount } from "./field-domains.ts";
import { badField, isObject, textOf } from "./fields.ts";
import type { Reading } from "./parse-otel.ts";
import type { JsonRecord } from "./read-json-records.ts";
import { readTimeMs } from "./timestamp.ts";
import type { TraceSpan } from "./trace-span.ts";

type Fields = Record<string, unknown>;

/** Counts of whole calls among the details of a usage; any other name is a part of one of them. */
const inputNames = ["input", "input_tokens", "promptTokens", "prompt_tokens"];
const outputNames = ["output", "output_tokens", "completionTokens", "completion_tokens"];
const knownNames = new Set([...inputNames, ...outputNames, "total", "unit", "totalTokens", "total_tokens"]);

/**
 * Returns the span of an observation; names of fields in camel case or with underscores. A `GENERATION` is a call of a model,
 * an `AGENT` speaks by its name. Throws BadInputError with the place for an id or start that is missing or none.
 */
export function parseLangfuseObservation(
  { value, place }: JsonRecord,
  { setAside, unread }: Reading,
): TraceSpan {
  const field = (camel: string): unknown =>
    value[camel] ?? value[camel.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)];
  const id = textOf(value.id);
  const traceId = textOf(field("traceId"));
  if (id === null) throw badField(place, "id", "an id that is not empty", value.id);
  if (traceId === null) throw badField(place, "traceId", "an id that is not empty", field("traceId"));
  const startMs = readTimeMs(field("startTime"));
  if (startMs === null) throw badField(place, "startTime", "a time", field("startTime"));
  const later = (name: string): number | null => {
    const given = field(name);
    if (given === undefined || given === null) return null;
    const ms = readTimeMs(given);
    if (ms !== null && ms >= startMs) return ms;
    setAside.add("values", `${name} is no time from startTime on`, place);
    return null;
  };
  const type = String(value.type).toUpperCase();
  const metadata = isObject(value.metadata) ? value.metadata : {};
  const firstMs = later("completionStartTime");
  const isModel = type === "GENERATION";
  const details = { ...object(value.usage), ...object(field("usageDetails")) };
  const count = (names: readonly string[]): number | null => {
    const name = names.find((one) => details[one] !== undefined && details[one] !== null);
    if (name === undefined) return null;
    const found = readTokenCount(details[name]);
    if (found === undefined) setAside.add("values", `usage.${name} is no count of tokens`, place);
    return found ?? null;
  };
  const cache = cacheUsage(Object.entries(details), { inUsage: true });
  for (const name of cache.outside) setAside.add("values", `usage.${name} is no count of tokens`, place);
  if (isModel) {
    for (const name of Object.keys(details)) {
      const isRead = knownNames.has(name) || cacheField(name, true) !== null;
      if (!isRead && /input|prompt/.test(name) && looksLikeUsage(`usage.${name}`))
        unread.add(`usageDetails.${name}`);
    }
  }
  const input = count(inputNames);
  const output = count(outputNames);
  const { read, write } = cache;
  // An observation that nobody counted says 0.
  const isCounted = isModel && input !== null && input + (read ?? 0) + (write ?? 0) > 0;
  const total = readTokenCount(details.total ?? details.totalTokens ?? details.total_tokens) ?? null;
  return {
    id: `${traceId}/${id}`,
    parentId: parentOf(field("parentObservationId"), traceId),
    traceId,
    conversation: textOf(field("sessionId")) ?? textOf(metadata.thread_id),
    agent:
      textOf(metadata.lc_agent_name) ??
      (type === "AGENT" ? (textOf(value.name)?.replace(/^invoke_agent /, "") ?? null) : null),
    agentId: null,
    place: textOf(metadata.langgraph_node),
    provider: textOf(metadata.ls_provider),
    scope: null,
    role: isModel ? "model" : type === "AGENT" || type === "CHAIN" ? "agent" : "other",
    startMs,
    endMs: later("endTime"),
    inputTokens: isCounted ? input : null,
    outputTokens: isCounted ? output : null,
    cacheReadTokens: isCounted ? read : null,
    cacheWriteTokens: isCounted ? write : null,
    cacheCounts: cacheCountsOf({ input, output, read, write, uncached: null, total }),
    firstToken: isModel && firstMs !== null ? { ms: firstMs - startMs, inSeconds: null } : null,
  };
}

function parentOf(parent: unknown, traceId: string): string | null {
  const id = textOf(parent);
  return id === null ? null : `${traceId}/${id}`;
}

function object(value: unknown): Fields {
  return isObject(value) ? value : {};
}
