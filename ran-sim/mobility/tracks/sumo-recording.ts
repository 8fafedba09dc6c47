// What the places of a SUMO recording are: its columns are called x and y whether they hold metres or degrees.
import { BadInputError } from "#core";
import { contradicts, requirePlausible, timesSpeed } from "./plausible-motion.ts";
import type { Recording, Track, TrackBuilder } from "./tracks.ts";

const code = "position-trace";

/**
 * Returns the recording of what `builder` has. Without `coordinates` places are degrees when the comment at the head of `text`
 * (SUMO writes its configuration there) says `fcd-output.geo`, or when as metres they contradict the vehicles' speed more than
 * fivefold and as degrees do not; a note then says so. Else they are metres.
 *
 * Throws BadInputError ("position-trace") for a file without vehicles, degrees that are none, `coordinates` other than the
 * comment's, and places that contradict the speed either way.
 */
export function createSumoRecording(
  builder: TrackBuilder,
  text: string,
  file: string,
  coordinates: Recording["coordinates"] | undefined,
): Recording {
  const { tracks, counts, speedsMps } = builder.build();
  if (tracks.length === 0) throw refusal(file, "timestep elements with vehicles", "none");
  const saysGeo = /<fcd-output\.geo\s+value="(true|1|yes|on)"/i.test(prologOf(text));
  if (saysGeo && coordinates === "metres") {
    const remedy = "leave coordinates out, or set coordinates: degrees";
    throw refusal(file, "coordinates: degrees, as its own comment says (fcd-output.geo)", "metres", remedy);
  }
  const fits = areDegrees(tracks);
  const isEvident =
    fits &&
    contradicts(timesSpeed(tracks, speedsMps, "metres")) &&
    !contradicts(timesSpeed(tracks, speedsMps, "degrees"));
  const found = coordinates ?? (saysGeo || isEvident ? "degrees" : "metres");
  if (found === "degrees" && !fits) {
    const { x, y } = tracks[tracks.findIndex((track) => !areDegrees([track]))];
    const i = x.findIndex((_, at) => !(Math.abs(x[at]) <= 180 && Math.abs(y[at]) <= 90));
    throw refusal(file, "x and y in degrees", `${x[i]}, ${y[i]}`, "are they metres? set coordinates: metres");
  }
  const why = saysGeo
    ? "its own comment says fcd-output.geo"
    : "as metres they contradict the vehicles' speed";
  const notes =
    coordinates === undefined && found === "degrees" ? [`x and y are longitude and latitude: ${why}`] : [];
  const recording = { format: "fcd", coordinates: found, tracks, counts, notes } as const;
  requirePlausible(recording, speedsMps, file);
  return recording;
}

function areDegrees(tracks: readonly Track[]): boolean {
  return tracks.every(
    ({ x, y }) => x.every((lon) => Math.abs(lon) <= 180) && y.every((lat) => Math.abs(lat) <= 90),
  );
}

/** What stands before the first element. */
function prologOf(text: string): string {
  const end = text.indexOf("<fcd-export");
  return end === -1 ? "" : text.slice(0, end);
}

function refusal(subject: string, expected: string, got: string, remedy?: string): BadInputError {
  return new BadInputError(code, { subject, expected, got, ...(remedy === undefined ? {} : { remedy }) });
}
