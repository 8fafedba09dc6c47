import { createStream } from "#core";
import type { World } from "../../../ran-sim/world.ts";

/** Worlds for tests: no radio model, only numbers that are known. */

/** Returns a world whose RSRP and SINR are given by functions of (tick, user, cell). */
export function worldOf(shape: {
  readonly ueCount?: number;
  readonly cellCount: number;
  readonly tickMs?: number;
  readonly tickCount: number;
  readonly rsrpDbm: (tick: number, ue: number, cell: number) => number;
  readonly sinrDb: (tick: number, ue: number, cell: number) => number;
}): World {
  const { ueCount = 1, cellCount, tickMs = 10, tickCount } = shape;
  return {
    ueCount,
    cellCount,
    tickMs,
    tickCount,
    cellNames: Array.from({ length: cellCount }, (_, cell) => `${cell}`),
    radioAt(tick, out) {
      for (let ue = 0; ue < ueCount; ue++) {
        for (let cell = 0; cell < cellCount; cell++) {
          out.rsrpDbm[ue * cellCount + cell] = shape.rsrpDbm(tick, ue, cell);
          out.sinrDb[ue * cellCount + cell] = shape.sinrDb(tick, ue, cell);
        }
      }
    },
  };
}

/** Returns a rough world of 4 cells: levels jump several times a second, so that everything that can happen does. */
export function roughWorld(
  seed: number,
  options: { readonly ueCount?: number; readonly tickCount?: number } = {},
): World {
  const { ueCount = 6, tickCount = 1500 } = options;
  const random = createStream(seed, "rough-world");
  const cellCount = 4;
  const level = (tick: number, ue: number, cell: number): number =>
    -95 +
    9 * random.normal(ue, Math.floor(tick / 40), cell) +
    2 * random.normal(ue, Math.floor(tick / 7), cell);
  return worldOf({
    ueCount,
    cellCount,
    tickCount,
    rsrpDbm: level,
    sinrDb(tick, ue, cell) {
      let others = 10 ** -11;
      for (let other = 0; other < cellCount; other++) {
        if (other !== cell) others += 10 ** (level(tick, ue, other) / 10);
      }
      return level(tick, ue, cell) - 10 * Math.log10(others);
    },
  });
}
