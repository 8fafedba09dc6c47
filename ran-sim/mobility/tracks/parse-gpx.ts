// GPX 1.0 and 1.1: tracks of points with latitude, longitude and time.
import { BadInputError } from "#core";
import { parseFiniteNumber } from "../../trace/csv-number.ts";
import { createTrackBuilder, type Recording } from "./tracks.ts";
import { readXml } from "./xml-elements.ts";

const code = "position-trace";

/** `xsd:dateTime` as GPX has it, UTC or with an offset. */
const dateTime = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d(?:\.\d+)?)(Z|[+-]\d\d:\d\d)?$/;

/**
 * Returns one track for each `trk`, its segments joined (a pause between them is driven straight), named as the file names it.
 * Waypoints and routes have no times and are left out. Throws BadInputError ("position-trace"), with the line, for a point
 * without a latitude, longitude or time, for times that do not rise, and for a file without points.
 */
export function parseGpx(text: string, file: string): Recording {
  const builder = createTrackBuilder(code);
  let trackNumber = 0;
  let point: { readonly latDeg: number; readonly lonDeg: number; readonly line: number } | null = null;
  let timeMs = Number.NaN;
  readXml(text, file, code, {
    open(element) {
      if (element.name === "trk") trackNumber++;
      if (element.name !== "trkpt") return;
      const degrees = (name: string, limit: number): number => {
        const field = element.attribute(name) ?? "";
        const value = parseFiniteNumber(field);
        if (Math.abs(value) <= limit) return value;
        throw new BadInputError(code, {
          subject: `${file} line ${element.line}, trkpt ${name}`,
          expected: `degrees from -${limit} to ${limit}`,
          got: `"${field}"`,
        });
      };
      point = { latDeg: degrees("lat", 90), lonDeg: degrees("lon", 180), line: element.line };
      timeMs = Number.NaN;
    },
    close(name, content) {
      if (point === null) return;
      const where = `${file} line ${point.line}`;
      if (name === "time") timeMs = utcMs(content.trim(), where);
      if (name !== "trkpt") return;
      if (Number.isNaN(timeMs)) {
        throw new BadInputError(code, {
          subject: where,
          expected: "a time in every trkpt",
          got: "none",
          remedy: "a route without times cannot be replayed; export the track with times",
        });
      }
      builder.add(`track ${trackNumber}`, timeMs, point.lonDeg, point.latDeg, where);
      point = null;
    },
  });
  const tracks = builder.build();
  if (tracks.length > 0) return { coordinates: "degrees", tracks };
  throw new BadInputError(code, { subject: file, expected: "GPX with trkpt elements", got: "none" });
}

function utcMs(field: string, where: string): number {
  const parts = dateTime.exec(field);
  if (parts === null) {
    throw new BadInputError(code, {
      subject: `${where}, time`,
      expected: "a time such as 2026-05-01T12:00:00Z",
      got: `"${field}"`,
    });
  }
  const [, year, month, day, hour, minute, second, zone] = parts;
  const dayMs = daysFromEpoch(Number(year), Number(month), Number(day)) * 86_400_000;
  const clockMs = (Number(hour) * 60 + Number(minute)) * 60_000 + Math.round(Number(second) * 1000);
  if (zone === undefined || zone === "Z") return dayMs + clockMs;
  const sign = zone.startsWith("-") ? -1 : 1;
  return dayMs + clockMs - sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6))) * 60_000;
}

/** Days of the proleptic Gregorian calendar since 1970-01-01. */
function daysFromEpoch(year: number, month: number, day: number): number {
  // Years begin in March, so that the leap day is the last.
  const y = month > 2 ? year : year - 1;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}
