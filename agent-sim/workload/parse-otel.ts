// OpenTelemetry spans as JSON: OTLP, the console exporters, Jaeger, and Phoenix's frames and answers.
import { cacheCountsOf, cacheField, cacheUsage, looksLikeUsage } from "./cache-usage.ts";
import { readDuration, readNumber, readTokenCount } from "./field-domains.ts";
import { badField, isObject, type Place, textOf } from "./fields.ts";
import { attributeNames, firstTokenEvents, operationRoles } from "./otel-attributes.ts";
import type { JsonRecord } from "./read-json-records.ts";
import type { SetAside } from "./set-aside.ts";
import { readTimeMs } from "./timestamp.ts";
import type { FirstToken, TraceSpan } from "./trace-span.ts";
import type { UnreadNames } from "./unread-names.ts";

type Fields = Record<string, unknown>;

/** Where a reader tells what it leaves out. */
export interface Reading {
  readonly setAside: SetAside;
  readonly unread: UnreadNames;
}

/** Attributes lie no deeper in an object of objects. */
const DEEPEST_ATTRIBUTE = 8;

/**
 * Returns the span of a record. Keys may be those of OTLP (`startTimeUnixNano`, also with underscores), of the console
 * exporters (`context.span_id`, `parent_id`, `start_time`; `id`, `timestamp` and `duration` in microseconds), of Jaeger
 * (`spanID`, `references`, `tags`) or of a frame (`context.span_id`, `attributes.*` as columns); attributes a list of
 * key-value pairs, an object, or an object of objects.
 *
 * A value outside the domain of its field is set aside and missing. Throws BadInputError with file, line, number of the
 * span and field for an id or a start that is missing or none.
 */
export function parseOtelSpan({ value, place, scope }: JsonRecord, reading: Reading): TraceSpan {
  const context = isObject(value.context) ? value.context : {};
  const traceId = requireId(value, context, ["traceId", "trace_id", "traceID", "context.trace_id"], place);
  const spanId = requireId(value, context, ["spanId", "span_id", "spanID", "context.span_id", "id"], place);
  const { startMs, endMs } = readTimes(value, place, reading);
  const attributes = readAttributes(value, place);
  const operation = textOf(first(attributes, attributeNames.operation)?.value)?.toLowerCase() ?? null;
  const count = (names: readonly string[]): number | null => {
    for (const name of names) {
      const found = readTokenCount(attributes[name]);
      if (typeof found === "number") return found;
      if (found === undefined) outside(name);
    }
    return null;
  };
  const outside = (name: string): void =>
    reading.setAside.add("values", `attributes.${name} is no count of tokens`, place);
  const inputTokens = count(attributeNames.inputTokens);
  const outputTokens = count(attributeNames.outputTokens);
  const cache = cacheUsage(Object.entries(attributes), { inUsage: false });
  for (const name of cache.outside) outside(name);
  const { read, write } = cache;
  for (const name of Object.keys(attributes)) {
    if (!knownNames.has(name) && looksLikeUsage(name) && cacheField(name, false) === null)
      reading.unread.add(name);
  }
  return {
    id: `${traceId}/${spanId}`,
    parentId: readParent(value, traceId),
    traceId,
    conversation: labelOf(first(attributes, attributeNames.conversation)?.value),
    agent: textOf(first(attributes, attributeNames.agent)?.value) ?? traceloopAgent(attributes),
    agentId: labelOf(first(attributes, attributeNames.agentId)?.value),
    place: textOf(first(attributes, attributeNames.place)?.value),
    provider: textOf(first(attributes, attributeNames.provider)?.value),
    scope: scope ?? readScope(value, attributes),
    role: readRole(operation, inputTokens, outputTokens),
    startMs,
    endMs,
    inputTokens,
    outputTokens,
    cacheReadTokens: read,
    cacheWriteTokens: write,
    cacheCounts: cacheCountsOf({
      input: inputTokens,
      output: outputTokens,
      read,
      write,
      uncached: numberOf(first(attributes, attributeNames.uncachedTokens)?.value),
      total: numberOf(first(attributes, attributeNames.totalTokens)?.value),
    }),
    firstToken: readFirstToken(value, attributes, startMs, place, reading),
  };
}

