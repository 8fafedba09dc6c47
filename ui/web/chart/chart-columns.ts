import type { AlignedData } from "uplot";
import type { HistoryFrame } from "../../protocol.ts";

/** Returns the columns of a chart: time, value, low, high; what is undefined leaves a gap. */
export function chartColumns({ pointS, value, low, high }: HistoryFrame): AlignedData {
  const gaps = (column: Float32Array): (number | null)[] =>
    Array.from(column, (number) => (Number.isNaN(number) ? null : number));
  return [Array.from(pointS), gaps(value), gaps(low), gaps(high)];
}
