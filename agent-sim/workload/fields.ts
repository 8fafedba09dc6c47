// Fields of a trace line, checked, with the place in every error.
import { BadInputError, nearestName } from "#core";
import { readTokenCount } from "./field-domains.ts";

/** Where something was found. */
export interface Place {
  readonly file: string;
  readonly line: number;
  /** Which record of the file, where lines do not tell: `span 12`. */
  readonly record?: string;
}

/** Returns a place in words. */
export function where({ file, line, record }: Place): string {
  // A place that is no line (a run of many spans) has none.
  return `${file}${line === 0 ? "" : ` line ${line}`}${record === undefined ? "" : ` (${record})`}`;
}

/** Returns the error of a field. */
export function badField(place: Place, field: string, expected: string, got: unknown): BadInputError {
  return new BadInputError("trace-format", {
    subject: `${where(place)}, ${field}`,
    expected,
    got: show(got),
  });
}

/** Returns the field, which must be there; an absent one is reported with the nearest that is. */
export function requireField(
  record: Record<string, unknown>,
  field: string,
  place: Place,
  within = "",
): unknown {
  if (Object.hasOwn(record, field)) return record[field];
  const near = nearestName(field, Object.keys(record));
  throw new BadInputError("trace-format", {
    subject: `${where(place)}, ${within}${field}`,
    expected: "a value",
    got: "nothing",
    ...(near === undefined ? {} : { remedy: `did you mean "${near}"?` }),
  });
}

/** Returns `value` as a count of tokens (see `field-domains.ts`) of at least `least`; throws where it is missing or none. */
export function requireCount(value: unknown, field: string, place: Place, least = 0): number {
  const count = readTokenCount(value);
  if (typeof count === "number" && count >= least) return count;
  throw badField(place, field, `an integer of at least ${least}`, value);
}

function show(value: unknown): string {
  const text = typeof value === "number" ? String(value) : json(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** Returns whether a value of JSON is an object, no list and not null. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Returns the text, or null for anything else and for an empty one. */
export function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/** A value can be nested deeper than it can be written again. */
function json(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "nothing";
  } catch {
    return `a deeply nested ${Array.isArray(value) ? "list" : "object"}`;
  }
}
