// SUMO floating car data (`--fcd-output`), as XML: time steps of vehicles and persons with positions.
import { BadInputError } from "#core";
import { parseFiniteNumber } from "../../trace/csv-number.ts";
import { isMissingWord } from "../../trace/field-domains.ts";
import { createSumoRecording } from "./sumo-recording.ts";
import { sumoTimeMs } from "./sumo-time.ts";
import { createTrackBuilder, type Recording } from "./tracks.ts";
import { readXml, type XmlElement } from "./xml-elements.ts";

const code = "position-trace";

/**
 * Returns one track for each `vehicle` or `person`, named by its id. Times are seconds, or the clock times of
 * `--human-readable-time`. What x and y are is as `createSumoRecording` finds it. A vehicle that leaves and returns is one track.
 *
 * Throws BadInputError ("position-trace"), with the line, for a time step without a time, a vehicle outside a time step, a file
 * without vehicles that can be read, and as `createSumoRecording`.
 */
export function parseSumoFcd(
  text: string,
  file: string,
  coordinates: Recording["coordinates"] | undefined,
): Recording {
  const builder = createTrackBuilder();
  let timeMs = Number.NaN;
  readXml(text, file, code, {
    open(element) {
      if (element.name === "timestep") {
        const field = element.attribute("time") ?? "";
        timeMs = sumoTimeMs(field);
        if (Number.isNaN(timeMs)) {
          const expected = "seconds, or a time such as 1:02:03.00";
          throw refusal(`${file} line ${element.line}, timestep time`, expected, `"${field}"`);
        }
      }
      if (element.name !== "vehicle" && element.name !== "person") return;
      const where = `${file} line ${element.line}`;
      if (Number.isNaN(timeMs)) throw refusal(where, `a ${element.name} inside a timestep`, "none around it");
      const id = element.attribute("id");
      const x = numberOf(element, "x");
      const y = numberOf(element, "y");
      if (id === undefined) builder.setAside(refusal(where, `an id of the ${element.name}`, "none"));
      else if (Number.isNaN(x + y)) {
        const bad = Number.isNaN(x) ? "x" : "y";
        const got = `"${element.attribute(bad) ?? ""}"`;
        builder.setAside(refusal(`${where}, ${element.name} ${bad}`, "a number", got));
      } else builder.add(id, timeMs, x, y, numberOf(element, "speed"));
    },
  });
  return createSumoRecording(builder, text, file, coordinates);
}

function numberOf(element: XmlElement, name: string): number {
  const field = element.attribute(name) ?? "";
  return isMissingWord(field) ? Number.NaN : parseFiniteNumber(field);
}

function refusal(subject: string, expected: string, got: string): BadInputError {
  return new BadInputError(code, { subject, expected, got });
}
