/** What each phone receives from each cell at each tick: all that the arms of one shard share. */

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
  /** Writes the sample of `tick` into `out`. Ticks may be asked for in any order. */
  radioAt(tick: number, out: RadioSample): void;
}

/** Returns a sample of the world's shape. */
export function createRadioSample(world: Pick<World, "ueCount" | "cellCount">): RadioSample {
  const entries = world.ueCount * world.cellCount;
  return { rsrpDbm: new Float32Array(entries), sinrDb: new Float32Array(entries) };
}
