// Fields of a trace line, checked, with the place in every error.
import { BadInputError, nearestName } from "#core";

/** Where something was found. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

/** Returns the error of a field. */
export function badField(place: Place, field: string, expected: string, got: unknown): BadInputError {
  return new BadInputError("trace-format", {
    subject: `${place.file} line ${place.line}, ${field}`,
    expected,
    got: show(got),
  });
}

/** Returns the line as a JSON object; throws when it is none. */
export function parseJsonObject(text: string, place: Place): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badLine(place, "a JSON object", text);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw badLine(place, "a JSON object", text);
  }
  return value as Record<string, unknown>;
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
    subject: `${place.file} line ${place.line}, ${within}${field}`,
    expected: "a value",
    got: "nothing",
    ...(near === undefined ? {} : { remedy: `did you mean "${near}"?` }),
  });
}

const largestCount = 2 ** 32 - 1;

/** Returns `value` as a count of at least `least` that fits 32 bits. */
export function requireCount(value: unknown, field: string, place: Place, least = 0): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= largestCount)
    return value;
  throw badField(place, field, `an integer of at least ${least}`, value);
}

function badLine(place: Place, expected: string, text: string): BadInputError {
  return new BadInputError("trace-format", {
    subject: `${place.file} line ${place.line}`,
    expected,
    got: show(text),
  });
}

function show(value: unknown): string {
  const text = typeof value === "number" ? String(value) : (JSON.stringify(value) ?? "nothing");
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
