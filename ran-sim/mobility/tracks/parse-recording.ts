// Recognises the format of recorded positions by how the text begins.
import { BadInputError } from "#core";
import type { ColumnTexts } from "../../trace/column-map.ts";
import { csvFirstLine, csvHeaderNames } from "../../trace/csv-rows.ts";
import { parseGpx } from "./parse-gpx.ts";
import { parsePositionCsv } from "./parse-position-csv.ts";
import { looksLikeSumoCsv, parseSumoCsv } from "./parse-sumo-csv.ts";
import { parseSumoFcd } from "./parse-sumo-fcd.ts";
import type { Recording } from "./tracks.ts";

/**
 * Returns the recording in `text`: GPX, SUMO floating car data (XML or CSV), or CSV. `coordinates` are those of SUMO positions,
 * which do not say so themselves; without it they are found out. `columns` names those of a CSV. Throws BadInputError
 * ("position-trace") for XML with another root and as the parsers do.
 */
export function parseRecording(
  text: string,
  file: string,
  {
    coordinates,
    columns,
  }: { readonly coordinates?: Recording["coordinates"]; readonly columns?: ColumnTexts } = {},
): Recording {
  const plain = text.replace(/^\uFEFF/, "");
  if (!plain.trimStart().startsWith("<")) {
    if (columns === undefined && looksLikeSumoCsv(csvHeaderNames(csvFirstLine(plain)))) {
      return parseSumoCsv(plain, file, coordinates);
    }
    return parsePositionCsv(plain, file, columns);
  }
  const root = rootOf(plain);
  if (root === "gpx") return parseGpx(plain, file);
  if (root === "fcd-export") return parseSumoFcd(plain, file, coordinates);
  throw new BadInputError("position-trace", {
    subject: file,
    expected: "GPX (root gpx), SUMO floating car data (root fcd-export) or CSV",
    got: root === undefined ? "XML without a root" : `XML with the root ${root}`,
  });
}

/** Declarations, instructions and comments before the root may be of any length, and comments may hold elements. */
function rootOf(text: string): string | undefined {
  let at = 0;
  for (;;) {
    at = text.indexOf("<", at);
    if (at === -1) return undefined;
    const end = text.startsWith("<!--", at)
      ? text.indexOf("-->", at + 4)
      : text.startsWith("<?", at)
        ? text.indexOf("?>", at)
        : text.startsWith("<!", at)
          ? endOfDeclaration(text, at)
          : undefined;
    if (end === undefined) break;
    if (end === -1) return undefined;
    at = end + 1;
  }
  return /^<(?:[\w.-]+:)?([A-Za-z][\w.-]*)/.exec(text.slice(at, at + 200))?.[1];
}

/** A document type may hold declarations of its own, in brackets. */
function endOfDeclaration(text: string, at: number): number {
  const close = text.indexOf(">", at);
  const bracket = text.indexOf("[", at);
  return bracket === -1 || bracket > close ? close : text.indexOf(">", text.indexOf("]", bracket));
}
