// Which of the three formats a text is, by its first line and never by its file name.
import { BadInputError } from "#core";
import { looksLikeDriveTestJsonl } from "./parse-drive-test-jsonl.ts";
import { looksLikeGNetTrack } from "./parse-g-nettrack.ts";
import { looksLikeMultiCellCsv } from "./parse-multi-cell-csv.ts";

export type TraceFormat = "multi-cell-csv" | "g-nettrack-csv" | "drive-test-jsonl";

/** Returns the format of `text`. Throws BadInputError for an empty text and for a first line of none of the formats. */
export function detectTraceFormat(text: string, file: string): TraceFormat {
  const firstLine = /^[^\r\n]*/.exec(text)?.[0] ?? "";
  if (looksLikeDriveTestJsonl(firstLine)) return "drive-test-jsonl";
  if (looksLikeGNetTrack(firstLine)) return "g-nettrack-csv";
  if (looksLikeMultiCellCsv(firstLine)) return "multi-cell-csv";
  const empty = text.trim() === "";
  throw new BadInputError("trace-format", {
    subject: empty ? file : `${file} line 1`,
    expected:
      "the header t_ms, rsrp_dbm_<cell>, sinr_db_<cell>; a G-NetTrack header (Timestamp, RAWCELLID, ...); or a JSON object a line",
    got: empty ? "an empty file" : `"${firstLine.slice(0, 80)}"`,
  });
}
