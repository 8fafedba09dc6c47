// A measured radio map: per grid square and cell, the mean and deviation of RSRP.
import { BadInputError } from "#core";
import { parseFiniteNumber } from "../../trace/csv-number.ts";
import { readCsvRows } from "../../trace/csv-rows.ts";
import type { GeoPoint } from "../projection.ts";

const code = "radio-map";
const columns = ["grid_lat", "grid_lon", "freq", "cid", "rat", "rsrp_avg", "rsrp_std"] as const;

/** The squares of one channel. A square is (row, column); row 0 is the southernmost, column 0 the westernmost. */
export interface RadioMap {
  readonly channel: number;
  /** As the file says: `lte`, `sub6`. */
  readonly rat: string;
  readonly rows: number;
  readonly columns: number;
  /** Square (0, 0). */
  readonly corner: GeoPoint;
  /** Side of a square in degrees, of latitude and longitude alike. */
  readonly stepDeg: number;
  /** [cell]: physical cell identities, ascending. */
  readonly cellIds: readonly number[];
  /** [square, cell], square = row * columns + column: dBm; NaN where the cell was not seen. */
  readonly meanDbm: Float32Array;
  /** [square, cell] dB; NaN where the cell was not seen more than once. */
  readonly deviationDb: Float32Array;
  /** [square]: 1 where any cell of the channel was seen. */
  readonly visited: Uint8Array;
}

/** What stands where a cell was seen without a level: such a row says nothing here. */
const missing = ["", "None", "nan"];
/** More squares than this are no map of a district, and would not fit with hundreds of cells. */
const MOST_SQUARES = 250_000;
const STEP_DIGITS = 1e6;

/**
 * Returns the squares of `channel` in `text`: CSV with the columns grid_lat, grid_lon (degrees), freq (EARFCN or NR-ARFCN),
 * cid (PCI), rat, rsrp_avg (dBm), rsrp_std (dB); others are left out. The first line may hold the header twice. Cells seen
 * in fewer than `leastSquares` squares, and rows without a level, are left out.
 *
 * Throws BadInputError ("radio-map") for a missing column, a value that is no number, a square twice for one cell, squares
 * that are on no common grid, and, with the channels that there are, for a channel that the map does not have or that
 * fewer than two cells remain of.
 */
export function parseRadioMap(
  text: string,
  file: string,
  { channel, leastSquares }: { readonly channel: number; readonly leastSquares: number },
): RadioMap {
  const [header, ...records] = readCsvRows(withoutSecondHeader(text), file, code);
  const index = columns.map((name) => {
    const at = header.indexOf(name);
    if (at !== -1) return at;
    throw refusal(`${file} line 1`, `a column ${name}`, header.join(",").slice(0, 200));
  });
  const [latAt, lonAt, freqAt, idAt, ratAt, meanAt, deviationAt] = index;
  const channels = new Map<string, number>();
  const seen: Seen[] = [];
  let rat = "";
  for (const [i, fields] of records.entries()) {
    channels.set(fields[freqAt], (channels.get(fields[freqAt]) ?? 0) + 1);
    if (Number(fields[freqAt]) !== channel || missing.includes(fields[meanAt])) continue;
    const number = (at: number): number => {
      const value = parseFiniteNumber(fields[at]);
      if (Number.isFinite(value)) return value;
      throw refusal(`${file} line ${i + 2}, column ${header[at]}`, "a number", `"${fields[at]}"`);
    };
    // One sample has no deviation: the field is empty or "nan".
    const deviation = parseFiniteNumber(fields[deviationAt]);
    rat = fields[ratAt];
    seen.push({
      line: i + 2,
      latDeg: number(latAt),
      lonDeg: number(lonAt),
      cellId: number(idAt),
      meanDbm: number(meanAt),
      deviationDb: deviation >= 0 ? deviation : Number.NaN,
    });
  }
  if (seen.length === 0) {
    throw refusal(
      "layout.channel",
      `a channel of ${file}: ${[...channels]
        .sort((a, b) => b[1] - a[1])
        .map(([name, rows]) => `${name} (${rows} rows)`)
        .join(", ")}`,
      `${channel}`,
    );
  }
  return place(seen, { channel, rat, file, leastSquares });
}

interface Seen extends GeoPoint {
  readonly line: number;
  readonly cellId: number;
  readonly meanDbm: number;
  readonly deviationDb: number;
}

