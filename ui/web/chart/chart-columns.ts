import type { AlignedData } from "uplot";
import type { HistoryFrame } from "../../protocol.ts";

/** Returns the columns of a chart: time, value, low, high; what is undefined leaves a gap. Without a history they are empty. */
export function chartColumns(history: HistoryFrame | null): AlignedData {
  if (history === null) return [[], [], [], []];
  const { pointS, value, low, high } = history;
  const gaps = (column: Float32Array): (number | null)[] =>
    Array.from(column, (number) => (Number.isNaN(number) ? null : number));
  return [Array.from(pointS), gaps(value), gaps(low), gaps(high)];
}
