// Sites of one's own: CSV with places in metres or in degrees.
import { BadInputError } from "#core";
import {
  type ColumnPlace,
  type ColumnTexts,
  columnsFlag,
  type FieldSpec,
  guessColumns,
  ownColumns,
  placeColumns,
} from "../trace/column-map.ts";
import { parseFiniteNumber } from "../trace/csv-number.ts";
import { readCsvRows } from "../trace/csv-rows.ts";
import { isMissingWord } from "../trace/field-domains.ts";
import { type GeoPoint, middleOf, toLocal } from "./projection.ts";

const code = "site-file";

/** A site; null: not given, the scenario's own holds. */
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
  /** What was made of the rows, a line each. */
  readonly notes: readonly string[];
}

const siteFields = [
  {
    name: "name",
    knownAs: ["site", "siteid", "sitename", "cellname", "cell", "cellid", "cid", "eci", "nci", "id"],
  },
  { name: "x_m", units: { m: 1, km: 1000 }, knownAs: ["x", "east", "easting"] },
  { name: "y_m", units: { m: 1, km: 1000 }, knownAs: ["y", "north", "northing"] },
  { name: "lat", knownAs: ["latitude"] },
  { name: "lon", knownAs: ["longitude", "lng", "long"] },
  {
    name: "azimuths_deg",
    units: { deg: 1, compass: 1 },
    knownAs: ["azimuth", "azimuths", "bearing", "direction"],
  },
  { name: "height_m", units: { m: 1, ft: 0.3048 }, knownAs: ["height", "antennaheight", "hbs"] },
  { name: "power_dbm", units: { dBm: 1 }, knownAs: ["power", "txpower", "pmax", "referencepower"] },
  { name: "radio", picks: true, knownAs: ["radio", "rat", "technology", "tech", "networktype", "mode"] },
] as const satisfies readonly FieldSpec[];
type Column = (typeof siteFields)[number]["name"];

/** Sites nearer than this are one place, and sectors closer in azimuth one sector. */
const LEAST_APART_M = 1;
const LEAST_APART_DEG = 1;
/** Every site has its own maps of a few megabytes. */
const MOST_SITES = 60;
const MOST_SECTORS = 6;
/** As far as a plane is a fair picture of the ground, and the widest map that the grid of the fields resolves. */
const MOST_SPAN_M = 20_000;

/**
 * Returns the sites of `text`, in any order of columns: `x_m, y_m` (metres, x east, y north) or `lat, lon`
 * (WGS 84 degrees, see `toLocal`; the origin is the middle of the sites), and optionally `name`, `azimuths_deg`
 * (`30;150;270`, from x to y as everywhere, not from north, which the unit `compass` is from), `height_m`, `power_dbm` (of each
 * cell), `radio`. An empty optional field is as if the column were not there. `columns` says where the fields are if they are
 * called otherwise, and with `radio=radio:LTE` which rows are read; columns that it does not name are left out.
 *
 * Rows within 1 m are the sectors of one site: with the azimuths of its rows, or without any spread evenly over the circle. A
 * note says so.
 *
 * Throws BadInputError ("site-file"), with line and column, for an unknown or missing column (with the mapping that is
 * likeliest), rows of several radio technologies of which none is picked, a value that is no number
 * or out of range, rows of one site that contradict each other, two sectors of a site within 1 degree, a name twice, more than
 * 60 sites, or sites more than 20 km apart along an axis.
 */
