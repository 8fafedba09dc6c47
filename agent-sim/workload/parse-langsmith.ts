// Runs exported from LangSmith: a list, `{runs: [...]}` or one a line, nested ones (`child_runs`) included.
import { cacheCountsOf, cacheField, cacheUsage, looksLikeUsage } from "./cache-usage.ts";
import { readTokenCount } from "./field-domains.ts";
import { badField, isObject, type Place, requireField, textOf } from "./fields.ts";
import type { Reading } from "./parse-otel.ts";
import type { JsonRecord } from "./read-json-records.ts";
import { readTimeMs } from "./timestamp.ts";
import type { TraceSpan } from "./trace-span.ts";

type Fields = Record<string, unknown>;

/**
 * Yields the run of a record and its nested runs. Only runs of type `llm` have tokens of their own: those of others are
 * sums over what they called, and are left out. A damaged run among nested ones is set aside, and so is a value outside the
 * domain of its field.
 *
 * Throws BadInputError with file, line, number of the run and field for an id, type or start of the outer run that is
 * missing or none.
 */
export function* parseLangsmithRun({ value, place }: JsonRecord, reading: Reading): Generator<TraceSpan> {
  yield readRun(value, place, null, reading);
  yield* readChildren(value, place, reading);
}

function* readChildren(run: Fields, place: Place, reading: Reading): Generator<TraceSpan> {
  const children = run.child_runs;
  if (children === undefined || children === null) return;
  if (!Array.isArray(children)) {
    reading.setAside.add("values", "child_runs is no list of runs", place);
    return;
  }
  for (const child of children) {
    const span = reading.setAside.attempt(place, () => {
      if (!isObject(child)) throw badField(place, "child_runs[]", "a run", child);
      return readRun(child, place, run, reading);
    });
    if (span === null) continue;
    yield span;
    yield* readChildren(child as Fields, place, reading);
  }
}

function readRun(run: Fields, place: Place, parent: Fields | null, reading: Reading): TraceSpan {
  const id = requireText(run, "id", place);
  const parentId = textOf(run.parent_run_id) ?? textOf(parent?.id);
  const traceId = textOf(run.trace_id) ?? textOf(parent?.trace_id);
  // The trace of a root is the root.
  if (traceId === null && parentId !== null) throw badField(place, "trace_id", "a value", undefined);
  const type = requireText(run, "run_type", place);
  const start = requireTime(run, "start_time", place);
  const endMs = optionalTime(run, "end_time", start, place, reading);
  const firstMs = optionalTime(run, "first_token_time", start, place, reading);
  const metadata = { ...within(run, "metadata", ""), ...within(run, "extra", "metadata") };
  const isModel = type === "llm";
  const tokens = isModel ? readTokens(run, metadata, place, reading) : noTokens;
  return {
    id,
    parentId,
    traceId: traceId ?? id,
    conversation:
      textOf(metadata.thread_id) ?? textOf(metadata.session_id) ?? textOf(metadata.conversation_id),
    agent: textOf(metadata.lc_agent_name) ?? textOf(metadata.agent_name),
    agentId: textOf(metadata.agent_id),
    place: graphNode(metadata),
    provider: textOf(metadata.ls_provider),
    scope: null,
    role: isModel ? "model" : "other",
    startMs: start,
    endMs,
    ...tokens,
    firstToken: isModel && firstMs !== null ? { ms: firstMs - start, inSeconds: null } : null,
  };
}

/**
 * Returns the node of the graph. A node of a graph within a graph has the names of both, because agents that
 * are made alike call their only node alike (`langgraph_checkpoint_ns`: `writer:<id>|agent:<id>`).
 */
function graphNode(metadata: Fields): string | null {
  const node = textOf(metadata.langgraph_node);
  const path = textOf(metadata.langgraph_checkpoint_ns)
    ?.split("|")
    .map((part) => part.split(":")[0]);
  return node !== null && path !== undefined && path.length > 1 ? path.join("/") : node;
}

type Tokens = Pick<
  TraceSpan,
  "inputTokens" | "outputTokens" | "cacheReadTokens" | "cacheWriteTokens" | "cacheCounts"
>;

const noTokens: Tokens = {
  inputTokens: null,
  outputTokens: null,
  cacheReadTokens: null,
  cacheWriteTokens: null,
  cacheCounts: null,
};

