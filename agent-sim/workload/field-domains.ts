// What a field may hold, and what in it means "missing": one domain a field, the same in every reader.

/** No call of a model is larger; what an unset 32-bit integer holds (2147483647, 4294967295) lies outside. */
export const MOST_TOKENS = 1_000_000_000;

/** Written for nothing by exporters of other languages. */
const missingMarks = /^(|nan|none|null|nil|n\/a|na|undefined|-)$/i;

/**
 * Returns a value as a number: numbers, and texts of one, as OTLP's JSON writes every 64-bit integer. Null for what means
 * missing (null, nothing, an empty text, NaN, `N/A`), undefined for anything else.
 */
export function readNumber(value: unknown): number | null | undefined {
  if (value === undefined || value === null) return null;
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "number") return Number.isNaN(value) ? null : value;
  if (typeof value !== "string") return undefined;
  const text = value.trim();
  if (missingMarks.test(text)) return null;
  return /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}

/** Returns a count of tokens, an integer of 0 to {@link MOST_TOKENS}; null for missing, undefined outside the domain. */
export function readTokenCount(value: unknown): number | null | undefined {
  const number = readNumber(value);
  if (number === null || number === undefined) return number;
  return Number.isInteger(number) && number >= 0 && number <= MOST_TOKENS ? number : undefined;
}

/** Returns a duration of at least 0; null for missing, undefined outside the domain. */
export function readDuration(value: unknown): number | null | undefined {
  const number = readNumber(value);
  if (number === null || number === undefined) return number;
  return Number.isFinite(number) && number >= 0 ? number : undefined;
}
