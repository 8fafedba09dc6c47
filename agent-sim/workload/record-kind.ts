// What a JSON object of a trace is, told by its keys alone: envelopes and file names differ, records do not.
import { isObject } from "./fields.ts";

/** What is read. */
export type RecordKind =
  | "span"
  | "jaeger-span"
  | "langsmith-run"
  | "langfuse-observation"
  | "openai-agents"
  | "claude-code"
  | "transcript"
  | "mooncake";

/** What is known and not read: its name, and what to do instead. */
export interface ForeignFormat {
  readonly name: string;
  readonly remedy: string;
}

type Fields = Record<string, unknown>;

const starts = ["startTimeUnixNano", "start_time_unix_nano", "startTime", "start_time", "timestamp"];
const observationTypes = new Set(
  "GENERATION SPAN EVENT AGENT TOOL CHAIN RETRIEVER EMBEDDING EVALUATOR GUARDRAIL".split(" "),
);

/** Returns the kind of a record, or null for an envelope, a part of a record, or anything else. */
export function recordKind(value: unknown): RecordKind | null {
  if (!isObject(value)) return null;
  const has = (...names: readonly string[]): boolean => names.some((name) => value[name] !== undefined);
  if (has("run_type", "dotted_order", "parent_run_id", "child_runs", "first_token_time"))
    return "langsmith-run";
  if (has("turns") && has("run_id")) return "transcript";
  if (Array.isArray(value.turns) && value.turns.some((turn) => isObject(turn) && "agent" in turn))
    return "transcript";
  if (has("hash_ids") || (has("input_length") && has("output_length"))) return "mooncake";
  if (has("span_data") || value.object === "trace.span" || (value.object === "trace" && has("workflow_name")))
    return "openai-agents";
  if (isClaudeCode(value, has)) return "claude-code";
  if (has("spanID") && has("operationName", "references", "startTime", "tags")) return "jaeger-span";
  if (isObservation(value, has)) return "langfuse-observation";
  // A log record has the ids of a span, and a body.
  if (has("body", "severityText", "severityNumber", "observedTimeUnixNano") && !has("endTimeUnixNano"))
    return null;
  return isSpan(value, has) ? "span" : null;
}

type Has = (...names: readonly string[]) => boolean;

function isSpan(value: Fields, has: Has): boolean {
  if (has("startTimeUnixNano", "start_time_unix_nano", "context.span_id")) return true;
  const context = isObject(value.context) ? value.context : {};
  const hasId = has("spanId", "span_id") || context.span_id !== undefined || context.spanId !== undefined;
  if (hasId) return has(...starts, "name", "attributes", "parentSpanId", "parent_id");
  const hasTrace = has("traceId", "trace_id") || context.trace_id !== undefined;
  return hasTrace && has("attributes") && has(...starts);
}

function isClaudeCode(value: Fields, has: Has): boolean {
  // Entries about others, without a session.
  if (value.type === "file-history-snapshot" || (value.type === "summary" && has("leafUuid"))) return true;
  if (!has("sessionId") || typeof value.type !== "string" || has("traceId", "trace_id")) return false;
  return has("uuid", "leafUuid", "parentUuid", "message", "operation");
}

function isObservation(value: Fields, has: Has): boolean {
  if (!has("traceId", "trace_id") || typeof value.type !== "string" || !has("id")) return false;
  return observationTypes.has(value.type.toUpperCase()) && has("startTime", "start_time");
}

/** Returns what an object is of the formats that are known and not read, or null. */
export function foreignFormat(value: unknown): ForeignFormat | null {
  if (!isObject(value)) return null;
  const has = (...names: readonly string[]): boolean => names.some((name) => value[name] !== undefined);
  if (has("traceId") && has("id") && has("timestamp", "duration", "localEndpoint", "annotations"))
    return {
      name: "Zipkin spans",
      remedy:
        "tags of Zipkin are texts without types, so export OTLP/JSON or Jaeger JSON from the same collector instead",
    };
  if (has("conversations"))
    return {
      name: "ShareGPT conversations",
      remedy:
        "they have texts without token counts or agents: write one run a line with run_id and turns [{agent, chars, tokens_o200k}]",
    };
  if (Array.isArray(value.messages))
    return {
      name: "chat messages",
      remedy:
        "they have no token counts, times or agents: write one run a line with run_id and turns [{agent, chars, tokens_o200k}]",
    };
  if (has("traceEvents") || (has("ph") && has("ts")))
    return { name: "Chrome trace events", remedy: "export OTLP/JSON from the same instrumentation" };
  if (has("event_type", "payload") && has("id") && has("timestamp"))
    return {
      name: "events of a callback handler",
      remedy: "export OpenTelemetry spans, or runs of LangSmith",
    };
  if (has("request", "response") && has("startTime", "endTime", "request_id", "model"))
    return {
      name: "logs of a gateway",
      remedy: "switch on its OpenTelemetry export: single requests do not say which agent made them",
    };
  if (has("resourceLogs", "resource_logs"))
    return { name: "OpenTelemetry logs", remedy: "export the traces: the file exporter's signal `traces`" };
  if (has("resourceMetrics", "resource_metrics"))
    return {
      name: "OpenTelemetry metrics",
      remedy: "export the traces: the file exporter's signal `traces`",
    };
  return null;
}

/** Keys of a document that hold other signals than traces, by what they are. */
export const otherSignals: Readonly<Record<string, string>> = {
  resourceMetrics: "batch of metrics (resourceMetrics)",
  resource_metrics: "batch of metrics (resource_metrics)",
  resourceLogs: "batch of logs (resourceLogs)",
  resource_logs: "batch of logs (resource_logs)",
  resourceProfiles: "batch of profiles (resourceProfiles)",
};
