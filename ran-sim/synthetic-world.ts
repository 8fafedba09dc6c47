import { createStraightLineUsers, positionsAt, type UserPositions } from "./mobility/straight-line.ts";
import { createRadio, type Radio } from "./radio/radio.ts";
import type { RadioParameters } from "./radio/radio-parameters.ts";
import type { RanScenario } from "./scenario.ts";
import type { World } from "./world.ts";

/** A world made from a scenario and a seed: where the phones are, and what they hear. */
export interface SyntheticWorld extends World {
  readonly radio: Radio;
  /** Writes where the phones are at `timeS`; seconds from the start, warm-up included. */
  positionsAt(timeS: number, out: UserPositions): void;
}

/**
 * Returns the world of `scenario` under `seed`. Positions are a law of time, so it can be asked for any tick;
 * `tickCount` is warm-up plus duration, or Infinity when `endless`. Making it takes most of a second (shadowing maps).
 */
export function createSyntheticWorld(
  scenario: RanScenario,
  seed: number,
  options: { readonly endless?: boolean } = {},
): SyntheticWorld {
  const radio = createRadio(radioParameters(scenario), seed);
  const { users, speedKmh } = scenario.mobility;
  const phones = createStraightLineUsers(radio.torus, users, speedKmh / 3.6, seed);
  const { tickMs } = scenario;
  const place = { xM: new Float64Array(users), yM: new Float64Array(users) };
  return {
    radio,
    positionsAt: (timeS, out) => positionsAt(phones, timeS, out),
    ueCount: users,
    cellCount: radio.cellCount,
    tickMs,
    tickCount: options.endless === true ? Number.POSITIVE_INFINITY : scenarioTicks(scenario),
    cellNames: cellNames(radio),
    radioAt(tick, out) {
      positionsAt(phones, (tick * tickMs) / 1000, place);
      radio.rsrpDbm(place.xM, place.yM, out);
    },
  };
}

/** Returns the number of ticks of a whole run, warm-up included. */
export function scenarioTicks(scenario: RanScenario): number {
  return Math.round(((scenario.warmUpS + scenario.durationS) * 1000) / scenario.tickMs);
}

/** Returns what the radio model is told. */
export function radioParameters(scenario: RanScenario): RadioParameters {
  const { layout, radio } = scenario;
  return { ...radio, rings: { 1: 0, 7: 1, 19: 2 }[layout.sites], isdM: layout.isdM, antenna: layout.antenna };
}

/** `3b` is the second cell of site 3; a site with one cell has no letter. */
function cellNames(radio: Radio): readonly string[] {
  const perSite = radio.cellCount / radio.siteCount;
  return Array.from(radio.cellSite, (site, cell) =>
    perSite === 1 ? `${site}` : `${site}${String.fromCharCode(97 + (cell % perSite))}`,
  );
}
