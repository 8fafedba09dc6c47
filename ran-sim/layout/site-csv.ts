// Sites of one's own: CSV with places in metres or in degrees.
import { BadInputError, requireName } from "#core";
import { parseFiniteNumber } from "../trace/csv-number.ts";
import { readCsvRows } from "../trace/csv-rows.ts";
import { type GeoPoint, middleOf, toLocal } from "./projection.ts";

const code = "site-file";

/** One row of the file; null: not given, the scenario's own holds. */
export interface CsvSite {
  readonly name: string;
  readonly xM: number;
  readonly yM: number;
  readonly azimuthsDeg: readonly number[] | null;
  readonly hBsM: number | null;
  readonly txPowerDbm: number | null;
}

export interface CsvSites {
  readonly sites: readonly CsvSite[];
  /** The middle of the sites; null for a file in metres. */
  readonly origin: GeoPoint | null;
}

const columns = ["name", "x_m", "y_m", "lat", "lon", "azimuths_deg", "height_m", "power_dbm"] as const;
type Column = (typeof columns)[number];

/** Sites nearer than this are one place, and sectors closer in azimuth one sector. */
const LEAST_APART_M = 1;
const LEAST_APART_DEG = 1;
/** Every site has its own maps of a few megabytes. */
const MOST_SITES = 60;
/** As far as a plane is a fair picture of the ground, and the widest map that the grid of the fields resolves. */
const MOST_SPAN_M = 20_000;

/**
 * Returns the sites of `text`, one a row, in any order of columns: `x_m, y_m` (metres, x east, y north) or `lat, lon`
 * (WGS 84 degrees, see `toLocal`; the origin is the middle of the sites), and optionally `name`, `azimuths_deg`
 * (`30;150;270`, from x to y as everywhere, not from north), `height_m`, `power_dbm` (of each cell). An empty optional
 * field is as if the column were not there.
 *
 * Throws BadInputError ("site-file"), with line and column, for an unknown or missing column, a value that is no number
 * or out of range, two sites within 1 m, two sectors of a site within 1 degree, a name twice, more than 60 sites, or
 * sites more than 20 km apart along an axis.
 */
export function parseSiteCsv(text: string, file: string): CsvSites {
  const [header, ...rows] = readCsvRows(text, file, code);
  const index = new Map(header.map((name, i) => [name.trim(), i] as const));
  for (const name of index.keys()) requireName(code, `${file} line 1, column`, name, columns);
  if (index.size !== header.length) throw refusal(`${file} line 1`, "each column once", header.join(","));
  const isGeo = index.has("lat") || index.has("lon");
  for (const name of isGeo ? (["lat", "lon"] as const) : (["x_m", "y_m"] as const)) {
    if (!index.has(name)) throw refusal(`${file} line 1`, `a column ${name}`, header.join(","));
  }
  if (isGeo && (index.has("x_m") || index.has("y_m"))) {
    throw refusal(`${file} line 1`, "x_m, y_m or lat, lon", "both");
  }
  if (rows.length > MOST_SITES) throw refusal(file, `at most ${MOST_SITES} sites`, `${rows.length}`);

  const reader = createReader(rows, index, file);
  const points = isGeo
    ? rows.map((_, row) => ({
        latDeg: reader.required(row, "lat", -89, 89),
        lonDeg: reader.required(row, "lon", -180, 180),
      }))
    : null;
  const origin = points === null ? null : middleOf(points);
  const sites = rows.map((_, row): CsvSite => {
    const place =
      points === null || origin === null
        ? { xM: reader.required(row, "x_m", -1e6, 1e6), yM: reader.required(row, "y_m", -1e6, 1e6) }
        : toLocal(origin, points[row]);
    return {
      ...place,
      name: reader.text(row, "name") || `${row}`,
      azimuthsDeg: reader.azimuths(row),
      hBsM: reader.optional(row, "height_m", 1.5, 150),
      txPowerDbm: reader.optional(row, "power_dbm", -50, 80),
    };
  });
  requireApart(sites, file);
  return { sites, origin };
}

function createReader(rows: readonly string[][], index: ReadonlyMap<string, number>, file: string) {
  const text = (row: number, column: Column): string => {
    const at = index.get(column);
    return at === undefined ? "" : rows[row][at].trim();
  };
  const number = (row: number, column: Column, field: string, low: number, high: number): number => {
    const value = parseFiniteNumber(field);
    if (value >= low && value <= high) return value;
    throw refusal(`${file} line ${row + 2}, ${column}`, `a number from ${low} to ${high}`, `"${field}"`);
  };
  return {
    text,
    required: (row: number, column: Column, low: number, high: number) =>
      number(row, column, text(row, column), low, high),
    optional(row: number, column: Column, low: number, high: number): number | null {
      const field = text(row, column);
      return field === "" ? null : number(row, column, field, low, high);
    },
    azimuths(row: number): readonly number[] | null {
      const field = text(row, "azimuths_deg");
      if (field === "") return null;
      const azimuths = field.split(";").map((part) => number(row, "azimuths_deg", part.trim(), -360, 360));
      const subject = `${file} line ${row + 2}, azimuths_deg`;
      if (azimuths.length > 6) throw refusal(subject, "at most 6 sectors", `${azimuths.length}`);
      requireAzimuthsApart(azimuths, subject, code);
      return azimuths;
    },
  };
}

/** Throws BadInputError for two azimuths within 1 degree: two cells at one place. */
export function requireAzimuthsApart(
  azimuthsDeg: readonly number[],
  subject: string,
  errorCode: string,
): void {
  for (const [i, first] of azimuthsDeg.entries()) {
    for (const second of azimuthsDeg.slice(0, i)) {
      const offDeg = first - second;
      if (Math.abs(offDeg - 360 * Math.round(offDeg / 360)) >= LEAST_APART_DEG) continue;
      throw new BadInputError(errorCode, {
        subject,
        expected: `azimuths at least ${LEAST_APART_DEG} degree apart: two cells at one place are one`,
        got: `${second} and ${first}`,
      });
    }
  }
}

function requireApart(sites: readonly CsvSite[], file: string): void {
  for (const [i, first] of sites.entries()) {
    for (const [j, second] of sites.slice(0, i).entries()) {
      const apartM = Math.hypot(first.xM - second.xM, first.yM - second.yM);
      if (apartM < LEAST_APART_M) {
        throw refusal(
          `${file} line ${i + 2}`,
          `a place at least ${LEAST_APART_M} m from every other site`,
          `${apartM.toFixed(2)} m from line ${j + 2}`,
          "give the sectors of one site in one row: azimuths_deg 30;150;270",
        );
      }
      if (first.name === second.name) {
        throw refusal(
          `${file} line ${i + 2}, name`,
          "each name once",
          `"${first.name}" in line ${j + 2} too`,
        );
      }
    }
  }
  for (const axis of ["xM", "yM"] as const) {
    const values = sites.map((site) => site[axis]);
    const spanM = Math.max(...values) - Math.min(...values);
    if (spanM > MOST_SPAN_M) {
      throw refusal(
        file,
        `sites within ${MOST_SPAN_M / 1000} km along each axis`,
        `${Math.round(spanM / 1000)} km`,
      );
    }
  }
}

function refusal(subject: string, expected: string, got: string, remedy?: string): BadInputError {
  return new BadInputError(code, { subject, expected, got, ...(remedy === undefined ? {} : { remedy }) });
}
