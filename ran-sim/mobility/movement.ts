/** What every way of moving gives: places as a law of time. */

import { createStream } from "#core";
import type { SpeedKmh } from "./mobility-schema.ts";

/** Where phones are, [ue], metres. */
export interface UserPositions {
  readonly xM: Float64Array;
  readonly yM: Float64Array;
}

/** Phones that move alike. Any time may be asked for, in any order, with the same answer. */
export interface Movement {
  /** Writes the places of the group's phones at `timeS` to their entries of `out`, not yet folded onto the ground. */
  positionsAt(timeS: number, out: UserPositions): void;
  /**
   * Writes how many metres of its way each phone has behind it at `timeS` to its entry of `out` [ue]: what fast fading goes by.
   * A phone that drives a track back has less again.
   */
  travelledM(timeS: number, out: Float64Array): void;
  /** When each phone of the group is there, [phone of the group], seconds; absent: all of them always. */
  readonly presence?: Presence;
}

/** From when (included) to when (not included) phones are there, seconds. */
export interface Presence {
  readonly fromS: Float64Array;
  readonly untilS: Float64Array;
}

/** Who a movement is for. */
export interface MovementUsers {
  /** The group's phones are `first` to `first + count - 1` of all, which is how random numbers know them. */
  readonly first: number;
  readonly count: number;
  /** [phone of the group] */
  readonly speedMps: Float64Array;
  readonly seed: number;
}

/**
 * Returns each phone's speed in m/s, [phone of the group]: the one given, or one drawn uniformly from the range or the list.
 * Purpose "mobility/speed", entity = phone.
 */
export function drawSpeeds(speed: SpeedKmh, first: number, count: number, seed: number): Float64Array {
  const draw = createStream(seed, "mobility/speed");
  return Float64Array.from({ length: count }, (_, i) => {
    if (typeof speed === "number") return speed / 3.6;
    if ("min" in speed) return (speed.min + (speed.max - speed.min) * draw.uniform(first + i)) / 3.6;
    return speed[draw.integer(speed.length, first + i)] / 3.6;
  });
}
