/** What each phone receives from each cell at each tick: all that the arms of one shard share. */

import type { UserPositions } from "./mobility/movement.ts";
import type { RadioOutput } from "./radio/radio.ts";

/** [ue, cell] row-major: dBm, and dB. */
export type RadioSample = RadioOutput;

/** A world does not depend on what any arm decides, which is why arms can be compared in pairs. */
export interface World {
  readonly ueCount: number;
  readonly cellCount: number;
  readonly tickMs: number;
  /** How many ticks there are; Infinity for a world that goes on for ever. */
  readonly tickCount: number;
  /** [cell] */
  readonly cellNames: readonly string[];
  /** Where the levels of a measured world come from; absent where they are computed. */
  readonly source?: string;
  /** Writes the sample of `tick` into `out`. Ticks may be asked for in any order. */
  radioAt(tick: number, out: RadioSample): void;
}

/** Where the cells of a world are, for drawing. Metres, x east, y north. */
export interface WorldLayout {
  readonly sites: readonly { readonly xM: number; readonly yM: number }[];
  /** [cell]; the azimuth is in degrees from x to y, NaN for an antenna without a direction. */
  readonly cells: readonly { readonly site: number; readonly azimuthDeg: number; readonly name: string }[];
  /** The usual distance between neighbouring sites. */
  readonly isdM: number;
  /**
   * Two vectors on which the plane wraps around; along an axis without wrap-around, one that leads farther away than
   * anything in view.
   */
  readonly latticeM: readonly [readonly [number, number], readonly [number, number]];
}

/** A lattice vector of an axis that does not wrap around. */
export const NOT_WRAPPED_M = 1e9;

/** A world made from a scenario and a seed: where the phones are, and what they hear. */
export interface SyntheticWorld extends World {
  readonly layout: WorldLayout;
  /** [ue]: 0 for a phone that follows a recorded track. */
  readonly speedMps: Float64Array;
  /** Writes where the phones are at `timeS`; seconds from the start, warm-up included. */
  positionsAt(timeS: number, out: UserPositions): void;
  /** Writes [ue, site] row-major, 0..1: the share of line of sight at `timeS`. Absent where levels come from a map. */
  losShareAt?(timeS: number, out: Float32Array): void;
}

export interface WorldOptions {
  /** The world goes on for ever; false when left out. */
  readonly endless?: boolean;
}

/** Returns the number of ticks of a whole run, warm-up included. */
export function scenarioTicks(scenario: {
  readonly warmUpS: number;
  readonly durationS: number;
  readonly tickMs: number;
}): number {
  return Math.round(((scenario.warmUpS + scenario.durationS) * 1000) / scenario.tickMs);
}

/** Returns a sample of the world's shape. */
export function createRadioSample(world: Pick<World, "ueCount" | "cellCount">): RadioSample {
  const entries = world.ueCount * world.cellCount;
  return { rsrpDbm: new Float32Array(entries), sinrDb: new Float32Array(entries) };
}
