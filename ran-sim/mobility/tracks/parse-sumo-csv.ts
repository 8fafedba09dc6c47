// SUMO floating car data as a table, as its `xml2csv` and its own CSV output write it.
import { BadInputError } from "#core";
import { parseFiniteNumber } from "../../trace/csv-number.ts";
import { readCsvTable, refusedWidth } from "../../trace/csv-rows.ts";
import { isMissingWord } from "../../trace/field-domains.ts";
import { createSumoRecording } from "./sumo-recording.ts";
import { sumoTimeMs } from "./sumo-time.ts";
import { createTrackBuilder, type Recording } from "./tracks.ts";

const code = "position-trace";

/** True for the header of such a table. */
export function looksLikeSumoCsv(header: readonly string[]): boolean {
  return header.includes("timestep_time") && kinds.some((kind) => header.includes(`${kind}_id`));
}

const kinds = ["vehicle", "person"] as const;

/**
 * Returns one track for each `vehicle_id` or `person_id`, as `parseSumoFcd` of the same data in XML. A row of a time step without
 * either is none. Throws BadInputError ("position-trace") for a missing column, and a file without rows that can be read.
 */
export function parseSumoCsv(
  text: string,
  file: string,
  coordinates: Recording["coordinates"] | undefined,
): Recording {
  const { header, rows, badRows } = readCsvTable(text, file, code);
  const builder = createTrackBuilder();
  for (const bad of badRows) builder.setAside(refusedWidth(bad, header, file, code));
  const timeAt = header.indexOf("timestep_time");
  for (const kind of kinds) {
    const at = (name: string): number => header.indexOf(`${kind}_${name}`);
    const [idAt, xAt, yAt, speedAt] = [at("id"), at("x"), at("y"), at("speed")];
    if (idAt === -1) continue;
    for (const name of ["x", "y"]) {
      if (at(name) !== -1) continue;
      throw new BadInputError(code, {
        subject: `${file} line 1`,
        expected: `a column ${kind}_${name}`,
        got: header.join(","),
      });
    }
    for (const { line, fields } of rows) {
      const id = fields[idAt].trim();
      if (id === "") continue;
      const timeMs = sumoTimeMs(fields[timeAt]);
      const [x, y, speedMps] = [xAt, yAt, speedAt].map((column) =>
        column === -1 || isMissingWord(fields[column]) ? Number.NaN : parseFiniteNumber(fields[column]),
      );
      if (!Number.isNaN(timeMs + x + y)) {
        builder.add(id, timeMs, x, y, speedMps);
        continue;
      }
      const bad = Number.isNaN(timeMs) ? timeAt : Number.isNaN(x) ? xAt : yAt;
      builder.setAside(
        new BadInputError(code, {
          subject: `${file} line ${line}, column ${header[bad]}`,
          expected: "a number",
          got: `"${fields[bad]}"`,
        }),
      );
    }
  }
  return createSumoRecording(builder, text, file, coordinates);
}
