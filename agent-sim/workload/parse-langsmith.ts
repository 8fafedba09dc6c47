// Runs exported from LangSmith: a list, `{runs: [...]}` or one a line, nested ones (`child_runs`) included.
import { badField, badLine, isObject, type Place, requireCount, requireField, textOf } from "./fields.ts";
import type { JsonRecord } from "./read-json-records.ts";
import { readTimeMs } from "./timestamp.ts";
import type { TraceSpan } from "./trace-span.ts";

type Fields = Record<string, unknown>;

/**
 * Yields the run of a record and its nested runs. Only runs of type `llm` have tokens of their own: those of others are
 * sums over what they called, and are left out.
 *
 * Throws BadInputError with file, line, number of the run and field for an id, type or time that is missing or none, an
 * end or first token before the start, and token counts that are none.
 */
export function* parseLangsmithRun({ value, place }: JsonRecord): Generator<TraceSpan> {
  if (!isObject(value)) throw badLine(place, "a run", value);
  yield readRun(value, place, null);
  yield* readChildren(value, place);
}

function* readChildren(run: Fields, place: Place): Generator<TraceSpan> {
  const children = run.child_runs;
  if (children === undefined || children === null) return;
  if (!Array.isArray(children)) throw badField(place, "child_runs", "a list of runs", children);
  for (const [i, child] of children.entries()) {
    if (!isObject(child)) throw badField(place, `child_runs[${i}]`, "a run", child);
    yield readRun(child, place, run);
    yield* readChildren(child, place);
  }
}

function readRun(run: Fields, place: Place, parent: Fields | null): TraceSpan {
  const id = requireText(run, "id", place);
  const parentId = optionalText(run, "parent_run_id", place) ?? textOf(parent?.id);
  const traceId = optionalText(run, "trace_id", place) ?? textOf(parent?.trace_id);
  // The trace of a root is the root.
  if (traceId === null && parentId !== null) throw badField(place, "trace_id", "a value", undefined);
  const type = requireText(run, "run_type", place);
  const start = requireTime(run, "start_time", place);
  const endMs = optionalTime(run, "end_time", start, place);
  const firstMs = optionalTime(run, "first_token_time", start, place);
  const metadata = within(run, "extra", "metadata");
  const isModel = type === "llm";
  const tokens = isModel ? readTokens(run, metadata, place) : noTokens;
  return {
    id,
    parentId,
    traceId: traceId ?? id,
    conversation:
      textOf(metadata.thread_id) ?? textOf(metadata.session_id) ?? textOf(metadata.conversation_id),
    agent: speaker(metadata),
    provider: textOf(metadata.ls_provider),
    role: isModel ? "model" : "other",
    startMs: start,
    endMs,
    ...tokens,
    firstTokenMs: isModel && firstMs !== null ? firstMs - start : null,
  };
}

/**
 * Returns who speaks: the node of the graph. A node of a graph within a graph has the names of both, because agents that
 * are made alike call their only node alike (`langgraph_checkpoint_ns`: `writer:<id>|agent:<id>`).
 */
function speaker(metadata: Fields): string | null {
  const node = textOf(metadata.langgraph_node);
  const path = textOf(metadata.langgraph_checkpoint_ns)
    ?.split("|")
    .map((part) => part.split(":")[0]);
  return node !== null && path !== undefined && path.length > 1 ? path.join("/") : node;
}

type Tokens = Pick<TraceSpan, "inputTokens" | "outputTokens" | "cacheReadTokens" | "cacheWriteTokens">;

const noTokens: Tokens = {
  inputTokens: null,
  outputTokens: null,
  cacheReadTokens: null,
  cacheWriteTokens: null,
};

/**
 * Returns the counts of the run itself, or where it has none, of the usage that the model reported, which exporters keep
 * in the metadata, the outputs or the message.
 */
function readTokens(run: Fields, metadata: Fields, place: Place): Tokens {
  const outputs = object(run.outputs);
  const usages: readonly (readonly [string, Fields])[] = [
    ["", run],
    ["extra.metadata.usage_metadata.", object(metadata.usage_metadata)],
    ["outputs.usage_metadata.", object(outputs.usage_metadata)],
    ["outputs.llm_output.token_usage.", within(outputs, "llm_output", "token_usage")],
    ["outputs.generations[0][0].message.kwargs.usage_metadata.", messageUsage(outputs)],
  ];
  const count = (path: string, fields: Fields, names: readonly string[]): number | null => {
    const name = names.find((one) => fields[one] !== undefined && fields[one] !== null);
    return name === undefined ? null : requireCount(fields[name], path + name, place);
  };
  const detail = (names: readonly string[]): number | null => {
    for (const [path, usage] of usages) {
      const field = path === "" ? "prompt_token_details" : "input_token_details";
      const found = count(`${path}${field}.`, object(usage[field]), names);
      if (found !== null) return found;
    }
    return null;
  };
  for (const [path, usage] of usages) {
    const inputTokens = count(path, usage, ["prompt_tokens", "input_tokens"]);
    // A run that nobody counted says 0: no call reads nothing.
    if (inputTokens === null || inputTokens === 0) continue;
    return {
      inputTokens,
      outputTokens: count(path, usage, ["completion_tokens", "output_tokens"]),
      cacheReadTokens: detail(["cache_read", "cached_tokens"]),
      cacheWriteTokens: detail(["cache_creation"]),
    };
  }
  return noTokens;
}

function messageUsage(outputs: Fields): Fields {
  const generation = Array.isArray(outputs.generations) ? outputs.generations[0] : undefined;
  const first = Array.isArray(generation) ? generation[0] : generation;
  const message = isObject(first) && isObject(first.message) ? first.message : {};
  return object((isObject(message.kwargs) ? message.kwargs : message).usage_metadata);
}

function requireText(run: Fields, field: string, place: Place): string {
  const value = requireField(run, field, place);
  const found = textOf(value);
  if (found === null) throw badField(place, field, "a text that is not empty", value);
  return found;
}

function optionalText(run: Fields, field: string, place: Place): string | null {
  const value = run[field];
  if (value === undefined || value === null) return null;
  return requireText(run, field, place);
}

function requireTime(run: Fields, field: string, place: Place): number {
  const value = requireField(run, field, place);
  const ms = readTimeMs(value);
  if (ms === null) throw badField(place, field, "a time such as 2025-05-01T12:00:00.123456", value);
  return ms;
}

/** Returns a time that may be missing, and lies not before the start. */
function optionalTime(run: Fields, field: string, startMs: number, place: Place): number | null {
  if (run[field] === undefined || run[field] === null) return null;
  const ms = requireTime(run, field, place);
  if (ms < startMs) throw badField(place, field, "a time not before start_time", run[field]);
  return ms;
}

function within(fields: Fields, outer: string, inner: string): Fields {
  return object(object(fields[outer])[inner]);
}

function object(value: unknown): Fields {
  return isObject(value) ? value : {};
}
