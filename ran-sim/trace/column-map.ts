// From a table's own column names to Baton's fields: as a user writes it, as a file beside the table has it, or as a guess.
import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { BadInputError, parseYaml, requireName } from "#core";

/** Field to column, as written: `speed` to `Speed:km/h`. */
export type ColumnTexts = Readonly<Record<string, string>>;

/** A field that a table can have. */
export interface FieldSpec {
  readonly name: string;
  /** Legal words behind the last colon of a column, with the factor to Baton's unit; the first is taken when there is none. */
  readonly units?: Readonly<Record<string, number>>;
  /** Any word behind the last colon is legal, and picks rows: `radio=radio:LTE`. */
  readonly picks?: boolean;
  /** What tools call it, in small letters and digits only, the likeliest first. */
  readonly knownAs: readonly string[];
}

/** Where a field stands in a table. */
export interface ColumnPlace {
  readonly index: number;
  readonly column: string;
  /** As written behind the last colon; null for nothing. */
  readonly unit: string | null;
  readonly factor: number;
}

const code = "bad-columns";

/**
 * Returns the mapping in `text`: `field=column[:unit]`, separated by commas. A column's name may hold anything but a comma
 * followed by another field and `=`. Throws BadInputError ("bad-columns") for a part that is none, and a field twice.
 */
export function parseColumnTexts(text: string, subject = "flag --columns"): ColumnTexts {
  const texts: Record<string, string> = {};
  for (const part of text.split(/,(?=\s*[a-z][a-z0-9_]*\s*=)/)) {
    const match = /^\s*([a-z][a-z0-9_]*)\s*=\s*(.+?)\s*$/s.exec(part);
    if (match === null || Object.hasOwn(texts, match[1])) {
      throw new BadInputError(code, {
        subject,
        expected: "field=column or field=column:unit, separated by commas, each field once",
        got: match === null ? `"${part.trim()}"` : `${match[1]} twice`,
      });
    }
    texts[match[1]] = match[2];
  }
  return texts;
}

/**
 * Returns the mapping in the YAML file beside a table or in a folder of them, and where it was: `drive.csv.columns.yaml`,
 * `drive.columns.yaml`, or `columns.yaml` of the folder. Null where there is none. Throws BadInputError ("bad-columns").
 */
export function columnsBeside(path: string): { readonly file: string; readonly texts: ColumnTexts } | null {
  const isFolder = statSync(path).isDirectory();
  const bare = basename(path).replace(/(\.(csv|txt|tsv|gz|zip))+$/i, "");
  const names = isFolder
    ? ["columns.yaml"]
    : [`${basename(path)}.columns.yaml`, `${bare}.columns.yaml`, "columns.yaml"];
  const folder = isFolder ? path : dirname(path);
  const file = names.map((name) => join(folder, name)).find((one) => existsSync(one));
  if (file === undefined) return null;
  const document = parseYaml(readFileSync(file, "utf8"), file, code);
  const entries = typeof document === "object" && document !== null ? Object.entries(document) : [];
  const bad = entries.find(([, value]) => typeof value !== "string" && typeof value !== "number");
  if (entries.length === 0 || bad !== undefined) {
    throw new BadInputError(code, {
      subject: file,
      expected: "YAML lines field: column or field: column:unit",
      got: bad === undefined ? "none" : `${bad[0]}: ${JSON.stringify(bad[1])}`,
    });
  }
  return { file, texts: Object.fromEntries(entries.map(([field, value]) => [field, String(value)])) };
}

/**
 * Returns the place of each field of `texts` in `header`. A column is sought as written, then without capitals; what follows
 * its last colon is a unit only where no column has the whole name. Throws BadInputError ("bad-columns"), with the nearest
 * name, for an unknown field, column or unit.
 */
