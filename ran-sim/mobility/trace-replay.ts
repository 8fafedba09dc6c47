import { BadInputError } from "#core";
import { describeGround, type Ground, isOn } from "../layout/ground.ts";
import type { ModelOf } from "./mobility-schema.ts";
import type { Movement, Presence } from "./movement.ts";
import type { Track } from "./tracks/tracks.ts";

/**
 * Returns phones that follow recorded tracks, phone i of the group the i-th track, straight and evenly between samples. Before
 * its first sample a phone waits there; after its last it stays, or turns and drives back and forth. With `absent` it is there
 * from its first sample to its last only.
 *
 * Throws BadInputError ("trace-leaves-map") for a place off the ground, and ("bad-parameter") for more phones than tracks
 * or a start after the end of all; `path` is the model's place in the scenario.
 */
export function createTraceReplay(
  tracks: readonly Track[],
  ground: Ground,
  { startS, atEnd = "stay", file }: ModelOf<"trace">,
  { first, count, path }: { readonly first: number; readonly count: number; readonly path: string },
): Movement {
  if (count > tracks.length) {
    throw new BadInputError("bad-parameter", {
      subject: path,
      expected: `at most ${tracks.length} phones, one for each track of ${file}`,
      got: `${count}`,
      remedy: "give the group fewer users",
    });
  }
  const used = tracks.slice(0, count);
  const endS = Math.max(...used.map(({ timeMs }) => timeMs[timeMs.length - 1])) / 1000;
  if (startS > endS) {
    throw new BadInputError("bad-parameter", {
      subject: `${path}.startS`,
      expected: `at most ${endS} s, where the tracks end`,
      got: `${startS}`,
    });
  }
  for (const track of used) requireOn(ground, track, `${path}.file (${file})`);
  /** [phone]: the sample before the time last asked for. */
  const last = new Int32Array(count);
  const alongM = used.map(distancesM);
  const piece = { from: 0, to: 0, share: 0 };
  const seek = (i: number, timeS: number): void => {
    const { timeMs } = used[i];
    const atMs = timeOnTrack((startS + timeS) * 1000, timeMs, atEnd);
    const from = sampleBefore(timeMs, atMs, last[i]);
    last[i] = from;
    piece.from = from;
    piece.to = Math.min(from + 1, timeMs.length - 1);
    piece.share = piece.to === from ? 0 : (atMs - timeMs[from]) / (timeMs[piece.to] - timeMs[from]);
  };
  const between = (values: Float64Array): number =>
    values[piece.from] + piece.share * (values[piece.to] - values[piece.from]);
  return {
    ...(atEnd === "absent" ? { presence: presenceOf(used, startS) } : {}),
    positionsAt(timeS, out) {
      for (let i = 0; i < count; i++) {
        seek(i, timeS);
        out.xM[first + i] = between(used[i].x);
        out.yM[first + i] = between(used[i].y);
      }
    },
    travelledM(timeS, out) {
      for (let i = 0; i < count; i++) {
        seek(i, timeS);
        out[first + i] = between(alongM[i]);
      }
    },
  };
}

/** Returns when phones on `tracks` are there, in seconds of a simulation that begins at `startS` of the recording. */
export function presenceOf(tracks: readonly Track[], startS: number): Presence {
  return {
    fromS: Float64Array.from(tracks, ({ timeMs }) => timeMs[0] / 1000 - startS),
    untilS: Float64Array.from(tracks, ({ timeMs }) => timeMs[timeMs.length - 1] / 1000 - startS),
  };
}

/** Returns the metres driven up to each sample, [sample]. */
function distancesM({ x, y }: Track): Float64Array {
  const alongM = new Float64Array(x.length);
  for (let i = 1; i < x.length; i++) alongM[i] = alongM[i - 1] + Math.hypot(x[i] - x[i - 1], y[i] - y[i - 1]);
  return alongM;
}

function timeOnTrack(atMs: number, timeMs: Float64Array, atEnd: "stay" | "turn" | "absent"): number {
  const firstMs = timeMs[0];
  const lengthMs = timeMs[timeMs.length - 1] - firstMs;
  const offMs = Math.max(0, atMs - firstMs);
  if (offMs <= lengthMs) return firstMs + offMs;
  if (atEnd !== "turn" || lengthMs === 0) return firstMs + lengthMs;
  const turnMs = offMs - 2 * lengthMs * Math.floor(offMs / (2 * lengthMs));
  return firstMs + (turnMs > lengthMs ? 2 * lengthMs - turnMs : turnMs);
}

/** Returns the last sample at or before `atMs`; `guess` is nearly right when time goes on in small steps. */
function sampleBefore(timeMs: Float64Array, atMs: number, guess: number): number {
  let sample = guess;
  while (sample > 0 && timeMs[sample] > atMs) sample--;
  while (sample < timeMs.length - 1 && timeMs[sample + 1] <= atMs) sample++;
  return sample;
}

function requireOn(ground: Ground, { name, timeMs, x, y }: Track, subject: string): void {
  for (let i = 0; i < x.length; i++) {
    if (isOn(ground, x[i], y[i])) continue;
    const whose = name === "" ? "" : ` of "${name}"`;
    throw new BadInputError("trace-leaves-map", {
      subject: `${subject}, ${timeMs[i] / 1000} s${whose}`,
      expected: describeGround(ground),
      got: `(${x[i].toFixed(1)}, ${y[i].toFixed(1)}) m`,
      remedy: "cut the trace, shift it with shiftM, or give the layout more ground",
    });
  }
}