const inputNames = ["prompt_tokens", "input_tokens"];
const outputNames = ["completion_tokens", "output_tokens"];
const detailNames = [
  "prompt_token_details",
  "input_token_details",
  "prompt_tokens_details",
  "input_tokens_details",
];
/** Of a usage, beside those above. */
const knownNames = new Set([...inputNames, ...outputNames, "total_tokens", "completion_tokens_details"]);

/**
 * Returns the counts of the run itself, or where it has none, of the usage that the model reported, which exporters keep
 * in the metadata, the outputs or the message. Tokens of the cache may stand in any of them.
 */
function readTokens(run: Fields, metadata: Fields, place: Place, { setAside, unread }: Reading): Tokens {
  const outputs = object(run.outputs);
  const usages: readonly (readonly [string, Fields])[] = [
    ["", run],
    ["extra.metadata.usage_metadata.", object(metadata.usage_metadata)],
    ["outputs.usage_metadata.", object(outputs.usage_metadata)],
    ["outputs.llm_output.token_usage.", within(outputs, "llm_output", "token_usage")],
    ["outputs.llm_output.usage.", within(outputs, "llm_output", "usage")],
    ["outputs.usage.", object(outputs.usage)],
    ["outputs.generations[0][0].message.kwargs.usage_metadata.", messageUsage(outputs)],
  ];
  const count = (path: string, fields: Fields, names: readonly string[]): number | null => {
    const name = names.find((one) => fields[one] !== undefined && fields[one] !== null);
    if (name === undefined) return null;
    const found = readTokenCount(fields[name]);
    if (found === undefined) setAside.add("values", `${path}${name} is no count of tokens`, place);
    return found ?? null;
  };
  const { read, write } = cacheOf(usages, place, setAside);
  const inputs = usages.map(([path, usage]) => count(path, usage, inputNames));
  // A run that nobody counted says 0: no call reads nothing, unless all of it is counted with the cache.
  const counted = inputs.findIndex((input) => input !== null && input > 0);
  const found = counted === -1 && (read ?? 0) + (write ?? 0) > 0 ? inputs.indexOf(0) : counted;
  if (found !== -1) {
    const [path, usage] = usages[found];
    const input = inputs[found];
    const output = count(path, usage, outputNames);
    const total = readTokenCount(usage.total_tokens) ?? null;
    for (const [, fields] of usages.slice(1)) {
      for (const name of Object.keys(fields)) {
        const isRead = knownNames.has(name) || detailNames.includes(name) || cacheField(name, true) !== null;
        if (!isRead && looksLikeUsage(name) && typeof fields[name] === "number") unread.add(name);
      }
    }
    return {
      inputTokens: input,
      outputTokens: output,
      cacheReadTokens: read,
      cacheWriteTokens: write,
      cacheCounts: cacheCountsOf({ input, output, read, write, uncached: null, total }),
    };
  }
  return noTokens;
}

/** Returns the tokens of the cache, from the first usage that has any word of them. */
function cacheOf(
  usages: readonly (readonly [string, Fields])[],
  place: Place,
  setAside: Reading["setAside"],
): { readonly read: number | null; readonly write: number | null } {
  for (const [path, usage] of usages) {
    const details = detailNames.flatMap((name) => Object.entries(object(usage[name])));
    const created = Object.entries(object(usage.cache_creation));
    const own = path === "" ? [] : Object.entries(usage);
    const found = cacheUsage([...own, ...details, ...created], { inUsage: true });
    for (const name of found.outside) setAside.add("values", `${path}${name} is no count of tokens`, place);
    if (found.read !== null || found.write !== null) return found;
  }
  return { read: null, write: null };
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

function requireTime(run: Fields, field: string, place: Place): number {
  const value = requireField(run, field, place);
  const ms = readTimeMs(value);
  if (ms === null) throw badField(place, field, "a time such as 2025-05-01T12:00:00.123456", value);
  return ms;
}

/** Returns a time that may be missing; one that is none, or lies before the start, is set aside. */
function optionalTime(
  run: Fields,
  field: string,
  startMs: number,
  place: Place,
  { setAside }: Reading,
): number | null {
  if (run[field] === undefined || run[field] === null) return null;
  const ms = readTimeMs(run[field]);
  if (ms === null || ms < startMs) {
    setAside.add("values", `${field} is no time from start_time on`, place);
    return null;
  }
  return ms;
}

function within(fields: Fields, outer: string, inner: string): Fields {
  const found = object(fields[outer]);
  return inner === "" ? found : object(found[inner]);
}

function object(value: unknown): Fields {
  return isObject(value) ? value : {};
}
