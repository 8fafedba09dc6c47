import { createStream } from "#core";
import { type Ground, placeOn } from "../layout/ground.ts";
import { createJourneys, type Leg } from "./journeys.ts";
import type { ModelOf } from "./mobility-schema.ts";
import type { Movement, MovementUsers } from "./movement.ts";

const RAD_PER_DEG = Math.PI / 180;

/**
 * Returns phones whose speed and direction are first-order autoregressive, renewed every `stepS` (Camp, Boleng and
 * Davies, "A survey of mobility models for ad hoc network research", 2002, section 2.5, with the deviation written out):
 *
 * s_n = a s_(n-1) + (1 - a) s + sigma_s sqrt(1 - a^2) w_n, and the same for the direction around the phone's mean one,
 * so that speed and direction have the given mean and deviation at all times. A speed below 0 stands still.
 *
 * Purpose "mobility/gauss-markov", entity = phone, step = leg (0: index 0 and 1 the place, 2 the mean direction, 3 and 4
 * the first speed and direction; then index 0 and 1 the normals).
 */
export function createGaussMarkov(
  ground: Ground,
  model: ModelOf<"gauss-markov">,
  users: MovementUsers,
): Movement {
  const { memory, stepS } = model;
  const draw = createStream(users.seed, "mobility/gauss-markov");
  const speedSigma = model.speedSigmaKmh / 3.6;
  const directionSigma = model.directionSigmaDeg * RAD_PER_DEG;
  const fresh = Math.sqrt(1 - memory * memory);
  const meanDirection = (ue: number): number => 2 * Math.PI * draw.uniform(ue, 0, 2);
  const meanSpeed = (ue: number): number => users.speedMps[ue - users.first];

  /** `memoryA` is the speed, `memoryB` the direction. */
  const move = (leg: Leg): void => {
    const distanceM = Math.max(0, leg.memoryA) * stepS;
    leg.toXM = leg.fromXM + distanceM * Math.cos(leg.memoryB);
    leg.toYM = leg.fromYM + distanceM * Math.sin(leg.memoryB);
    // Not a sum of steps: thousands of roundings would move the clock.
    leg.endS = (leg.index + 1) * stepS;
  };

  return createJourneys(
    {
      begin(ue, leg) {
        const start = placeOn(ground, draw.uniform(ue, 0, 0), draw.uniform(ue, 0, 1));
        leg.fromXM = start.xM;
        leg.fromYM = start.yM;
        leg.memoryA = meanSpeed(ue) + speedSigma * draw.normal(ue, 0, 3);
        leg.memoryB = meanDirection(ue) + directionSigma * draw.normal(ue, 0, 4);
        move(leg);
      },
      next(ue, leg) {
        leg.memoryA =
          memory * leg.memoryA +
          (1 - memory) * meanSpeed(ue) +
          speedSigma * fresh * draw.normal(ue, leg.index, 0);
        leg.memoryB =
          memory * leg.memoryB +
          (1 - memory) * meanDirection(ue) +
          directionSigma * fresh * draw.normal(ue, leg.index, 1);
        move(leg);
      },
    },
    users,
  );
}
