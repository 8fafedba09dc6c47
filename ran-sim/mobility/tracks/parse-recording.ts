// Recognises the format of recorded positions by how the text begins.
import { BadInputError } from "#core";
import { parseGpx } from "./parse-gpx.ts";
import { parsePositionCsv } from "./parse-position-csv.ts";
import { parseSumoFcd } from "./parse-sumo-fcd.ts";
import type { Recording } from "./tracks.ts";

/** As much of a file as names its root element. */
const HEAD = 4000;

/**
 * Returns the recording in `text`: GPX, SUMO floating car data, or CSV. `coordinates` are those of SUMO positions, which do
 * not say so themselves. Throws BadInputError ("position-trace") for XML with another root and as the parsers do.
 */
export function parseRecording(
  text: string,
  file: string,
  coordinates: Recording["coordinates"] = "metres",
): Recording {
  const plain = text.replace(/^\uFEFF/, "");
  if (!plain.trimStart().startsWith("<")) return parsePositionCsv(plain, file);
  const head = plain.slice(0, HEAD).replace(/<!--[\s\S]*?-->/g, "");
  const root = /<(?:[\w.-]+:)?([A-Za-z][\w.-]*)[\s/>]/.exec(head)?.[1];
  if (root === "gpx") return parseGpx(plain, file);
  if (root === "fcd-export") return parseSumoFcd(plain, file, coordinates);
  throw new BadInputError("position-trace", {
    subject: file,
    expected: "GPX (root gpx), SUMO floating car data (root fcd-export) or CSV",
    got: root === undefined ? "XML without a root" : `XML with the root ${root}`,
  });
}
