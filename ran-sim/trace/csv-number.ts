// Decimal text to a double, without the liberties of Number().

const decimal = /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/;

/**
 * Returns the double nearest to the decimal number in `field`, or NaN for anything else: empty or blank text, `NaN`,
 * `Infinity`, a number too large for a double, hexadecimal, or text. (`Number` alone reads "" as 0 and "0x10" as 16.)
 */
export function parseFiniteNumber(field: string): number {
  const value = Number(field);
  if (!Number.isFinite(value)) return Number.NaN;
  // Nearly every field is plain digits, known by its first two characters; only the rest pays for the pattern.
  const first = field.charCodeAt(0);
  const second = field.charCodeAt(1);
  if (first > 32 && (field.length === 1 || second <= 57)) return value;
  return decimal.test(field) ? value : Number.NaN;
}
