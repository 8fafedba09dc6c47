import { createStream } from "#core";
import { type Ground, placeOn } from "../layout/ground.ts";
import { createJourneys, type Leg } from "./journeys.ts";
import type { ModelOf } from "./mobility-schema.ts";
import type { Movement, MovementUsers } from "./movement.ts";

/**
 * Returns phones that go straight from one uniformly drawn place to the next at their own speed and pause at each. A phone
 * keeps its speed: redrawn at every waypoint, slow legs last longer and the mean speed falls as the run goes on.
 *
 * Purpose "mobility/random-waypoint", entity = phone, step = waypoint, index 0 and 1 the place, 2 the pause. The start
 * is uniform; the density of later times is higher in the middle of the ground, as this model has it.
 */
export function createRandomWaypoint(
  ground: Ground,
  { pauseS }: ModelOf<"random-waypoint">,
  users: MovementUsers,
): Movement {
  const draw = createStream(users.seed, "mobility/random-waypoint");
  const pauses = pauseS.max > 0;

  /** Odd legs are pauses, when there are any. */
  const go = (ue: number, leg: Leg): void => {
    if (pauses && leg.index % 2 === 1) {
      const waypoint = (leg.index + 1) / 2;
      leg.toXM = leg.fromXM;
      leg.toYM = leg.fromYM;
      leg.endS = leg.startS + pauseS.min + (pauseS.max - pauseS.min) * draw.uniform(ue, waypoint, 2);
      return;
    }
    const waypoint = 1 + (pauses ? leg.index / 2 : leg.index);
    const place = placeOn(ground, draw.uniform(ue, waypoint, 0), draw.uniform(ue, waypoint, 1));
    leg.toXM = place.xM;
    leg.toYM = place.yM;
    const distanceM = Math.hypot(leg.toXM - leg.fromXM, leg.toYM - leg.fromYM);
    // Without speed the first leg never ends: 0 / 0 must not end it.
    const speedMps = users.speedMps[ue - users.first];
    leg.endS = speedMps > 0 ? leg.startS + distanceM / speedMps : Number.POSITIVE_INFINITY;
  };

  return createJourneys(
    {
      begin(ue, leg) {
        const start = placeOn(ground, draw.uniform(ue, 0, 0), draw.uniform(ue, 0, 1));
        leg.fromXM = start.xM;
        leg.fromYM = start.yM;
        go(ue, leg);
      },
      next: go,
    },
    users,
  );
}