export function parseSiteCsv(text: string, file: string, columns?: ColumnTexts): CsvSites {
  const [header, ...allRows] = readCsvRows(text, file, code);
  const places = placeColumns(
    columns ?? ownColumns(header, siteFields, { code, file, guess: () => guessSites(header, allRows) }),
    header,
    siteFields,
    `${file} line 1`,
  );
  const isGeo = places.has("lat") || places.has("lon");
  for (const name of isGeo ? (["lat", "lon"] as const) : (["x_m", "y_m"] as const)) {
    if (!places.has(name)) {
      const remedy = `name the columns: ${columnsFlag(guessSites(header, allRows))}`;
      throw refusal(`${file} line 1`, `a column ${name}`, header.join(","), remedy);
    }
  }
  if (isGeo && (places.has("x_m") || places.has("y_m"))) {
    throw refusal(`${file} line 1`, "x_m, y_m or lat, lon", "both");
  }
  const notes: string[] = [];
  const rows = ofOneRadio(
    allRows.map((fields, i) => ({ fields, line: i + 2 })),
    places,
    header,
    file,
    notes,
  );
  const reader = createReader(places, file);
  const points = isGeo
    ? rows.map((row) => ({
        latDeg: reader.required(row, "lat", -89, 89),
        lonDeg: reader.required(row, "lon", -180, 180),
      }))
    : null;
  const origin = points === null ? null : middleOf(points);
  const read = rows.map((row, i): RowSite => {
    const place =
      points === null || origin === null
        ? { xM: reader.required(row, "x_m", -1e6, 1e6), yM: reader.required(row, "y_m", -1e6, 1e6) }
        : toLocal(origin, points[i]);
    return {
      ...place,
      line: row.line,
      name: reader.text(row, "name") || `${i}`,
      azimuthsDeg: reader.azimuths(row),
      hBsM: reader.optional(row, "height_m", 1.5, 150),
      txPowerDbm: reader.optional(row, "power_dbm", -50, 80),
    };
  });
  const joined = joinSectors(read, file, notes);
  if (joined.length > MOST_SITES) throw refusal(file, `at most ${MOST_SITES} sites`, `${joined.length}`);
  requireApart(joined, file);
  return { sites: joined.map(({ line: _, ...site }) => site), origin, notes };
}

interface Row {
  readonly fields: readonly string[];
  readonly line: number;
}

type RowSite = CsvSite & { readonly line: number };

/** A guess picks the radio of most rows. */
function guessSites(header: readonly string[], rows: readonly (readonly string[])[]): ColumnTexts {
  const guess = guessColumns(header, siteFields);
  if (guess.radio === undefined) return guess;
  const counts = countsOf(rows.map((fields) => fields[header.indexOf(guess.radio)].trim()));
  return { ...guess, radio: `${guess.radio}:${counts[0]?.[0] ?? "LTE"}` };
}

/** Returns the rows of the picked radio, or of the only one. */
function ofOneRadio(
  rows: readonly Row[],
  places: ReadonlyMap<string, ColumnPlace>,
  header: readonly string[],
  file: string,
  notes: string[],
): readonly Row[] {
  const place = places.get("radio");
  if (place === undefined) return rows;
  const radioOf = ({ fields }: Row): string => fields[place.index].trim();
  const counts = countsOf(rows.map(radioOf));
  const found = counts.map(([radio, n]) => `${radio} (${n} ${n === 1 ? "row" : "rows"})`).join(", ");
  if (place.unit === null) {
    if (counts.length <= 1) return rows;
    const guess = guessSites(
      header,
      rows.map(({ fields }) => fields),
    );
    throw refusal(
      `${file}, column ${place.column}`,
      "cells of one radio technology",
      found,
      `pick one: ${columnsFlag(guess)}`,
    );
  }
  const picked = rows.filter((row) => radioOf(row).toLowerCase() === place.unit?.toLowerCase());
  if (picked.length === 0) throw refusal(`${file}, column ${place.column}`, `rows of ${place.unit}`, found);
  if (picked.length < rows.length) {
    notes.push(
      `${rows.length - picked.length} of ${rows.length} rows are of another radio than ${place.unit}: ${found}`,
    );
  }
  return picked;
}

function countsOf(values: readonly string[]): readonly (readonly [value: string, count: number])[] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
}

