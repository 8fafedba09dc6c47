/**
 * Users that keep a constant speed in one random direction on a torus, TR 36.839 5.3 with wrap-around. The position is a
 * law of time, x(t) = x0 + v t, so any tick can be computed without the ticks before it.
 */

import { createStream } from "#core";
import { nearestImage, type Torus } from "../radio/layout.ts";

/** Constant for a run, all [ue]. */
export interface StraightLineUsers {
  readonly torus: Torus;
  /** Position at time 0, in the hexagon around the origin. */
  readonly startXM: Float64Array;
  readonly startYM: Float64Array;
  /** Direction of travel in radians, from x to y, 0 to 2 pi. */
  readonly headingRad: Float64Array;
  readonly velocityXMps: Float64Array;
  readonly velocityYMps: Float64Array;
}

/** Where users are, [ue], metres. */
export interface UserPositions {
  readonly xM: Float64Array;
  readonly yM: Float64Array;
}

/**
 * Returns `ueCount` users dropped uniformly on the torus, each with a direction drawn uniformly and `speedMps`.
 * Purpose "mobility/straight-line", entity = user, index 0 and 1 the place, 2 the direction: the first users of a
 * larger population are the users of a smaller one. Throws RangeError for a speed that is negative or not finite.
 */
export function createStraightLineUsers(
  torus: Torus,
  ueCount: number,
  speedMps: number,
  seed: number,
): StraightLineUsers {
  if (!(speedMps >= 0 && Number.isFinite(speedMps))) {
    throw new RangeError(`createStraightLineUsers: speedMps must be 0 or more, got ${speedMps}`);
  }
  const draw = createStream(seed, "mobility/straight-line");
  const column = (value: (ue: number) => number) =>
    Float64Array.from({ length: ueCount }, (_, ue) => value(ue));
  const p = column((ue) => draw.uniform(ue, 0, 0));
  const q = column((ue) => draw.uniform(ue, 0, 1));
  const headingRad = column((ue) => 2 * Math.PI * draw.uniform(ue, 0, 2));
  const startXM = column((ue) => p[ue] * torus.t1xM + q[ue] * torus.t2xM);
  const startYM = column((ue) => p[ue] * torus.t1yM + q[ue] * torus.t2yM);
  wrapAll(torus, startXM, startYM);
  return {
    torus,
    startXM,
    startYM,
    headingRad,
    velocityXMps: headingRad.map((heading) => speedMps * Math.cos(heading)),
    velocityYMps: headingRad.map((heading) => speedMps * Math.sin(heading)),
  };
}

/** Writes every user's position at `timeS`, wrapped into the hexagon around the origin, to `out`. */
export function positionsAt(users: StraightLineUsers, timeS: number, out: UserPositions): void {
  for (let ue = 0; ue < users.startXM.length; ue++) {
    out.xM[ue] = users.startXM[ue] + users.velocityXMps[ue] * timeS;
    out.yM[ue] = users.startYM[ue] + users.velocityYMps[ue] * timeS;
  }
  wrapAll(users.torus, out.xM, out.yM);
}

function wrapAll(torus: Torus, xM: Float64Array, yM: Float64Array): void {
  const place = new Float64Array(2);
  for (let ue = 0; ue < xM.length; ue++) {
    nearestImage(torus, xM[ue], yM[ue], place);
    xM[ue] = place[0];
    yM[ue] = place[1];
  }
}
