/** What is drawn once for each user: indoors, in a car or outdoors, on which floor, behind which wall (TR 38.901 7.4.3). */

import { createStream } from "#core";
import {
  BUILDING_SIGMA_DB,
  CAR_LOSS,
  indoorDistanceLimitM,
  insideLossDb,
  wallLossDb,
} from "./penetration-loss.ts";
import type { RadioParameters } from "./radio-parameters.ts";
import type { UserPlaces } from "./user-places.ts";

export const DEFAULT_USER_PLACES: UserPlaces = {
  indoorShare: 0,
  carShare: 0,
  metallizedCarWindows: false,
  floors: "ground",
};

/** One user's draws. */
export interface RadioUser {
  readonly place: "outdoor" | "indoor" | "car";
  readonly heightM: number;
  /** d2D-in; 0 unless indoors. */
  readonly indoorDistanceM: number;
  /** PL_tw + PL_in + N(0, sigma_P) indoors, the car's loss in a car, 0 outdoors. */
  readonly penetrationDb: number;
}

/** The greatest number of floors in the calibration assumptions. */
const MOST_FLOORS = 8;

/** Returns the heights that users can have, ascending and distinct. */
export function userHeightsM(parameters: RadioParameters): number[] {
  const heights = new Set([parameters.hUtM]);
  const places = parameters.users;
  if (places !== undefined && places.indoorShare > 0 && places.floors === "calibration") {
    for (let floor = 1; floor <= MOST_FLOORS; floor++) heights.add(floorHeightM(floor));
  }
  return [...heights].sort((a, b) => a - b);
}

/**
 * Returns user `ue`'s draws; entity = user, purpose "radio/user", so that they depend neither on the number of users
 * nor on the order of asking. d2D-in is the smaller of two uniform draws (7.4.3.1). All of it is per user, not per
 * link, as 7.4.3 has it.
 */
export function drawRadioUser(parameters: RadioParameters, seed: number, ue: number): RadioUser {
  const places = parameters.users ?? DEFAULT_USER_PLACES;
  const draw = createStream(seed, "radio/user");
  const u = draw.uniform(ue, 0);
  if (u < places.indoorShare) {
    const limitM = indoorDistanceLimitM(parameters.environment);
    const indoorDistanceM = limitM * Math.min(draw.uniform(ue, 1), draw.uniform(ue, 2));
    const highLossShare = places.highLossShare ?? (parameters.environment === "RMa" ? 0 : 0.5);
    const building = draw.uniform(ue, 3) < highLossShare ? "high" : "low";
    const floors = 4 + draw.integer(5, ue, 4);
    const floor = 1 + draw.integer(floors, ue, 5);
    return {
      place: "indoor",
      heightM: places.floors === "calibration" ? floorHeightM(floor) : parameters.hUtM,
      indoorDistanceM,
      penetrationDb:
        wallLossDb(building, parameters.carrierGhz, parameters.release ?? 16) +
        insideLossDb(indoorDistanceM) +
        BUILDING_SIGMA_DB[building] * draw.normal(ue, 6),
    };
  }
  const inCar = u < places.indoorShare + places.carShare;
  const carMeanDb = places.metallizedCarWindows ? CAR_LOSS.metallizedMeanDb : CAR_LOSS.meanDb;
  return {
    place: inCar ? "car" : "outdoor",
    heightM: parameters.hUtM,
    indoorDistanceM: 0,
    penetrationDb: inCar ? carMeanDb + CAR_LOSS.sigmaDb * draw.normal(ue, 6) : 0,
  };
}

function floorHeightM(floor: number): number {
  return 3 * (floor - 1) + 1.5;
}
