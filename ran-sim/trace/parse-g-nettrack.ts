// G-NetTrack Pro CSV (1 Hz drive tests of a phone application) to a DriveTest: one preset of `parse-drive-test-csv.ts`.
import { BadInputError } from "#core";
import { type ColumnTexts, columnsFlag, guessColumns } from "./column-map.ts";
import { csvHeaderNames } from "./csv-rows.ts";
import type { DriveTest } from "./drive-test.ts";
import { driveTestFields, driveTestPresets } from "./drive-test-fields.ts";
import { parseDriveTestCsv } from "./parse-drive-test-csv.ts";

const code = "trace-g-nettrack";
const [preset] = driveTestPresets;
const speedNames = ["Speed", "Speed (km/h)"];

/**
 * Returns the drive in `text`. `-` is missing; speed is km/h; the one neighbour has no id; other columns of the tool are not
 * read. In `5G` rows (non-standalone) RAWCELLID is still the LTE anchor, with the same eNB ids as LTE rows: one technology.
 *
 * Throws BadInputError as `parseDriveTestCsv`, and for a column of this layout that is missing or there twice.
 */
export function parseGNetTrack(text: string, options: { name: string; file?: string }): DriveTest {
  const file = options.file ?? options.name;
  const firstLine = /^[^\r\n]*/.exec(text)?.[0] ?? "";
  const columns = text.trim() === "" ? preset.columns : columnsIn(csvHeaderNames(firstLine), file);
  return parseDriveTestCsv(text, { ...options, columns, code });
}

/** True when the first line of a text is a header of this format (or close enough to be reported as one). */
export function looksLikeGNetTrack(firstLine: string): boolean {
  const names = csvHeaderNames(firstLine);
  return names.includes("Timestamp") && (names.includes("RAWCELLID") || names.includes("NetworkMode"));
}

function columnsIn(header: readonly string[], file: string): ColumnTexts {
  const speed = speedNames.find((name) => header.includes(name)) ?? "Speed";
  const columns: ColumnTexts = { ...preset.columns, speed: `${speed}:km/h` };
  const names = Object.values(columns).map((column) => column.replace(/:km\/h$/, ""));
  for (const name of names) {
    const count = header.filter((each) => each === name).length;
    if (count === 1) continue;
    throw new BadInputError(code, {
      subject: `${file} line 1`,
      expected: `the columns ${names.join(", ")}, each once`,
      got: count > 1 ? `a second ${name}` : `no column ${name}`,
      remedy: `name the columns that there are: ${columnsFlag(guessColumns(header, driveTestFields))}`,
    });
  }
  return columns;
}
