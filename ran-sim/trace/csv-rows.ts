// CSV text to rows of strings, all as wide as the header. papaparse rather than our own splitter: over the 97 Karlsruhe
// traces (see README.md) the reading of the numbers costs more than the splitting does.
import Papa from "papaparse";
import { BadInputError } from "#core";

/** Returns the names in a header line, quoted or not, without surrounding space. */
export function csvHeaderNames(firstLine: string): string[] {
  const { data } = Papa.parse<string[]>(firstLine, { delimiter: "," });
  return (data[0] ?? []).map((name) => name.replace(/^\uFEFF/, "").trim());
}

/**
 * Returns the header row and every data row of `text`, in order, each with as many fields as the header; the row of
 * index i is line i + 1 of the file. One line break at the end is not a row.
 *
 * Throws BadInputError for empty text, a header alone, a blank line within, a row of another width, or broken quoting.
 */
export function readCsvRows(text: string, file: string, code: string): string[][] {
  if (text.trim() === "") {
    throw new BadInputError(code, {
      subject: file,
      expected: "a header and data rows",
      got: "an empty file",
    });
  }
  const { data: rows, errors } = Papa.parse<string[]>(text, { delimiter: "," });
  const last = rows.at(-1);
  if (last !== undefined && last.length === 1 && last[0] === "") rows.pop();
  const [error] = errors;
  if (error !== undefined) {
    throw new BadInputError(code, {
      subject: error.row === undefined ? file : `${file} line ${error.row + 1}`,
      expected: "comma-separated values",
      got: error.message,
    });
  }
  const header = rows[0] as string[];
  if (rows.length < 2) {
    throw new BadInputError(code, {
      subject: file,
      expected: "data rows below the header",
      got: "no data rows",
    });
  }
  const bad = rows.findIndex((row) => row.length !== header.length);
  if (bad !== -1) {
    const row = rows[bad] as string[];
    const blank = row.length === 1 && (row[0] as string).trim() === "";
    throw new BadInputError(code, {
      subject: `${file} line ${bad + 1}`,
      expected: `${header.length} values, as in the header`,
      got: blank ? "a blank line" : `${row.length}`,
      ...(row.length < header.length ? { remedy: `no value for ${header[blank ? 0 : row.length]}` } : {}),
    });
  }
  return rows;
}
