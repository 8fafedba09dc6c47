// What a reader of traces changed or left out, in lines for people: nothing is dropped in silence.
import type { DriveTest } from "./drive-test.ts";
import { fieldDomains } from "./field-domains.ts";
import type { MissingValues, MultiCellTrace } from "./multi-cell-trace.ts";
import { countsInWords, setAsideInWords, sumSetAside } from "./set-aside.ts";
import type { SetAsideFile } from "./trace-files.ts";

/** What standard mode does not take as it stands, by reason. */
export interface UnusedValues extends MissingValues {
  /** Values below the reporting ranges of TS 38.133: not heard. */
  readonly notHeard: { readonly rsrp: number; readonly sinr: number };
  /** SINR above the range: its highest step, "40 dB and more". */
  readonly sinrAboveRange: number;
}

/** Returns the counts of `trace`. */
export function unusedValues({ rsrpDbm, sinrDb, missing }: MultiCellTrace): UnusedValues {
  return {
    ...(missing ?? { rsrp: 0, sinr: 0, unreadable: 0, rows: 0 }),
    notHeard: {
      rsrp: below(rsrpDbm, fieldDomains.rsrpDbm[0]),
      sinr: below(sinrDb, fieldDomains.sinrDb[0]),
    },
    sinrAboveRange: above(sinrDb, fieldDomains.sinrDb[1]),
  };
}

function below(values: Float64Array, limit: number): number {
  let count = 0;
  for (let i = 0; i < values.length; i++) if (values[i] < limit) count++;
  return count;
}

function above(values: Float64Array, limit: number): number {
  let count = 0;
  for (let i = 0; i < values.length; i++) if (values[i] > limit) count++;
  return count;
}

/** Returns lines on what is missing in `traces` and, in standard mode, on what no phone could report. */
export function multiCellNotes(
  traces: readonly MultiCellTrace[],
  { compat }: { readonly compat: boolean },
): readonly string[] {
  const counts = traces.map(unusedValues);
  const sum = (of: (counts: UnusedValues) => number): number =>
    counts.reduce((total, one) => total + of(one), 0);
  const values = traces.reduce((total, trace) => total + trace.rsrpDbm.length, 0);
  const missing = countsInWords([
    [sum((one) => one.rows), "row that cannot be read", "rows that cannot be read"],
    [
      sum((one) => one.rsrp),
      "RSRP value that is missing or impossible",
      "RSRP values that are missing or impossible",
    ],
    [
      sum((one) => one.sinr),
      "SINR value that is missing or impossible",
      "SINR values that are missing or impossible",
    ],
    [sum((one) => one.unreadable), "value that is no number", "values that are no numbers"],
  ]);
  const notes = missing === "" ? [] : [`set aside of ${values} RSRP and as many SINR values: ${missing}`];
  const [rsrp, sinr, above] = [
    sum((one) => one.notHeard.rsrp),
    sum((one) => one.notHeard.sinr),
    sum((one) => one.sinrAboveRange),
  ];
  if (compat || rsrp + sinr + above === 0) return notes;
  const touched = counts.filter(
    (one) => one.notHeard.rsrp + one.notHeard.sinr + one.sinrAboveRange > 0,
  ).length;
  const within = ([low, high]: readonly [number, number], unit: string): string => `${low}...${high} ${unit}`;
  notes.push(
    `${rsrp} of ${values} RSRP and ${sinr + above} of ${values} SINR values, in ${touched} of ${traces.length} traces, lie outside ` +
      `what a phone can report (${within(fieldDomains.rsrpDbm, "dBm")}, ${within(fieldDomains.sinrDb, "dB")}): ` +
      `below it a cell is not heard${above === 0 ? "" : `, and ${above} SINR values above it are its highest step`}`,
  );
  return notes;
}

/** Returns one line on what of `drives` was set aside, and one on what they do not have. */
export function driveNotes(drives: readonly DriveTest[]): readonly string[] {
  const rows = drives.reduce((total, { rowCount }) => total + rowCount, 0);
  const words = setAsideInWords(sumSetAside(drives.map(({ setAside }) => setAside)));
  const without = (has: (drive: DriveTest) => boolean): number =>
    drives.filter((drive) => !has(drive)).length;
  const noNeighbour = without(({ neighbours }) => neighbours.some((listed) => listed.length > 0));
  const noCell = without(({ servingCellId }) => servingCellId.some((id) => id !== null));
  const of = drives.length === 1 ? "the drive" : `${drives.length} drives`;
  return [
    ...(words === "" ? [] : [`set aside of ${rows} rows: ${words}`]),
    ...(noNeighbour === 0
      ? []
      : [
          `no neighbour was measured in ${drives.length === 1 ? of : `${noNeighbour} of ${of}`}: no rule can trigger there`,
        ]),
    ...(noCell === 0
      ? []
      : [
          `no serving cell is named in ${drives.length === 1 ? of : `${noCell} of ${of}`}: no handover can be seen there`,
        ]),
  ];
}

/** Returns one line for each reason for which files were not read. */
export function setAsideNotes(setAside: readonly SetAsideFile[]): readonly string[] {
  const byReason = new Map<string, string[]>();
  for (const { file, reason } of setAside) byReason.set(reason, [...(byReason.get(reason) ?? []), file]);
  return [...byReason].map(([reason, [first, ...more]]) => {
    const others = more.length === 0 ? "" : ` and ${more.length} more`;
    return `${first}${others}: not read as a trace, ${reason}`;
  });
}
