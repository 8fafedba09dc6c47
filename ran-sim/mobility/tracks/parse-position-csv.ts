// Positions as CSV: a time and a place a row.
import { BadInputError } from "#core";
import {
  type ColumnTexts,
  columnsFlag,
  type FieldSpec,
  guessColumns,
  ownColumns,
  placeColumns,
} from "../../trace/column-map.ts";
import { parseFiniteNumber } from "../../trace/csv-number.ts";
import { readCsvTable, refusedWidth } from "../../trace/csv-rows.ts";
import { requirePlausible } from "./plausible-motion.ts";
import { createTrackBuilder, type Recording } from "./tracks.ts";

const code = "position-trace";

const speedUnits = { "m/s": 1, "km/h": 1 / 3.6, mph: 0.44704, knots: 0.514444 };

const fields: readonly FieldSpec[] = [
  { name: "t_ms", units: { ms: 1, s: 1000 }, knownAs: ["time", "timestamp", "t"] },
  { name: "id", knownAs: ["vehicleid", "userid", "ue", "node", "name", "device"] },
  { name: "lat", knownAs: ["latitude"] },
  { name: "lon", knownAs: ["longitude", "lng", "long"] },
  { name: "x_m", units: { m: 1, km: 1000 }, knownAs: ["x", "east", "easting"] },
  { name: "y_m", units: { m: 1, km: 1000 }, knownAs: ["y", "north", "northing"] },
  { name: "speed_mps", units: speedUnits, knownAs: ["speed", "velocity"] },
];

/**
 * Returns the tracks of `text`: columns `t_ms`, then `x_m, y_m` (metres) or `lat, lon` (WGS 84 degrees), and optionally `id`,
 * which tells phones apart, and `speed_mps`; in any order, or as `columns` names them. Rows of different phones may be mixed and
 * in any order. Rows that cannot be read, and repeated ones, are set aside.
 *
 * Throws BadInputError ("position-trace"), with line and column, for other headers, a file without a row that can be read, and
 * as `requirePlausible`.
 */
export function parsePositionCsv(text: string, file: string, columns?: ColumnTexts): Recording {
  const { header, rows, badRows } = readCsvTable(text, file, code);
  const places = placeColumns(
    columns ?? ownColumns(header, fields, { code, file, guess: () => guessColumns(header, fields) }),
    header,
    fields,
    `${file} line 1`,
  );
  const isGeo = places.has("lat") && places.has("lon");
  const isLocal = places.has("x_m") && places.has("y_m");
  if (!places.has("t_ms") || isGeo === isLocal) {
    throw new BadInputError(code, {
      subject: `${file} line 1`,
      expected: "the columns t_ms and either x_m, y_m or lat, lon, each once",
      got: header.join(","),
      remedy: `name them by ${columnsFlag(guessColumns(header, fields))}`,
    });
  }
  const builder = createTrackBuilder();
  for (const bad of badRows) builder.setAside(refusedWidth(bad, header, file, code));
  for (const { line, fields: row } of rows) {
    let refusal: BadInputError | null = null;
    const number = (field: string, limit: number): number => {
      const place = places.get(field);
      if (place === undefined) return Number.NaN;
      const value = parseFiniteNumber(row[place.index]) * place.factor;
      if (Math.abs(value) <= limit) return value;
      refusal ??= new BadInputError(code, {
        subject: `${file} line ${line}, column ${place.column}`,
        expected: `a number from -${limit} to ${limit}`,
        got: `"${row[place.index]}"`,
      });
      return Number.NaN;
    };
    const timeMs = number("t_ms", 1e15);
    const x = isGeo ? number("lon", 180) : number("x_m", 1e7);
    const y = isGeo ? number("lat", 90) : number("y_m", 1e7);
    if (refusal !== null) {
      builder.setAside(refusal);
      continue;
    }
    const id = places.get("id");
    const speed = places.get("speed_mps");
    const speedMps = speed === undefined ? Number.NaN : parseFiniteNumber(row[speed.index]) * speed.factor;
    builder.add(id === undefined ? "" : row[id.index].trim(), timeMs, x, y, speedMps);
  }
  const { tracks, counts, speedsMps } = builder.build();
  const recording: Recording = {
    format: "csv",
    coordinates: isGeo ? "degrees" : "metres",
    tracks,
    counts,
    notes: [],
  };
  requirePlausible(recording, speedsMps, file);
  return recording;
}
