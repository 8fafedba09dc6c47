// Which of the formats a text is, by its first line and never by its file name.
import { BadInputError } from "#core";
import { columnsFlag, guessColumns } from "./column-map.ts";
import { csvFirstLine, csvHeaderNames } from "./csv-rows.ts";
import { type DriveTestPreset, driveTestFields, driveTestPresets } from "./drive-test-fields.ts";
import { looksLikeDriveTestJsonl } from "./parse-drive-test-jsonl.ts";
import { looksLikeGNetTrack } from "./parse-g-nettrack.ts";
import { looksLikeMultiCellCsv } from "./parse-multi-cell-csv.ts";

export type TraceFormat = "multi-cell-csv" | "g-nettrack-csv" | "drive-test-csv" | "drive-test-jsonl";

/**
 * Returns the format of `text`. Throws BadInputError for an empty text and for a first line of none of the formats, with the
 * mapping of its columns that is likeliest.
 */
export function detectTraceFormat(text: string, file: string): TraceFormat {
  const firstLine = csvFirstLine(text);
  if (looksLikeDriveTestJsonl(firstLine)) return "drive-test-jsonl";
  if (looksLikeGNetTrack(firstLine)) return "g-nettrack-csv";
  if (looksLikeMultiCellCsv(firstLine)) return "multi-cell-csv";
  if (presetOf(firstLine) !== undefined) return "drive-test-csv";
  const empty = text.trim() === "";
  throw new BadInputError("trace-format", {
    subject: empty ? file : `${file} line 1`,
    expected:
      "the header t_ms, rsrp_dbm_<cell>, sinr_db_<cell>; a G-NetTrack header (Timestamp, RAWCELLID, ...); or a JSON object a line",
    got: empty ? "an empty file" : `"${firstLine.slice(0, 200)}"`,
    ...(empty ? {} : { remedy: proposal(csvHeaderNames(firstLine)) }),
  });
}

/** Returns the layout that a header is of. */
export function presetOf(firstLine: string): DriveTestPreset | undefined {
  const names = csvHeaderNames(firstLine);
  return driveTestPresets.find(({ header }) => header.every((name) => names.includes(name)));
}

function proposal(header: readonly string[]): string {
  const guess = guessColumns(header, driveTestFields);
  const flag = columnsFlag({ time: "<column>", cell: "<column>", rsrp: "<column>", ...guess });
  return `if it is a drive test, say which column is what (a guess; correct it): ${flag}`;
}
