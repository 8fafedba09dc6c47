// Multi-cell CSV (`t_ms, rsrp_dbm_<cell>..., sinr_db_<cell>...`) to a MultiCellTrace, refusing whatever it cannot read whole.
import { BadInputError } from "#core";
import { parseFiniteNumber } from "./csv-number.ts";
import { csvHeaderNames, readCsvRows } from "./csv-rows.ts";
import { MAX_CLOSED_LOOP_SAMPLE_MS, type MultiCellTrace } from "./multi-cell-trace.ts";
import { sharedSamplePeriodMs } from "./sample-period.ts";

const code = "trace-multi-cell";

/**
 * Returns the trace in `text`: columns in any order, any cell names, any number of cells, any constant sample period
 * of at most 200 ms. Parsing does not depend on the order of the columns. `file` only names the place in errors.
 *
 * Throws BadInputError naming file, line (the header is line 1) and column for: no text, no data, a header without
 * `t_ms`, a cell with one of its two columns, a repeated or unknown column, a short or long row, a value that is not a
 * finite decimal number, time that stands still or goes back, an irregular period, a period above 200 ms, or a single
 * row (which has no period).
 */
export function parseMultiCellCsv(text: string, options: { name: string; file?: string }): MultiCellTrace {
  const file = options.file ?? options.name;
  const rows = readCsvRows(text, file, code);
  const columns = readHeader(rows[0] as string[], file);
  const cellCount = columns.cellIds.length;
  const tickCount = rows.length - 1;
  const timesMs = new Float64Array(tickCount);
  const rsrpDbm = new Float64Array(tickCount * cellCount);
  const sinrDb = new Float64Array(tickCount * cellCount);

  for (let tick = 0; tick < tickCount; tick++) {
    const row = rows[tick + 1] as string[];
    timesMs[tick] = readNumber(row, columns.time, tick, columns, file);
    for (let cell = 0; cell < cellCount; cell++) {
      rsrpDbm[tick * cellCount + cell] = readNumber(row, columns.rsrp[cell] as number, tick, columns, file);
      sinrDb[tick * cellCount + cell] = readNumber(row, columns.sinr[cell] as number, tick, columns, file);
    }
  }

  const sampleMs = sharedSamplePeriodMs(timesMs, file, code);
  if (sampleMs > MAX_CLOSED_LOOP_SAMPLE_MS) {
    throw new BadInputError(code, {
      subject: `${file} column t_ms`,
      expected: `a constant sample period of at most ${MAX_CLOSED_LOOP_SAMPLE_MS} ms`,
      got: `${sampleMs} ms`,
      remedy: "a trace that is irregular or slower than 200 ms is refused closed loop",
    });
  }
  return { name: options.name, cellIds: columns.cellIds, sampleMs, tickCount, rsrpDbm, sinrDb };
}

/** True when the first line of `text` is a header of this format (or close enough to be reported as one). */
export function looksLikeMultiCellCsv(firstLine: string): boolean {
  const names = csvHeaderNames(firstLine).map(cleanName);
  return names.includes("t_ms") || names.some((name) => /^(rsrp_dbm|sinr_db)_/.test(name));
}

interface Columns {
  readonly names: readonly string[];
  readonly cellIds: readonly string[];
  readonly time: number;
  /** Column of each cell, in the order of cellIds. */
  readonly rsrp: readonly number[];
  readonly sinr: readonly number[];
}

function readHeader(row: readonly string[], file: string): Columns {
  const names = row.map(cleanName);
  const subject = `${file} line 1`;
  const rsrp = new Map<string, number>();
  const sinr = new Map<string, number>();
  for (const [index, name] of names.entries()) {
    const match = /^(rsrp_dbm|sinr_db)_(.+)$/s.exec(name);
    if (name !== "t_ms" && match === null) {
      throw new BadInputError(code, {
        subject: `${subject} column ${index + 1}`,
        expected: "t_ms, rsrp_dbm_<cell> or sinr_db_<cell>",
        got: name === "" ? "an empty name" : `"${name}"`,
        remedy: "remove or rename the column; nothing is dropped silently",
      });
    }
    if (names.indexOf(name) !== index) {
      throw new BadInputError(code, {
        subject: `${subject} column ${index + 1}`,
        expected: "every column once",
        got: `a second "${name}"`,
      });
    }
    if (match !== null) (match[1] === "rsrp_dbm" ? rsrp : sinr).set(match[2] as string, index);
  }
  const missing = [
    ...(names.includes("t_ms") ? [] : ["t_ms"]),
    ...[...rsrp.keys()].filter((cell) => !sinr.has(cell)).map((cell) => `sinr_db_${cell}`),
    ...[...sinr.keys()].filter((cell) => !rsrp.has(cell)).map((cell) => `rsrp_dbm_${cell}`),
    ...(rsrp.size + sinr.size === 0 ? ["rsrp_dbm_<cell>", "sinr_db_<cell>"] : []),
  ];
  if (missing.length > 0) {
    throw new BadInputError(code, {
      subject,
      expected: "t_ms and, for every cell, rsrp_dbm_<cell> and sinr_db_<cell>",
      got: `no column ${missing.join(", ")}`,
      remedy: "add what is missing",
    });
  }
  const cellIds = [...rsrp.keys()].sort(compareCellIds);
  return {
    names,
    cellIds,
    time: names.indexOf("t_ms"),
    rsrp: cellIds.map((cell) => rsrp.get(cell) as number),
    sinr: cellIds.map((cell) => sinr.get(cell) as number),
  };
}

/** Numbers by size, then the rest by code unit: independent of the locale, so that a tie goes to the same cell everywhere. */
function compareCellIds(a: string, b: string): number {
  const aIsNumber = /^\d+$/.test(a);
  const bIsNumber = /^\d+$/.test(b);
  if (aIsNumber !== bIsNumber) return aIsNumber ? -1 : 1;
  const difference = aIsNumber ? Number(a) - Number(b) : 0;
  if (difference !== 0) return difference;
  return a < b ? -1 : a > b ? 1 : 0;
}

function readNumber(
  row: readonly string[],
  column: number,
  tick: number,
  columns: Columns,
  file: string,
): number {
  const field = row[column] as string;
  const value = parseFiniteNumber(field);
  if (!Number.isNaN(value)) return value;
  throw new BadInputError(code, {
    subject: `${file} line ${tick + 2} column ${columns.names[column]}`,
    expected: "a finite number",
    got: field.trim() === "" ? "nothing" : `"${field.trim().slice(0, 40)}"`,
    remedy: "every cell needs a value at every tick; correct or remove the trace",
  });
}

function cleanName(name: string): string {
  return name.trim();
}
