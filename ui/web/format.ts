/** How numbers are written: three digits, and the same scale for a value and its interval. */

const prefixes = [
  [1e15, "P"],
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
] as const;

/** Returns three significant digits below a million: `0.0123`, `4.56`, `789`, `12,345`. */
export function formatNumber(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size >= 1e6 || size < 0.0001) return value.toExponential(1);
  if (size >= 100) return formatCount(value);
  return value.toPrecision(3);
}

/**
 * Returns a value, its interval and its unit, all on the scale of the value: `60.6`, `51.3`, `73.6`, `MB`. A fraction
 * and a count have no unit.
 */
export function formatQuantity(
  value: number,
  unit: string,
  interval: readonly [number, number] | null,
): { readonly value: string; readonly low: string; readonly high: string; readonly unit: string } {
  const plain = unit === "1" || unit === "count" ? "" : unit.replace(/^1\//, "/ ");
  const [scale, prefix] = prefixes.find(([limit]) => Math.abs(value) >= limit) ?? [1, ""];
  const write = (number: number): string => formatNumber(number / scale);
  return {
    value: write(value),
    low: interval === null ? "" : write(interval[0]),
    high: interval === null ? "" : write(interval[1]),
    unit: `${prefix}${plain}`,
  };
}

/** Returns a count with separators: `1,234`. */
export function formatCount(value: number): string {
  return Math.round(value).toLocaleString("en");
}

/** Returns bytes in the unit that keeps them readable: `40 B`, `12.3 kB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 10_000) return `${formatCount(bytes)} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toPrecision(3)} kB`;
  if (bytes < 1e9) return `${(bytes / 1e6).toPrecision(3)} MB`;
  return `${(bytes / 1e9).toPrecision(3)} GB`;
}

/** Returns simulated time: `12.3 s`, from two minutes on `2:05 min`. */
export function formatTime(timeS: number): string {
  if (timeS < 120) return `${timeS.toFixed(1)} s`;
  const wholeS = Math.floor(timeS);
  return `${Math.floor(wholeS / 60)}:${String(wholeS % 60).padStart(2, "0")} min`;
}

/** Returns `2×`. */
export function formatSpeed(speed: number): string {
  return `${speed < 10 && !Number.isInteger(speed) ? speed.toFixed(1) : Math.round(speed)}×`;
}
