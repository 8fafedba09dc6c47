/**
 * Phones that keep a constant speed in one random direction, TR 36.839 5.3 with wrap-around. The position is a law of
 * time, x(t) = x0 + v t, so any tick can be computed without the ticks before it.
 */

import { createStream } from "#core";
import { type Ground, placeOn } from "../layout/ground.ts";
import type { Movement, MovementUsers } from "./movement.ts";

/** Constant for a run, all [phone of the group]. */
export interface StraightLineUsers extends Movement {
  /** Position at time 0, on the ground. */
  readonly startXM: Float64Array;
  readonly startYM: Float64Array;
  /** Direction of travel in radians, from x to y, 0 to 2 pi. */
  readonly headingRad: Float64Array;
}

/**
 * Returns phones dropped uniformly on the ground, each with a direction drawn uniformly. Purpose
 * "mobility/straight-line", entity = phone, index 0 and 1 the place, 2 the direction: the first phones of a larger
 * population are the phones of a smaller one.
 */
export function createStraightLineUsers(ground: Ground, users: MovementUsers): StraightLineUsers {
  const { first, count, speedMps } = users;
  const draw = createStream(users.seed, "mobility/straight-line");
  const startXM = new Float64Array(count);
  const startYM = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const place = placeOn(ground, draw.uniform(first + i, 0, 0), draw.uniform(first + i, 0, 1));
    startXM[i] = place.xM;
    startYM[i] = place.yM;
  }
  const headingRad = Float64Array.from(
    { length: count },
    (_, i) => 2 * Math.PI * draw.uniform(first + i, 0, 2),
  );
  const velocityXMps = headingRad.map((heading, i) => speedMps[i] * Math.cos(heading));
  const velocityYMps = headingRad.map((heading, i) => speedMps[i] * Math.sin(heading));
  return {
    startXM,
    startYM,
    headingRad,
    positionsAt(timeS, out) {
      for (let i = 0; i < count; i++) {
        out.xM[first + i] = startXM[i] + velocityXMps[i] * timeS;
        out.yM[first + i] = startYM[i] + velocityYMps[i] * timeS;
      }
    },
    travelledM(timeS, out) {
      for (let i = 0; i < count; i++) out[first + i] = speedMps[i] * timeS;
    },
  };
}
