// Positions as CSV: a time and a place a row.
import { BadInputError, requireName } from "#core";
import { parseFiniteNumber } from "../../trace/csv-number.ts";
import { readCsvRows } from "../../trace/csv-rows.ts";
import { createTrackBuilder, type Recording } from "./tracks.ts";

const code = "position-trace";
const columns = ["t_ms", "id", "x_m", "y_m", "lat", "lon"];

/**
 * Returns the tracks of `text`: columns `t_ms`, then `x_m, y_m` (metres) or `lat, lon` (WGS 84 degrees), and optionally `id`,
 * which tells phones apart; in any order. Rows of different phones may be mixed; each phone's times must rise.
 * Throws BadInputError ("position-trace"), with line and column, for all else.
 */
export function parsePositionCsv(text: string, file: string): Recording {
  const [header, ...rows] = readCsvRows(text, file, code);
  const index = new Map(header.map((name, i) => [name.trim(), i] as const));
  for (const name of index.keys()) requireName(code, `${file} line 1, column`, name, columns);
  const isGeo = index.has("lat") && index.has("lon");
  const isLocal = index.has("x_m") && index.has("y_m");
  if (!index.has("t_ms") || isGeo === isLocal || index.size !== header.length) {
    throw new BadInputError(code, {
      subject: `${file} line 1`,
      expected: "the columns t_ms and either x_m, y_m or lat, lon, each once",
      got: header.join(","),
    });
  }
  const builder = createTrackBuilder(code);
  for (const [row, fields] of rows.entries()) {
    const where = `${file} line ${row + 2}`;
    const number = (column: string, limit: number): number => {
      const field = fields[index.get(column) ?? 0];
      const value = parseFiniteNumber(field);
      if (Math.abs(value) <= limit) return value;
      throw new BadInputError(code, {
        subject: `${where}, column ${column}`,
        expected: `a number from -${limit} to ${limit}`,
        got: `"${field}"`,
      });
    };
    const at = index.get("id");
    const id = at === undefined ? "" : fields[at].trim();
    const timeMs = number("t_ms", 1e15);
    if (isGeo) builder.add(id, timeMs, number("lon", 180), number("lat", 90), where);
    else builder.add(id, timeMs, number("x_m", 1e7), number("y_m", 1e7), where);
  }
  return { coordinates: isGeo ? "degrees" : "metres", tracks: builder.build() };
}