function withoutSecondHeader(text: string): string {
  const end = text.indexOf("\n");
  const first = text.slice(0, end).trimEnd();
  const second = text.slice(end + 1, text.indexOf("\n", end + 1)).trimEnd();
  if (first === second) return text.slice(end + 1);
  // Both headers in one line: the names begin again half-way.
  const names = first.split(",");
  const again = names.indexOf(names[0], 1);
  return again === -1 ? text : names.slice(0, again).join(",") + text.slice(end);
}

function place(
  seen: readonly Seen[],
  about: {
    readonly channel: number;
    readonly rat: string;
    readonly file: string;
    readonly leastSquares: number;
  },
): RadioMap {
  const { channel, rat, file, leastSquares } = about;
  const squaresOf = new Map<number, number>();
  for (const { cellId } of seen) squaresOf.set(cellId, (squaresOf.get(cellId) ?? 0) + 1);
  const cellIds = [...squaresOf]
    .filter(([, squares]) => squares >= leastSquares)
    .map(([cellId]) => cellId)
    .sort((a, b) => a - b);
  if (cellIds.length < 2) {
    const most = [...squaresOf.values()].sort((a, b) => b - a)[1] ?? 0;
    throw refusal(
      `layout.leastSquares`,
      `a number that leaves at least two cells of channel ${channel}, at most ${most}`,
      `${leastSquares}`,
    );
  }
  const latitudes = grid(seen, "latDeg", file);
  const longitudes = grid(seen, "lonDeg", file);
  const stepDeg = Math.min(latitudes.stepDeg, longitudes.stepDeg);
  const count = (low: number, high: number): number => Math.round((high - low) / stepDeg) + 1;
  const rows = count(latitudes.low, latitudes.high);
  const columnCount = count(longitudes.low, longitudes.high);
  if (rows < 2 || columnCount < 2 || rows * columnCount > MOST_SQUARES) {
    throw refusal(file, `2 x 2 to ${MOST_SQUARES} grid squares`, `${rows} x ${columnCount}`);
  }
  const cellCount = cellIds.length;
  const meanDbm = new Float32Array(rows * columnCount * cellCount).fill(Number.NaN);
  const deviationDb = new Float32Array(meanDbm.length).fill(Number.NaN);
  const visited = new Uint8Array(rows * columnCount);
  const cellOf = new Map(cellIds.map((cellId, cell) => [cellId, cell] as const));
  for (const one of seen) {
    const row = Math.round((one.latDeg - latitudes.low) / stepDeg);
    const column = Math.round((one.lonDeg - longitudes.low) / stepDeg);
    const square = row * columnCount + column;
    visited[square] = 1;
    const cell = cellOf.get(one.cellId);
    if (cell === undefined) continue;
    const at = square * cellCount + cell;
    if (!Number.isNaN(meanDbm[at])) {
      throw refusal(`${file} line ${one.line}`, `cell ${one.cellId} once in a square`, "twice");
    }
    meanDbm[at] = one.meanDbm;
    deviationDb[at] = one.deviationDb;
  }
  const corner = { latDeg: latitudes.low, lonDeg: longitudes.low };
  return {
    channel,
    rat,
    rows,
    columns: columnCount,
    corner,
    stepDeg,
    cellIds,
    meanDbm,
    deviationDb,
    visited,
  };
}

/** Returns the range of one coordinate and the least difference in it. */
function grid(seen: readonly Seen[], axis: "latDeg" | "lonDeg", file: string) {
  const values = [...new Set(seen.map((one) => one[axis]))].sort((a, b) => a - b);
  const low = values[0];
  const high = values[values.length - 1];
  let stepDeg = Number.POSITIVE_INFINITY;
  for (let i = 1; i < values.length; i++) stepDeg = Math.min(stepDeg, values[i] - values[i - 1]);
  stepDeg = Math.round(stepDeg * STEP_DIGITS) / STEP_DIGITS;
  const isGrid = values.every((value) => {
    const steps = (value - low) / stepDeg;
    return Math.abs(steps - Math.round(steps)) < 0.01;
  });
  if (values.length > 1 && stepDeg > 0 && isGrid) return { low, high, stepDeg };
  throw refusal(file, `squares on a common grid of ${axis === "latDeg" ? "grid_lat" : "grid_lon"}`, "others");
}

function refusal(subject: string, expected: string, got: string): BadInputError {
  return new BadInputError(code, { subject, expected, got });
}
