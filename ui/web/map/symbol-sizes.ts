/** How large symbols and labels are drawn: smaller where cells are small, so that they never hide what they stand for. */

export interface SymbolSizes {
  /** Radius of a phone. */
  readonly phonePx: number;
  /** From the middle of a site's triangle to its tip. */
  readonly sitePx: number;
  /** Whether there is room for the names of cells. */
  readonly labels: boolean;
}

/** Returns the sizes for sites `isdPx` apart on the canvas, each with at most `sectors` cells. */
export function symbolSizes(isdPx: number, sectors: number): SymbolSizes {
  return {
    phonePx: within(isdPx / 16, 2, 4),
    sitePx: within(isdPx / 12, 2.5, 6),
    labels: isdPx >= 34 * Math.sqrt(sectors),
  };
}

function within(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