const knownNames: ReadonlySet<string> = new Set(Object.values(attributeNames).flat());

function numberOf(value: unknown): number | null {
  return readNumber(value) ?? null;
}

/** An identifier may be a number. */
function labelOf(value: unknown): string | null {
  return typeof value === "number" ? String(value) : textOf(value);
}

function readScope(span: Fields, attributes: Fields): string | null {
  const own =
    span.instrumentationScope ?? span.instrumentationLibrary ?? span.instrumentation_scope ?? span.scope;
  const scope = isObject(own) ? own : {};
  const name = textOf(scope.name) ?? textOf(first(attributes, attributeNames.scopeName)?.value);
  const version = textOf(scope.version) ?? textOf(first(attributes, attributeNames.scopeVersion)?.value);
  return name === null || version === null ? name : `${name} ${version}`;
}

/** Returns what a span is: by its operation where that is known, else by its counts. */
function readRole(
  operation: string | null,
  inputTokens: number | null,
  outputTokens: number | null,
): TraceSpan["role"] {
  if (operation === null) return inputTokens === null ? "other" : "model";
  if (Object.hasOwn(operationRoles, operation)) return operationRoles[operation];
  return inputTokens === null || outputTokens === null ? "other" : "model";
}

const startNames = ["startTimeUnixNano", "start_time_unix_nano", "startTime", "start_time", "timestamp"];
const endNames = ["endTimeUnixNano", "end_time_unix_nano", "endTime", "end_time"];

function readTimes(
  span: Fields,
  place: Place,
  { setAside }: Reading,
): { readonly startMs: number; readonly endMs: number | null } {
  const start = requireOne(span, startNames, place);
  const startMs = readTimeMs(start.value);
  if (startMs === null) throw badField(place, start.name, "nanoseconds since 1970 or a time", start.value);
  const end = present(span, endNames);
  // Only the console exporter of Node and Jaeger give a duration without an end: in microseconds.
  const duration = end === undefined ? readDuration(span.duration) : null;
  if (duration === undefined) setAside.add("values", "duration is none of at least 0", place);
  if (typeof duration === "number") return { startMs, endMs: startMs + duration / 1000 };
  if (end === undefined) return { startMs, endMs: null };
  const endMs = readTimeMs(end.value);
  // OTLP's default, 0, is of a span that has not ended.
  if (endMs === 0) return { startMs, endMs: null };
  if (endMs === null) setAside.add("values", `${end.name} is no time`, place);
  else if (endMs < startMs) setAside.add("values", `${end.name} lies before ${start.name}`, place);
  return { startMs, endMs: endMs === null || endMs < startMs ? null : endMs };
}

function readParent(span: Fields, traceId: string): string | null {
  const context = isObject(span.parentSpanContext) ? span.parentSpanContext : {};
  const parent = present({ ...span, ...context }, [
    "parentSpanId",
    "parent_span_id",
    "parentId",
    "parent_id",
    "parentSpanID",
  ]);
  const id = labelOf(parent?.value) ?? textOf(context.spanId) ?? referenceOf(span.references);
  // A root has an empty parent, or one of zeros.
  return id === null || /^(0x)?0*$/.test(id) ? null : `${traceId}/${id}`;
}

/** Returns the parent among Jaeger's references. */
function referenceOf(references: unknown): string | null {
  if (!Array.isArray(references)) return null;
  const found = references.filter(isObject);
  const parent = found.find(({ refType }) => refType === "CHILD_OF") ?? found[0];
  return textOf(parent?.spanID);
}

/** Returns the attributes by name: of a list of `{key, value}`, of an object, of nested objects, or of columns. */
function readAttributes(span: Fields, place: Place): Fields {
  const attributes = span.attributes ?? span.tags;
  const fields: Fields = Object.create(null) as Fields;
  if (Array.isArray(attributes)) {
    for (const [i, attribute] of attributes.entries()) {
      const key = isObject(attribute) ? textOf(attribute.key) : null;
      if (key === null) throw badField(place, `attributes[${i}]`, "a key and a value", attribute);
      fields[key] = scalarOf((attribute as Fields).value);
    }
  } else if (isObject(attributes)) flatten(attributes, "", fields, 0);
  else if (attributes !== undefined && attributes !== null)
    throw badField(place, "attributes", "a list or an object", attributes);
  else {
    for (const [name, value] of Object.entries(span)) {
      if (!name.startsWith("attributes.")) continue;
      const column = name.slice("attributes.".length);
      if (isObject(value)) flatten(value, `${column}.`, fields, 0);
      else fields[column] = value;
    }
  }
  return fields;
}