export function placeColumns(
  texts: ColumnTexts,
  header: readonly string[],
  fields: readonly FieldSpec[],
  place: string,
): ReadonlyMap<string, ColumnPlace> {
  const names = fields.map(({ name }) => name);
  const places = new Map<string, ColumnPlace>();
  for (const [field, text] of Object.entries(texts)) {
    requireName(code, `${place}, field of --columns`, field, names);
    const spec = fields.find(({ name }) => name === field) as FieldSpec;
    const colon = text.lastIndexOf(":");
    const whole = indexOf(header, text);
    const index = whole !== -1 || colon === -1 ? whole : indexOf(header, text.slice(0, colon).trim());
    if (index === -1) {
      requireName(code, `${place}, column of ${field}`, colon === -1 ? text : text.slice(0, colon), header);
    }
    const unit = whole !== -1 || colon === -1 ? null : text.slice(colon + 1).trim();
    const units = spec.units ?? {};
    if (unit !== null && spec.picks !== true) {
      requireName(code, `${place}, unit of ${field}`, unit, Object.keys(units));
    }
    const factor = spec.picks === true || unit === null ? (Object.values(units)[0] ?? 1) : units[unit];
    places.set(field, { index, column: header[index], unit, factor });
  }
  return places;
}

/** Returns for each field the column of `header` that it is likeliest to be in, with its unit where the name tells it. */
export function guessColumns(header: readonly string[], fields: readonly FieldSpec[]): ColumnTexts {
  const bare = header.map((name) => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, ""));
  const taken = new Set<number>();
  const texts: Record<string, string> = {};
  for (const { name, knownAs, units = {} } of fields) {
    for (const known of [name.replaceAll("_", ""), ...knownAs]) {
      const index = bare.findIndex((each, i) => !taken.has(i) && withoutUnit(each, known));
      if (index === -1) continue;
      taken.add(index);
      const [usual] = Object.values(units);
      const unit = Object.keys(units).find(
        (each) => units[each] !== usual && unitInName(header[index], each),
      );
      texts[name] = unit === undefined ? header[index] : `${header[index]}:${unit}`;
      break;
    }
  }
  return texts;
}

/** Returns a line to paste. */
export function columnsFlag(texts: ColumnTexts): string {
  const value = Object.entries(texts)
    .map(([field, column]) => `${field}=${column}`)
    .join(",");
  return `--columns ${/^[\w.:,=/+-]+$/.test(value) ? value : `"${value.replaceAll('"', '\\"')}"`}`;
}

function indexOf(header: readonly string[], name: string): number {
  const exact = header.indexOf(name);
  return exact !== -1 ? exact : header.findIndex((each) => each.toLowerCase() === name.toLowerCase());
}

const unitEndings = /(dbm|db|deg|degrees|kmh|kph|mps|ms|mph|knots|m|s|sec|seconds|epoch|utc|local)$/;

function withoutUnit(bare: string, known: string): boolean {
  return bare === known || bare.replace(unitEndings, "") === known;
}

/** `Speed (km/h)`, `speed_kmh`, `t_ms` name their unit. */
function unitInName(name: string, unit: string): boolean {
  const small = unit.toLowerCase();
  const letters = small.replaceAll(/[^a-z]/g, "");
  const lower = name.toLowerCase();
  return lower.includes(`(${small})`) || lower.includes(`[${small}]`) || lower.endsWith(`_${letters}`);
}

/**
 * Returns the mapping of a table whose columns have the fields' own names, so that nothing is left out in silence. Throws BadInputError of
 * `code` for any other column, proposing `guess`, and for a column that is there twice.
 */
export function ownColumns(
  header: readonly string[],
  fields: readonly FieldSpec[],
  where: { readonly code: string; readonly file: string; readonly guess: () => ColumnTexts },
): ColumnTexts {
  const { code, file, guess } = where;
  const names = fields.map(({ name }) => name);
  for (const name of header) {
    try {
      requireName(code, `${file} line 1, column`, name, names);
    } catch (cause) {
      if (!(cause instanceof BadInputError)) throw cause;
      const near = cause.parts.remedy === undefined ? "" : `${cause.parts.remedy} Or `;
      const remedy = `${near}name the columns: ${columnsFlag(guess())}`;
      throw new BadInputError(code, { ...cause.parts, remedy });
    }
  }
  if (new Set(header).size !== header.length) {
    throw new BadInputError(code, {
      subject: `${file} line 1`,
      expected: "each column once",
      got: header.join(","),
    });
  }
  return Object.fromEntries(header.map((name) => [name, name]));
}
