// GPX 1.0 and 1.1: tracks of points with latitude, longitude and time.
import { BadInputError, calendarTimeMs } from "#core";
import { parseFiniteNumber } from "../../trace/csv-number.ts";
import { requirePlausible } from "./plausible-motion.ts";
import { createTrackBuilder, type Recording } from "./tracks.ts";
import { readXml } from "./xml-elements.ts";

const code = "position-trace";

/** `xsd:dateTime` as GPX has it, UTC or with an offset. */
const dateTime = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d(?:\.\d+)?)(Z|[+-]\d\d:\d\d)?$/;

/**
 * Returns one track for each `trk`, its segments sorted by time and joined (a pause between them is driven straight), named as
 * the file names it. Only elements of a point itself count, in GPX's own namespace: a `time` inside `extensions` is another
 * tool's. Waypoints and routes have no times and are left out; points without a time, and repeated ones, are set aside.
 *
 * Throws BadInputError ("position-trace"), with the line, for a point off the Earth, a time that is none or does not exist, a
 * file without points or without times, and as `requirePlausible` (GPX 1.0 has speeds).
 */
export function parseGpx(text: string, file: string): Recording {
  const builder = createTrackBuilder();
  /** Names of the open elements; another namespace's have none. */
  const open: string[] = [];
  let gpx = "";
  let trackNumber = 0;
  let point: { readonly latDeg: number; readonly lonDeg: number; readonly line: number } | null = null;
  let timeMs = Number.NaN;
  let speedMps = Number.NaN;
  readXml(text, file, code, {
    open(element) {
      if (open.length === 0) gpx = element.namespace;
      const name = element.namespace === gpx ? element.name : "";
      open.push(name);
      if (name === "trk") trackNumber++;
      if (name !== "trkpt") return;
      const degrees = (attribute: string, limit: number): number => {
        const field = element.attribute(attribute) ?? "";
        const value = parseFiniteNumber(field);
        if (Math.abs(value) <= limit) return value;
        throw new BadInputError(code, {
          subject: `${file} line ${element.line}, trkpt ${attribute}`,
          expected: `degrees from -${limit} to ${limit}`,
          got: `"${field}"`,
        });
      };
      point = { latDeg: degrees("lat", 90), lonDeg: degrees("lon", 180), line: element.line };
      timeMs = Number.NaN;
      speedMps = Number.NaN;
    },
    close(_, content) {
      const name = open.pop();
      if (point === null) return;
      const where = `${file} line ${point.line}`;
      const isOwn = open.at(-1) === "trkpt";
      if (name === "time" && isOwn && content.trim() !== "") timeMs = utcMs(content.trim(), where);
      if (name === "speed" && isOwn) speedMps = parseFiniteNumber(content);
      if (name !== "trkpt") return;
      if (Number.isNaN(timeMs)) {
        builder.setAside(
          new BadInputError(code, {
            subject: where,
            expected: "a time in every trkpt",
            got: "none",
            remedy: "a route without times cannot be replayed; export the track with times",
          }),
        );
      } else {
        builder.add(`track ${trackNumber}`, timeMs, point.lonDeg, point.latDeg, speedMps);
      }
      point = null;
    },
  });
  const { tracks, counts, speedsMps } = builder.build();
  if (tracks.length === 0) {
    throw new BadInputError(code, { subject: file, expected: "GPX with trkpt elements", got: "none" });
  }
  const recording = { format: "gpx", coordinates: "degrees", tracks, counts, notes: [] } as const;
  requirePlausible(recording, speedsMps, file);
  return recording;
}

function utcMs(field: string, where: string): number {
  const parts = dateTime.exec(field);
  if (parts !== null) {
    const [, year, month, day, hour, minute, second, zone] = parts;
    const offset =
      zone === undefined || zone === "Z" ? 0 : Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6));
    const timeMs = calendarTimeMs({
      year: Number(year),
      month: Number(month),
      day: Number(day),
      hour: Number(hour),
      minute: Number(minute),
      second: Number(second),
      offsetMinutes: zone?.startsWith("-") ? -offset : offset,
    });
    if (timeMs !== null) return Math.round(timeMs);
  }
  throw new BadInputError(code, {
    subject: `${where}, time`,
    expected: parts === null ? "a time such as 2026-05-01T12:00:00Z" : "a date and time that exist",
    got: `"${field}"`,
  });
}
