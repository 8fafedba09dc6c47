/** What each phone receives from each cell at each tick: all that the arms of one shard share. */

import type { Presence, UserPositions } from "./mobility/movement.ts";
import type { RadioOutput, RadioPowers } from "./radio/radio.ts";

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
  /** When phones are there; absent: all of them always. */
  readonly presence?: WorldPresence;
  /** Where the levels of a measured world come from; absent where they are computed. */
  readonly source?: string;
  /** Writes the sample of `tick` into `out`. Ticks may be asked for in any order. */
  radioAt(tick: number, out: RadioSample): void;
  /** Writes the same in linear units, not rounded; absent where levels were recorded in dB. */
  powersAt?(tick: number, out: RadioPowers): void;
}

/** [ue] the first tick on which each phone is there, and the first on which it no longer is. */
export interface WorldPresence {
  readonly fromTick: Int32Array;
  readonly untilTick: Int32Array;
}

/** Stands for a tick that never comes. */
const NEVER = 2 ** 31 - 1;

/** Returns the ticks of a presence in seconds, as a part of a world. */
export function worldPresence(presence: Presence | null, tickMs: number): Pick<World, "presence"> {
  if (presence === null) return {};
  // A tick begins at its time: a hair of rounding makes no tick more.
  const ticks = (timesS: Float64Array): Int32Array =>
    Int32Array.from(timesS, (timeS) =>
      Math.min(NEVER, Math.max(0, Math.ceil((timeS * 1000) / tickMs - 1e-6))),
    );
  return { presence: { fromTick: ticks(presence.fromS), untilTick: ticks(presence.untilS) } };
}

/** Returns whether a phone is there on a tick. */
export function isPresent({ presence }: Pick<World, "presence">, ue: number, tick: number): boolean {
  return presence === undefined || (tick >= presence.fromTick[ue] && tick < presence.untilTick[ue]);
}

/** Returns the ticks from `fromTick` (included) to `toTick` on which phones are there, summed over phones. */
export function presentTicks(
  { presence, ueCount }: Pick<World, "presence" | "ueCount">,
  fromTick: number,
  toTick: number,
): number {
  if (presence === undefined) return ueCount * Math.max(0, toTick - fromTick);
  return presence.fromTick.reduce(
    (sum, first, ue) =>
      sum + Math.max(0, Math.min(toTick, presence.untilTick[ue]) - Math.max(fromTick, first)),
    0,
  );
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
