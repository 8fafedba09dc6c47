// What a reader of traces changed or left out, in lines for people: nothing is dropped in silence.
import type { MultiCellTrace } from "./multi-cell-trace.ts";
import { countOutOfRange, reportingRange } from "./reporting-range.ts";
import type { SetAsideFile } from "./trace-files.ts";

/** Values of one trace outside the reporting ranges of TS 38.133, which standard mode clamps to them. */
export interface ClampedValues {
  readonly rsrp: number;
  readonly sinr: number;
}

/** Returns how many values of `trace` standard mode clamps. */
export function clampedValues(trace: MultiCellTrace): ClampedValues {
  return {
    rsrp: countOutOfRange(trace.rsrpDbm, "rsrpDbm"),
    sinr: countOutOfRange(trace.sinrDb, "sinrDb"),
  };
}

/** Returns one line on what was clamped in `traces`, or none when nothing was. */
export function clampNotes(traces: readonly MultiCellTrace[]): readonly string[] {
  const counts = traces.map(clampedValues);
  const sum = (of: (counts: ClampedValues) => number): number =>
    counts.reduce((total, one) => total + of(one), 0);
  const [rsrp, sinr] = [sum((one) => one.rsrp), sum((one) => one.sinr)];
  if (rsrp + sinr === 0) return [];
  const values = traces.reduce((total, trace) => total + trace.rsrpDbm.length, 0);
  const within = ([low, high]: readonly [number, number], unit: string): string => `${low}...${high} ${unit}`;
  const touched = counts.filter((one) => one.rsrp + one.sinr > 0).length;
  return [
    `${rsrp} of ${values} RSRP and ${sinr} of ${values} SINR values, in ${touched} of ${traces.length} traces, lie outside ` +
      `what a phone can report (${within(reportingRange.rsrpDbm, "dBm")}, ${within(reportingRange.sinrDb, "dB")}) ` +
      "and were clamped to it",
  ];
}

/** Returns one line on the files that were not read, or none when all were. */
export function setAsideNotes(setAside: readonly SetAsideFile[]): readonly string[] {
  if (setAside.length === 0) return [];
  const [{ file, reason }] = setAside;
  const more = setAside.length === 1 ? "" : ` and ${setAside.length - 1} more`;
  return [`${file}${more}: not read as a trace, ${reason}`];
}
