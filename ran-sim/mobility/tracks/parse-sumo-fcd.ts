// SUMO floating car data (`--fcd-output`): time steps of vehicles and persons with positions.
import { BadInputError } from "#core";
import { parseFiniteNumber } from "../../trace/csv-number.ts";
import { createTrackBuilder, type Recording } from "./tracks.ts";
import { readXml, type XmlElement } from "./xml-elements.ts";

const code = "position-trace";

/**
 * Returns one track for each `vehicle` or `person`, named by its id. `coordinates` says what x and y are: SUMO writes both
 * metres of its network and, with `--fcd-output.geo`, longitude and latitude under the same names. A vehicle that leaves
 * and returns is one track.
 *
 * Throws BadInputError ("position-trace"), with the line, for a number that is missing or none, a vehicle outside a time
 * step, one twice in a step, and for a file without vehicles.
 */
export function parseSumoFcd(text: string, file: string, coordinates: Recording["coordinates"]): Recording {
  const builder = createTrackBuilder(code);
  let timeMs = Number.NaN;
  const number = (element: XmlElement, name: string): number => {
    const field = element.attribute(name) ?? "";
    const value = parseFiniteNumber(field);
    if (Number.isFinite(value)) return value;
    throw refusal(`${file} line ${element.line}, ${element.name} ${name}`, "a number", `"${field}"`);
  };
  readXml(text, file, code, {
    open(element) {
      if (element.name === "timestep") timeMs = Math.round(number(element, "time") * 1000);
      if (element.name !== "vehicle" && element.name !== "person") return;
      const where = `${file} line ${element.line}`;
      if (Number.isNaN(timeMs)) throw refusal(where, `a ${element.name} inside a timestep`, "none around it");
      const id = element.attribute("id");
      if (id === undefined) throw refusal(where, `an id of the ${element.name}`, "none");
      const x = number(element, "x");
      const y = number(element, "y");
      if (coordinates === "degrees" && !(Math.abs(x) <= 180 && Math.abs(y) <= 90)) {
        throw refusal(where, "x and y in degrees", `${x}, ${y}`, "are they metres? set coordinates: metres");
      }
      builder.add(id, timeMs, x, y, where);
    },
  });
  const tracks = builder.build();
  if (tracks.length > 0) return { coordinates, tracks };
  throw refusal(file, "timestep elements with vehicles", "none");
}

function refusal(subject: string, expected: string, got: string, remedy?: string): BadInputError {
  return new BadInputError(code, { subject, expected, got, ...(remedy === undefined ? {} : { remedy }) });
}
