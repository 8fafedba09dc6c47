// CSV text to rows of strings, whichever country's spreadsheet wrote it. papaparse reads what has quotes; text without any, as the
// traces of simulators and receivers are, needs no reader: splitting it at its separators takes a quarter of the time.
import Papa from "papaparse";
import { BadInputError } from "#core";

/** The data of a CSV file, told apart from what cannot be read as a row. */
export interface CsvTable {
  readonly header: readonly string[];
  /** Rows as wide as the header, in order; `line` counts from 1, the header's. */
  readonly rows: readonly { readonly line: number; readonly fields: string[] }[];
  /** Rows of another width. */
  readonly badRows: readonly { readonly line: number; readonly got: string }[];
}

/** Returns the names in a header line, quoted or not, without surrounding space. */
export function csvHeaderNames(firstLine: string): string[] {
  const { data } = Papa.parse<string[]>(firstLine, { delimiter: delimiterOf(firstLine) });
  return (data[0] ?? []).map(cleanName);
}

/** Returns the first line of `text` that is a header: a spreadsheet's `sep=;` before it is none. */
export function csvFirstLine(text: string): string {
  return /^[^\r\n]*/.exec(withoutPreamble(text).text)?.[0] ?? "";
}

/**
 * Returns the table in `text`, separated by commas, semicolons or tabs, whichever the header has most of. Where it is not
 * commas, or the field is in quotes, `-90,5` is a number with a decimal comma and is given as `-90.5`; `1,234` is one only where its column has no points.
 * Blank lines are no rows.
 *
 * Throws BadInputError for empty text, a header alone, and quotes that do not end.
 */
export function readCsvTable(text: string, file: string, code: string): CsvTable {
  if (text.trim() === "") {
    throw new BadInputError(code, {
      subject: file,
      expected: "a header and data rows",
      got: "an empty file",
    });
  }
  const { text: body, skippedLines } = withoutPreamble(text);
  const delimiter = delimiterOf(/^[^\r\n]*/.exec(body)?.[0] ?? "");
  const { data, errors } = splitPlain(body, delimiter) ?? Papa.parse<string[]>(body, { delimiter });
  const [error] = errors;
  if (error !== undefined) {
    throw new BadInputError(code, {
      subject: error.row === undefined ? file : `${file} line ${error.row + 1 + skippedLines}`,
      expected: "comma-separated values",
      got: error.message,
    });
  }
  const header = (data[0] as string[]).map(cleanName);
  const rows: { line: number; fields: string[] }[] = [];
  const badRows: { line: number; got: string }[] = [];
  for (let index = 1; index < data.length; index++) {
    const fields = data[index];
    const line = index + 1 + skippedLines;
    if (fields.length === header.length && !(fields.length === 1 && fields[0].trim() === "")) {
      rows.push({ line, fields });
    } else if (fields.length > 1 || fields[0].trim() !== "") {
      badRows.push({ line, got: `${fields.length}` });
    }
  }
  if (rows.length === 0 && badRows.length === 0) {
    throw new BadInputError(code, {
      subject: file,
      expected: "data rows below the header",
      got: "no data rows",
    });
  }
  // In a file with commas between the fields, those within one stand in quotes.
  if (delimiter !== "," || body.includes('"')) turnDecimalCommas(rows, header.length);
  return { header, rows, badRows };
}

/**
 * Returns the header row and every data row of `text`, as `readCsvTable`, for files of which no row may be missing. Throws
 * BadInputError for a row of another width too.
 */
export function readCsvRows(text: string, file: string, code: string): string[][] {
  const { header, rows, badRows } = readCsvTable(text, file, code);
  const [bad] = badRows;
  if (bad === undefined) return [[...header], ...rows.map(({ fields }) => fields)];
  throw refusedWidth(bad, header, file, code);
}

/** Returns the refusal of a row of another width than the header's. */
export function refusedWidth(
  { line, got }: CsvTable["badRows"][number],
  header: readonly string[],
  file: string,
  code: string,
): BadInputError {
  return new BadInputError(code, {
    subject: `${file} line ${line}`,
    expected: `${header.length} values, as in the header`,
    got,
    ...(Number(got) < header.length ? { remedy: `no value for ${header[Number(got)]}` } : {}),
  });
}

/** Returns what papaparse does of text without quotes whose lines all end alike; null for any other. */
function splitPlain(
  body: string,
  delimiter: string,
): { readonly data: string[][]; readonly errors: Papa.ParseError[] } | null {
  if (body.includes('"')) return null;
  const hasReturns = body.includes("\r");
  if (hasReturns && /\r(?!\n)|(?<!\r)\n/.test(body)) return null;
  const data = body.split(hasReturns ? "\r\n" : "\n").map((line) => line.split(delimiter));
  return { data, errors: [] };
}

function cleanName(name: string): string {
  return name.replace(/^\uFEFF/, "").trim();
}

/** Spreadsheets may name the separator in a line of its own. */
function withoutPreamble(text: string): { readonly text: string; readonly skippedLines: number } {
  const preamble = /^\uFEFF?sep=.\r?\n/i.exec(text)?.[0];
  return preamble === undefined
    ? { text, skippedLines: 0 }
    : { text: text.slice(preamble.length), skippedLines: 1 };
}

function delimiterOf(header: string): string {
  const bare = header.replaceAll(/"[^"]*"/g, "");
  const count = (delimiter: string): number => bare.split(delimiter).length - 1;
  return [",", ";", "\t"].reduce((best, each) => (count(each) > count(best) ? each : best));
}

const withComma = /^\s*[+-]?\d+,\d+\s*$/;
const withPoint = /^\s*[+-]?\d+\.\d+\s*$/;

const maybeThousands = /^\s*[+-]?[1-9]\d{0,2},\d{3}\s*$/;

/** `1,234` in a column that has numbers with a point too may be a thousand: it stays, and is no number. */
function turnDecimalCommas(rows: CsvTable["rows"], columnCount: number): void {
  for (let column = 0; column < columnCount; column++) {
    let hasPoint: boolean | undefined;
    for (const { fields } of rows) {
      const field = fields[column];
      if (!withComma.test(field)) continue;
      hasPoint ??= rows.some((row) => withPoint.test(row.fields[column]));
      if (!(hasPoint && maybeThousands.test(field))) fields[column] = field.replace(",", ".");
    }
  }
}
