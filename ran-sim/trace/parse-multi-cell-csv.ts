// Multi-cell CSV (`t_ms, rsrp_dbm_<cell>..., sinr_db_<cell>...`) to a MultiCellTrace, refusing whatever it cannot read whole.
import { BadInputError } from "#core";
import { parseFiniteNumber } from "./csv-number.ts";
import { csvHeaderNames, readCsvTable, refusedWidth } from "./csv-rows.ts";
import { EMPTIED } from "./drive-test.ts";
import { isMissingWord } from "./field-domains.ts";
import { MAX_CLOSED_LOOP_SAMPLE_MS, type MultiCellTrace } from "./multi-cell-trace.ts";
import { sharedSamplePeriodMs } from "./sample-period.ts";

const code = "trace-multi-cell";

/**
 * What a receiver or a model of one can give: up to the highest level that a phone can report (RSRP, 38.133), and up to what
 * thermal noise leaves (SINR: -31 dBm over -132 dBm in 15 kHz); down to where models of propagation go. Outside are marks.
 */
const possible = { rsrpDbm: [-400, -31], sinrDb: [-400, 101] } as const;

/**
 * Returns the trace in `text`: columns in any order, any cell names, any number of cells, any constant sample period
 * of at most 200 ms. Parsing does not depend on the order of the columns. `file` only names the place in errors. Values that
 * are missing, impossible or no numbers are NaN, and counted; so is every value of a row that cannot be read.
 *
 * Throws BadInputError naming file, line (the header is line 1) and column for: no text, no data, a header without
 * `t_ms`, a cell with one of its two columns, a repeated or unknown column, time that stands still or goes back, an irregular
 * period, a period above 200 ms, a single row (which has no period), and ("trace-emptied") no RSRP or no SINR at all.
 */
export function parseMultiCellCsv(text: string, options: { name: string; file?: string }): MultiCellTrace {
  const file = options.file ?? options.name;
  const { header, rows, badRows } = readCsvTable(text, file, code);
  const columns = readHeader(header, file);
  const [badRow] = badRows;
  if (rows.length === 0 && badRow !== undefined) throw refusedWidth(badRow, header, file, code);
  const cellCount = columns.cellIds.length;
  const lines: readonly Line[] =
    badRow === undefined
      ? rows
      : [...rows, ...badRows.map(({ line }) => ({ line, fields: null }))].sort((a, b) => a.line - b.line);
  const times = lines.map(({ fields }) =>
    fields === null ? Number.NaN : parseFiniteNumber(fields[columns.time]),
  );
  const ticks = withGuessedTimes(times, lines);
  const tickCount = ticks.length;
  const rsrpDbm = new Float64Array(tickCount * cellCount).fill(Number.NaN);
  const sinrDb = new Float64Array(tickCount * cellCount).fill(Number.NaN);
  const missing = {
    rsrp: 0,
    sinr: 0,
    unreadable: 0,
    rows: lines.length - times.filter(Number.isFinite).length,
  };

  for (let tick = 0; tick < tickCount; tick++) {
    const { fields, isGuessed } = ticks[tick];
    if (fields === null || isGuessed) continue;
    for (let cell = 0; cell < cellCount; cell++) {
      const at = tick * cellCount + cell;
      rsrpDbm[at] = read(fields[columns.rsrp[cell]], "rsrpDbm");
      sinrDb[at] = read(fields[columns.sinr[cell]], "sinrDb");
    }
  }
  requireSome(rsrpDbm, "RSRP", file);
  requireSome(sinrDb, "SINR", file);
  const sampleMs = sharedSamplePeriodMs(
    Float64Array.from(ticks, ({ timeMs }) => timeMs),
    file,
    code,
    (tick) => ticks[tick].line,
  );
  if (sampleMs > MAX_CLOSED_LOOP_SAMPLE_MS) {
    throw new BadInputError(code, {
      subject: `${file} column t_ms`,
      expected: `a constant sample period of at most ${MAX_CLOSED_LOOP_SAMPLE_MS} ms`,
      got: `${sampleMs} ms`,
      remedy: "a trace that is irregular or slower than 200 ms is refused closed loop",
    });
  }
  const isWhole = Object.values(missing).every((count) => count === 0);
  const trace = { name: options.name, cellIds: columns.cellIds, sampleMs, tickCount, rsrpDbm, sinrDb };
  return isWhole ? trace : { ...trace, missing };

  function read(field: string, quantity: keyof typeof possible): number {
    const value = parseFiniteNumber(field);
    const [low, high] = possible[quantity];
    if (value >= low && value <= high) return value;
    if (Number.isNaN(value) && !isMissingWord(field)) missing.unreadable++;
    else if (quantity === "rsrpDbm") missing.rsrp++;
    else missing.sinr++;
    return Number.NaN;
  }
}

interface Line {
  readonly line: number;
  readonly fields: readonly string[] | null;
}

interface Tick extends Line {
  readonly timeMs: number;
  readonly isGuessed: boolean;
}

/** A row between two others whose time cannot be read has its place; at the ends of a file it has none and is left out. */
function withGuessedTimes(times: readonly number[], lines: readonly Line[]): readonly Tick[] {
  const ticks: Tick[] = [];
  let before = -1;
  for (let row = 0; row < lines.length; row++) {
    if (!Number.isFinite(times[row])) continue;
    for (let between = before === -1 ? row : before + 1; between < row; between++) {
      const share = (between - before) / (row - before);
      const timeMs = times[before] + share * (times[row] - times[before]);
      const { line, fields } = lines[between];
      ticks.push({ line, fields, timeMs, isGuessed: true });
    }
    const { line, fields } = lines[row];
    ticks.push({ line, fields, timeMs: times[row], isGuessed: false });
    before = row;
  }
  return ticks;
}

function requireSome(values: Float64Array, quantity: string, file: string): void {
  if (values.some((value) => !Number.isNaN(value))) return;
  throw new BadInputError(EMPTIED, {
    subject: file,
    expected: `${quantity} of some cell at some tick`,
    got: `none that can be: ${values.length} values are missing, impossible or no numbers`,
  });
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

function cleanName(name: string): string {
  return name.trim();
}