function createReader(places: ReadonlyMap<string, ColumnPlace>, file: string) {
  const text = ({ fields }: Row, column: Column): string => {
    const place = places.get(column);
    const field = place === undefined ? "" : fields[place.index].trim();
    return isMissingWord(field) ? "" : field;
  };
  const number = (row: Row, column: Column, field: string, low: number, high: number): number => {
    const value = parseFiniteNumber(field) * (places.get(column)?.factor ?? 1);
    if (value >= low && value <= high) return value;
    throw refusal(`${file} line ${row.line}, ${column}`, `a number from ${low} to ${high}`, `"${field}"`);
  };
  return {
    text,
    required: (row: Row, column: Column, low: number, high: number) =>
      number(row, column, text(row, column), low, high),
    optional(row: Row, column: Column, low: number, high: number): number | null {
      const field = text(row, column);
      return field === "" ? null : number(row, column, field, low, high);
    },
    azimuths(row: Row): readonly number[] | null {
      const field = text(row, "azimuths_deg");
      if (field === "") return null;
      const isCompass = places.get("azimuths_deg")?.unit === "compass";
      const azimuths = field.split(/[;|/]/).map((part) => {
        const azimuthDeg = number(row, "azimuths_deg", part.trim(), -360, 360);
        return isCompass ? (450 - azimuthDeg) % 360 : azimuthDeg;
      });
      const subject = `${file} line ${row.line}, azimuths_deg`;
      requireFewSectors(azimuths, subject);
      requireAzimuthsApart(azimuths, subject, code);
      return azimuths;
    },
  };
}

function requireFewSectors(sectors: { readonly length: number }, subject: string): void {
  if (sectors.length > MOST_SECTORS)
    throw refusal(subject, `at most ${MOST_SECTORS} sectors`, `${sectors.length}`);
}

/** Rows at one place are one site, with a sector a row. */
function joinSectors(rows: readonly RowSite[], file: string, notes: string[]): readonly RowSite[] {
  const groups: RowSite[][] = [];
  for (const row of rows) {
    const group = groups.find(([first]) => Math.hypot(first.xM - row.xM, first.yM - row.yM) < LEAST_APART_M);
    if (group === undefined) groups.push([row]);
    else group.push(row);
  }
  const spread: string[] = [];
  const sites = groups.map((group) => {
    const [first, ...others] = group;
    if (others.length === 0) return first;
    const subject = `${file} line ${others[0].line}, within ${LEAST_APART_M} m of line ${first.line}`;
    for (const key of ["hBsM", "txPowerDbm"] as const) {
      const other = others.find((row) => row[key] !== first[key]);
      if (other === undefined) continue;
      const name = key === "hBsM" ? "height_m" : "power_dbm";
      throw refusal(
        `${subject}, ${name}`,
        "the same for all sectors of a site",
        `${other[key]} beside ${first[key]}`,
      );
    }
    const withAzimuths = group.filter(({ azimuthsDeg }) => azimuthsDeg !== null);
    if (withAzimuths.length > 0 && withAzimuths.length < group.length) {
      const expected = "azimuths in all rows of a site, or in none";
      throw refusal(subject, expected, `${withAzimuths.length} of ${group.length}`);
    }
    if (withAzimuths.length === 0) spread.push(first.name);
    const azimuthsDeg =
      withAzimuths.length > 0
        ? group.flatMap((row) => row.azimuthsDeg ?? [])
        : group.map((_, sector) => (sector * 360) / group.length);
    requireFewSectors(azimuthsDeg, subject);
    requireAzimuthsApart(azimuthsDeg, subject, code);
    return { ...first, azimuthsDeg };
  });
  if (groups.length < rows.length) {
    const how =
      spread.length === 0
        ? ""
        : `; nothing says where the sectors of ${spread.slice(0, 5).join(", ")}${spread.length > 5 ? ", ..." : ""} point: spread evenly`;
    notes.push(
      `${rows.length} rows are ${groups.length} sites: rows within ${LEAST_APART_M} m of each other are sectors of one${how}`,
    );
  }
  return sites;
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

function requireApart(sites: readonly RowSite[], file: string): void {
  for (const [i, first] of sites.entries()) {
    const other = sites.slice(0, i).find(({ name }) => name === first.name);
    if (other === undefined) continue;
    const subject = `${file} line ${first.line}, name`;
    throw refusal(subject, "each name once", `"${first.name}" in line ${other.line} too`);
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
