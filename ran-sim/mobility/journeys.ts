/**
 * Journeys made of legs: each leg is a straight piece at constant speed, and follows from the leg before it and from random
 * numbers of (phone, leg). Legs are computed as time asks for them; every 256th is kept, so that an earlier time can be
 * asked for again, and gives the same place to the last bit.
 */

import type { Movement, MovementUsers } from "./movement.ts";

/** One straight piece of a phone's journey; a pause is a leg that stays. */
export interface Leg {
  index: number;
  startS: number;
  endS: number;
  fromXM: number;
  fromYM: number;
  toXM: number;
  toYM: number;
  /** Metres before this leg. */
  alongM: number;
  /** What the law remembers from leg to leg. */
  memoryA: number;
  memoryB: number;
}

/** How a journey begins and goes on. `ue` is the phone among all. */
export interface JourneyLaw {
  /** Writes leg 0; its `index` and `startS` are 0 already. */
  begin(ue: number, leg: Leg): void;
  /** Turns a leg into the one after it; `index` is the new one, and `startS`, `fromXM`, `fromYM` are the old end. */
  next(ue: number, leg: Leg): void;
}

const KEPT_EVERY = 256;

/** Returns the movement of phones whose journeys follow `law`. Legs must not end before they start. */
export function createJourneys(law: JourneyLaw, users: Pick<MovementUsers, "first" | "count">): Movement {
  const { first, count } = users;
  const current = Array.from({ length: count }, (_, i) => {
    const leg: Leg = {
      index: 0,
      startS: 0,
      endS: 0,
      fromXM: 0,
      fromYM: 0,
      toXM: 0,
      toYM: 0,
      alongM: 0,
      memoryA: 0,
      memoryB: 0,
    };
    law.begin(first + i, leg);
    return leg;
  });
  /** [phone][k]: leg 256 k. */
  const kept = current.map((leg) => [{ ...leg }]);

  const seek = (i: number, timeS: number): Leg => {
    const leg = current[i];
    if (timeS < leg.startS) {
      const before = kept[i].findLast((one) => one.startS <= timeS);
      Object.assign(leg, before ?? kept[i][0]);
    }
    while (timeS >= leg.endS) {
      leg.index++;
      leg.startS = leg.endS;
      leg.alongM += lengthM(leg);
      leg.fromXM = leg.toXM;
      leg.fromYM = leg.toYM;
      law.next(first + i, leg);
      if (leg.index === KEPT_EVERY * kept[i].length) kept[i].push({ ...leg });
    }
    return leg;
  };

  return {
    positionsAt(timeS, out) {
      for (let i = 0; i < count; i++) {
        const leg = seek(i, timeS);
        const { fromXM, fromYM, toXM, toYM } = leg;
        const share = shareOf(leg, timeS);
        out.xM[first + i] = fromXM + share * (toXM - fromXM);
        out.yM[first + i] = fromYM + share * (toYM - fromYM);
      }
    },
    travelledM(timeS, out) {
      for (let i = 0; i < count; i++) {
        const leg = seek(i, timeS);
        out[first + i] = leg.alongM + shareOf(leg, timeS) * lengthM(leg);
      }
    },
  };
}

/** Returns how much of a leg is done. */
function shareOf({ startS, endS }: Leg, timeS: number): number {
  return endS === Number.POSITIVE_INFINITY ? 0 : (timeS - startS) / (endS - startS);
}

function lengthM({ fromXM, fromYM, toXM, toYM }: Leg): number {
  return Math.hypot(toXM - fromXM, toYM - fromYM);
}
