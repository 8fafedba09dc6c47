// OpenTelemetry spans as JSON: OTLP (`resourceSpans`), spans in a list or one a line, and the console exporters' form.
import { badField, badLine, isObject, type Place, requireCount, textOf } from "./fields.ts";
import { attributeNames, firstTokenEvents, operationRoles } from "./otel-attributes.ts";
import type { JsonRecord } from "./read-json-records.ts";
import { readTimeMs } from "./timestamp.ts";
import type { TraceSpan } from "./trace-span.ts";

type Fields = Record<string, unknown>;

/**
 * Returns the span of a record. Keys may be those of OTLP (`startTimeUnixNano`, also with underscores) or of the console
 * exporters (`context.span_id`, `parent_id`, `start_time`; `id`, `timestamp` and `duration` in microseconds); attributes a list
 * of OTLP's key-value pairs or an object.
 *
 * Throws BadInputError with file, line, number of the span and field for an id or time that is missing or none, an end
 * before its start, and token counts that are none.
 */
export function parseOtelSpan({ value, place }: JsonRecord): TraceSpan {
  if (!isObject(value)) throw badLine(place, "a span", value);
  const context = isObject(value.context) ? value.context : {};
  const traceId = requireId(value, context, ["traceId", "trace_id"], place);
  const spanId = requireId(value, context, ["spanId", "span_id", "id"], place);
  const { startMs, endMs } = readTimes(value, place);
  const attributes = readAttributes(value.attributes, place);
  const operation = textOf(first(attributes, attributeNames.operation)?.value)?.toLowerCase() ?? null;
  const count = (names: readonly string[]): number | null => {
    const found = first(attributes, names);
    // A whole number that went through a text or a double is still one.
    const number =
      typeof found?.value === "string" && /^\d+$/.test(found.value) ? Number(found.value) : found?.value;
    return found === undefined ? null : requireCount(number, `attributes.${found.name}`, place);
  };
  const inputTokens = count(attributeNames.inputTokens);
  const outputTokens = count(attributeNames.outputTokens);
  return {
    id: `${traceId}/${spanId}`,
    parentId: readParent(value, traceId),
    traceId,
    conversation: textOf(first(attributes, attributeNames.conversation)?.value),
    agent: textOf(first(attributes, attributeNames.agent)?.value) ?? traceloopAgent(attributes),
    provider: textOf(first(attributes, attributeNames.provider)?.value),
    role: readRole(operation, inputTokens, outputTokens),
    startMs,
    endMs,
    inputTokens,
    outputTokens,
    cacheReadTokens: count(attributeNames.cacheReadTokens),
    cacheWriteTokens: count(attributeNames.cacheWriteTokens),
    firstTokenMs: readFirstTokenMs(value, attributes, startMs, place),
  };
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

function readTimes(span: Fields, place: Place): { readonly startMs: number; readonly endMs: number | null } {
  const start = requireOne(
    span,
    ["startTimeUnixNano", "start_time_unix_nano", "startTime", "start_time", "timestamp"],
    place,
  );
  const startMs = readTimeMs(start.value);
  if (startMs === null) throw badField(place, start.name, "nanoseconds since 1970 or a time", start.value);
  const end = present(span, ["endTimeUnixNano", "end_time_unix_nano", "endTime", "end_time"]);
  if (end === undefined && typeof span.duration === "number" && start.name === "timestamp") {
    if (!(span.duration >= 0)) throw badField(place, "duration", "microseconds of at least 0", span.duration);
    return { startMs, endMs: startMs + span.duration / 1000 };
  }
  const endMs = end === undefined ? null : readTimeMs(end.value);
  if (end !== undefined && endMs === null) {
    throw badField(place, end.name, "nanoseconds since 1970 or a time", end.value);
  }
  // OTLP's default, 0, is of a span that has not ended.
  if (endMs === null || endMs === 0) return { startMs, endMs: null };
  if (endMs < startMs)
    throw badField(place, end?.name ?? "end", `a time not before ${start.name}`, end?.value);
  return { startMs, endMs };
}

function readParent(span: Fields, traceId: string): string | null {
  const context = isObject(span.parentSpanContext) ? span.parentSpanContext : {};
  const parent = present({ ...span, ...context }, [
    "parentSpanId",
    "parent_span_id",
    "parentId",
    "parent_id",
  ]);
  const id = textOf(parent?.value) ?? textOf(context.spanId);
  // A root has an empty parent, or one of zeros.
  return id === null || /^0*$/.test(id) ? null : `${traceId}/${id}`;
}

/** Returns the attributes by name: of a list of `{key, value: {stringValue}}`, or of an object. */
function readAttributes(attributes: unknown, place: Place): Fields {
  if (attributes === undefined || attributes === null) return {};
  if (!Array.isArray(attributes)) {
    if (!isObject(attributes)) throw badField(place, "attributes", "a list or an object", attributes);
    return attributes;
  }
  const fields: Fields = Object.create(null) as Fields;
  for (const [i, attribute] of attributes.entries()) {
    if (!isObject(attribute) || typeof attribute.key !== "string") {
      throw badField(place, `attributes[${i}]`, "a key and a value", attribute);
    }
    fields[attribute.key] = anyValue(attribute.value);
  }
  return fields;
}

/** Returns the content of OTLP's AnyValue; texts, numbers and truth values only. */
function anyValue(value: unknown): unknown {
  if (!isObject(value)) return value;
  const found = present(value, [
    "stringValue",
    "string_value",
    "intValue",
    "int_value",
    "doubleValue",
    "double_value",
    "boolValue",
    "bool_value",
  ]);
  return found?.value;
}

function readFirstTokenMs(span: Fields, attributes: Fields, startMs: number, place: Place): number | null {
  const found = first(attributes, attributeNames.firstTokenS);
  if (found !== undefined) {
    if (typeof found.value !== "number" || !Number.isFinite(found.value) || found.value < 0) {
      throw badField(place, `attributes.${found.name}`, "seconds of at least 0", found.value);
    }
    return found.value * 1000;
  }
  if (!Array.isArray(span.events)) return null;
  const event = span.events.find((one) => isObject(one) && firstTokenEvents.includes(String(one.name))) as
    | Fields
    | undefined;
  if (event === undefined) return null;
  const time = present(event, ["timeUnixNano", "time_unix_nano", "timestamp", "time"]);
  const timeMs = time === undefined ? null : readTimeMs(time.value);
  if (timeMs === null || timeMs < startMs) {
    throw badField(place, `events, ${String(event.name)}`, "a time not before the span's start", time?.value);
  }
  return timeMs - startMs;
}

function traceloopAgent(attributes: Fields): string | null {
  return attributes["traceloop.span.kind"] === "agent" ? textOf(attributes["traceloop.entity.name"]) : null;
}

function requireId(span: Fields, context: Fields, names: readonly string[], place: Place): string {
  const found = present(context, names) ?? requireOne(span, names, place);
  const id = textOf(found.value);
  if (id === null || /^0*$/.test(id))
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
