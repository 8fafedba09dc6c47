// Values of a query as JSON holds them, inside lists and structs as well.
import {
  DuckDBTypeId,
  type DuckDBValueConverter,
  JSDuckDBValueConverter,
  type Json,
  JsonDuckDBValueConverter,
} from "@duckdb/node-api";

/**
 * Returns a value of DuckDB as JSON: whole numbers and decimals as numbers where a double holds them exactly, else as text; times
 * as ISO 8601 (UTC), dates as `2026-02-28`, NaN and infinities as text, lists as arrays, structs as objects; everything else as
 * DuckDB writes it.
 */
export const toPlainValue: DuckDBValueConverter<Json> = (value, type, converter) => {
  if (value === null) return null;
  switch (type.typeId) {
    case DuckDBTypeId.BIGINT:
    case DuckDBTypeId.UBIGINT:
    case DuckDBTypeId.HUGEINT:
    case DuckDBTypeId.UHUGEINT:
    case DuckDBTypeId.BIGNUM:
      return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
    case DuckDBTypeId.DECIMAL:
      return exactNumber(String(value));
    case DuckDBTypeId.TIMESTAMP:
    case DuckDBTypeId.TIMESTAMP_S:
    case DuckDBTypeId.TIMESTAMP_MS:
    case DuckDBTypeId.TIMESTAMP_NS:
    case DuckDBTypeId.TIMESTAMP_TZ:
      return isoTime(String(value), () => JSDuckDBValueConverter(value, type, JSDuckDBValueConverter));
    default:
      return JsonDuckDBValueConverter(value, type, converter);
  }
};

/** A double gives back any decimal of 15 digits (IEEE 754); more are kept as text. */
function exactNumber(text: string): number | string {
  const digits = text.replace(/\D/g, "").replace(/^0+/, "").length;
  return digits <= 15 ? Number(text) : text;
}

/** Times outside JavaScript's range, or finer than its milliseconds, keep DuckDB's digits. */
function isoTime(text: string, toDate: () => unknown): string {
  const [date, clock] = text.split(" ");
  if (clock === undefined) return text;
  if (/\.\d{3}[0-9]*[1-9]/.test(clock)) return `${date}T${clock.replace(/[+-]\d\d(:\d\d)?$/, "")}Z`;
  try {
    return (toDate() as Date).toISOString();
  } catch {
    return text;
  }
}
