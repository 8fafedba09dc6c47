// Recorded positions: what every format is read into.
import type { BadInputError } from "#core";
import { type GeoPoint, middleOf, toLocal } from "../../layout/projection.ts";
import { countsInWords } from "../../trace/set-aside.ts";

/** One phone's recorded way. Times rise from sample to sample; a track of one sample stands still. */
export interface Track {
  readonly name: string;
  /** [sample], ms; 0 is the first sample of the file, of any track. */
  readonly timeMs: Float64Array;
  /** [sample]: metres east and north, or degrees, as the recording says. */
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** What was left out or moved when a file was read. */
export interface TrackCounts {
  /** Samples at a time that the phone already had, the first of which is kept. */
  readonly repeated: number;
  /** Of those, the ones at another place. */
  readonly repeatedElsewhere: number;
  /** Samples before the one that stood in front of them, put where they belong. */
  readonly outOfOrder: number;
  /** Records without a time, a place or a number, set aside. */
  readonly unreadable: number;
}

/** A file of tracks. */
export interface Recording {
  readonly format: "gpx" | "csv" | "fcd";
  /** "degrees": x is longitude and y latitude, WGS 84. */
  readonly coordinates: "metres" | "degrees";
  /** In the order in which they first occur. */
  readonly tracks: readonly Track[];
  readonly counts: TrackCounts;
  /** What was found out about the file, in a line each; counts are not in it. */
  readonly notes: readonly string[];
}

/** Collects samples of many phones in the order of a file. */
export interface TrackBuilder {
  /** Adds a sample; `speedMps` is what the file says of it, NaN where it says nothing. */
  add(name: string, timeMs: number, x: number, y: number, speedMps?: number): void;
  /** Counts a record that cannot be read; `refusal` is thrown when no record can. */
  setAside(refusal: BadInputError): void;
  /** Returns the tracks, sorted, their time counted from the earliest sample. Throws the first refusal when all were set aside. */
  build(): {
    readonly tracks: readonly Track[];
    readonly counts: TrackCounts;
    /** [track][sample]: m/s, NaN where unknown. */
    readonly speedsMps: readonly Float64Array[];
  };
}

interface Sample {
  readonly timeMs: number;
  readonly x: number;
  readonly y: number;
  readonly speedMps: number;
}

/** Returns a builder. */
export function createTrackBuilder(): TrackBuilder {
  const samplesOf = new Map<string, Sample[]>();
  let unreadable = 0;
  let firstRefusal: BadInputError | undefined;
  return {
    add(name, timeMs, x, y, speedMps = Number.NaN) {
      const sample = { timeMs, x, y, speedMps };
      const samples = samplesOf.get(name);
      if (samples === undefined) samplesOf.set(name, [sample]);
      else samples.push(sample);
    },
    setAside(refusal) {
      unreadable++;
      firstRefusal ??= refusal;
    },
    build() {
      if (samplesOf.size === 0 && firstRefusal !== undefined) throw firstRefusal;
      const counts = { repeated: 0, repeatedElsewhere: 0, outOfOrder: 0, unreadable };
      const kept = Array.from(samplesOf, ([name, samples]) => ({ name, samples: inOrder(samples, counts) }));
      let firstMs = Number.POSITIVE_INFINITY;
      for (const { samples } of kept) firstMs = Math.min(firstMs, samples[0].timeMs);
      return {
        counts,
        tracks: kept.map(({ name, samples }) => ({
          name,
          timeMs: Float64Array.from(samples, ({ timeMs }) => timeMs - firstMs),
          x: Float64Array.from(samples, ({ x }) => x),
          y: Float64Array.from(samples, ({ y }) => y),
        })),
        speedsMps: kept.map(({ samples }) => Float64Array.from(samples, ({ speedMps }) => speedMps)),
      };
    },
  };
}

/** Segments come in any order, and a border between two is often in both. */
function inOrder(
  samples: readonly Sample[],
  counts: { -readonly [K in keyof TrackCounts]: number },
): readonly Sample[] {
  for (let i = 1; i < samples.length; i++) if (samples[i].timeMs < samples[i - 1].timeMs) counts.outOfOrder++;
  const kept: Sample[] = [];
  // A stable sort: of two samples at one time the first of the file stays the first.
  for (const sample of [...samples].sort((a, b) => a.timeMs - b.timeMs)) {
    const before = kept.at(-1);
    if (before?.timeMs !== sample.timeMs) {
      kept.push(sample);
      continue;
    }
    counts.repeated++;
    if (before.x !== sample.x || before.y !== sample.y) counts.repeatedElsewhere++;
  }
  return kept;
}

/** Returns what was set aside or moved, in a line, or none. */
export function trackNotes({ counts, notes }: Recording): readonly string[] {
  const words = countsInWords([
    [counts.unreadable, "record that cannot be read", "records that cannot be read"],
    [
      counts.repeated,
      "sample at a time that its phone already had",
      "samples at times that their phones already had",
      counts.repeatedElsewhere === 0 ? "" : ` (${counts.repeatedElsewhere} elsewhere)`,
    ],
  ]);
  const moved = countsInWords([
    [counts.outOfOrder, "step back in time was put in order", "steps back in time were put in order"],
  ]);
  return [...(words === "" ? [] : [`set aside: ${words}`]), ...(moved === "" ? [] : [moved]), ...notes];
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
