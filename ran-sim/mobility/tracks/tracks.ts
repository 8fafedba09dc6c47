// Recorded positions: what every format is read into.
import { BadInputError } from "#core";
import { type GeoPoint, middleOf, toLocal } from "../../layout/projection.ts";

/** One phone's recorded way. Times rise from sample to sample; a track of one sample stands still. */
export interface Track {
  readonly name: string;
  /** [sample], ms; 0 is the first sample of the file, of any track. */
  readonly timeMs: Float64Array;
  /** [sample]: metres east and north, or degrees, as the recording says. */
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** A file of tracks. */
export interface Recording {
  /** "degrees": x is longitude and y latitude, WGS 84. */
  readonly coordinates: "metres" | "degrees";
  /** In the order in which they first occur. */
  readonly tracks: readonly Track[];
}

/** Collects samples of many phones in the order of a file. */
export interface TrackBuilder {
  /** Adds a sample; `where` names its place in the file. Throws BadInputError when the phone's time does not rise. */
  add(name: string, timeMs: number, x: number, y: number, where: string): void;
  /** Returns the tracks, their time counted from the earliest sample. */
  build(): readonly Track[];
}

/** Returns a builder whose errors have `code`. */
export function createTrackBuilder(code: string): TrackBuilder {
  const columns = new Map<string, { timeMs: number[]; x: number[]; y: number[] }>();
  return {
    add(name, timeMs, x, y, where) {
      let column = columns.get(name);
      if (column === undefined) {
        column = { timeMs: [], x: [], y: [] };
        columns.set(name, column);
      }
      const last = column.timeMs.at(-1);
      if (last !== undefined && timeMs <= last) {
        throw new BadInputError(code, {
          subject: where,
          expected: `a time after ${last} ms, the one before it${name === "" ? "" : ` of "${name}"`}`,
          got: `${timeMs} ms`,
        });
      }
      column.timeMs.push(timeMs);
      column.x.push(x);
      column.y.push(y);
    },
    build() {
      let firstMs = Number.POSITIVE_INFINITY;
      for (const { timeMs } of columns.values()) firstMs = Math.min(firstMs, timeMs[0]);
      return Array.from(columns, ([name, { timeMs, x, y }]) => ({
        name,
        timeMs: Float64Array.from(timeMs, (time) => time - firstMs),
        x: Float64Array.from(x),
        y: Float64Array.from(y),
      }));
    },
  };
}

/**
 * Returns the tracks in metres, shifted by `shiftM`. Degrees are projected around `origin`, or, where the layout is no
 * place on Earth, around the middle of the recording.
 */
export function localTracks(
  { coordinates, tracks }: Recording,
  origin: GeoPoint | null,
  shiftM: readonly [number, number],
): readonly Track[] {
  const centre = coordinates === "degrees" ? (origin ?? middleOfTracks(tracks)) : null;
  return tracks.map((track) => {
    const x = new Float64Array(track.x.length);
    const y = new Float64Array(track.y.length);
    for (let i = 0; i < x.length; i++) {
      const place =
        centre === null
          ? { xM: track.x[i], yM: track.y[i] }
          : toLocal(centre, { latDeg: track.y[i], lonDeg: track.x[i] });
      x[i] = place.xM + shiftM[0];
      y[i] = place.yM + shiftM[1];
    }
    return { ...track, x, y };
  });
}

function middleOfTracks(tracks: readonly Track[]): GeoPoint {
  const corners: GeoPoint[] = [];
  for (const { x, y } of tracks) {
    for (let i = 0; i < x.length; i++) corners.push({ latDeg: y[i], lonDeg: x[i] });
  }
  return middleOf(corners);
}