/** Writes an object of objects as names with points: `{llm: {provider}}` is `llm.provider`. */
function flatten(from: Fields, before: string, into: Fields, depth: number): void {
  for (const [name, value] of Object.entries(from)) {
    if (isObject(value) && depth < DEEPEST_ATTRIBUTE) {
      const scalar = scalarOf(value);
      if (scalar !== undefined && Object.keys(value).length === 1) into[before + name] = scalar;
      else flatten(value, `${before}${name}.`, into, depth + 1);
    } else into[before + name] = value;
  }
}

const valueNames = [
  "stringValue",
  "intValue",
  "doubleValue",
  "boolValue",
  "string_value",
  "int_value",
  "double_value",
  "bool_value",
];

function scalarOf(value: unknown): unknown {
  if (!isObject(value)) return value;
  const found = present(value, valueNames)?.value;
  // protobuf.js writes a 64-bit integer as two words.
  if (isObject(found) && typeof found.low === "number")
    return found.low + 2 ** 32 * (typeof found.high === "number" ? found.high : 0);
  return found;
}

function readFirstToken(
  span: Fields,
  attributes: Fields,
  startMs: number,
  place: Place,
  { setAside }: Reading,
): FirstToken | null {
  const outside = (name: string): null => {
    setAside.add("values", `${name} is no time of at least 0 after the start`, place);
    return null;
  };
  const exact = first(attributes, attributeNames.firstTokenMs);
  const found = exact ?? first(attributes, attributeNames.firstTokenS);
  if (found !== undefined) {
    const duration = readDuration(found.value);
    if (duration === null) return null;
    if (duration === undefined) return outside(`attributes.${found.name}`);
    return exact === undefined
      ? { ms: duration * 1000, inSeconds: found.name }
      : { ms: duration, inSeconds: null };
  }
  const events = Array.isArray(span.events) ? span.events : [];
  const event = events.find((one) => isObject(one) && firstTokenEvents.includes(String(one.name))) as
    | Fields
    | undefined;
  if (event === undefined) return null;
  const time = present(event, ["timeUnixNano", "time_unix_nano", "timestamp", "time"]);
  const timeMs = time === undefined ? null : readTimeMs(time.value);
  if (timeMs === null || timeMs < startMs) return outside(`events, ${String(event.name)}`);
  return { ms: timeMs - startMs, inSeconds: null };
}

function traceloopAgent(attributes: Fields): string | null {
  return attributes["traceloop.span.kind"] === "agent" ? textOf(attributes["traceloop.entity.name"]) : null;
}

function requireId(span: Fields, context: Fields, names: readonly string[], place: Place): string {
  const found = present(context, names) ?? requireOne(span, names, place);
  const id = labelOf(found.value);
  if (id === null || /^(0x)?0*$/.test(id))
    throw badField(place, found.name, "an id that is not empty", found.value);
  return id;
}

interface Named {
  readonly name: string;
  readonly value: unknown;
}

/** Returns the first of the fields that is there and not null. */
function present(fields: Fields, names: readonly string[]): Named | undefined {
  const name = names.find((one) => Object.hasOwn(fields, one) && fields[one] !== null);
  return name === undefined ? undefined : { name, value: fields[name] };
}

function requireOne(fields: Fields, names: readonly string[], place: Place): Named {
  const found = present(fields, names);
  if (found === undefined) throw badField(place, names[0], "a value", undefined);
  return found;
}

function first(attributes: Fields, names: readonly string[]): Named | undefined {
  const name = names.find((one) => attributes[one] !== undefined && attributes[one] !== null);
  return name === undefined ? undefined : { name, value: attributes[name] };
}
