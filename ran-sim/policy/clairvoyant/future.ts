import { selectCell } from "../../handover/cell-selection.ts";
import { LATE_BELOW_BEST_DB } from "../../metrics/service-time.ts";
import { selectionCriterion } from "../../ran-params.ts";
import type { RanScenario } from "../../scenario.ts";
import { createSensing } from "../../sensing.ts";
import type { World } from "../../world.ts";

/** What the handover machine will see of every link until the end: the same means that it reads, sensed ahead. */

/** How a link compares with Qout and Qin; bits 0 and 1 of a link's code. */
export const Sync = { out: 0, between: 1, in: 2 } as const;

const SYNC_BITS = 3;
const LATE_BIT = 4;

/** Of one phone. */
export interface PhoneFuture {
  readonly cellCount: number;
  readonly tickCount: number;
  /** [tick, cell] row-major: bits 0-1 are a code of {@link Sync}; bit 2 is set where the cell would serve late. */
  readonly links: Uint8Array;
  /** [tick]: the cell that cell selection would take, or NONE. */
  readonly suitable: Int16Array;
}

/** Returns the code of {@link Sync} in a link's code. */
export function syncOf(link: number): number {
  return link & SYNC_BITS;
}

/** Returns whether `cell` would serve more than 3 dB below the best one. */
export function isLateAt({ links, cellCount }: PhoneFuture, tick: number, cell: number): boolean {
  return (links[tick * cellCount + cell] & LATE_BIT) !== 0;
}

/**
 * Returns the future of every phone of a world with an end, [ue], by a pass over all of its ticks: a byte for each
 * (phone, tick, cell). A world can be asked for its ticks in any order, so the arms that run afterwards see the same.
 * The links are free of measurement error, as radio link monitoring is. Throws RangeError for a world without an end.
 */
export function senseAhead(world: World, scenario: RanScenario): readonly PhoneFuture[] {
  const { ueCount, cellCount, tickCount } = world;
  if (!Number.isFinite(tickCount)) throw new RangeError("senseAhead: the world has no end");
  const { qOutDb, qInDb } = scenario.handover;
  const criterion = selectionCriterion(scenario.handover);
  const measurement = { ...scenario.measurement, errorSigmaDb: 0 };
  const sensing = createSensing(world, { ...scenario, measurement }, { seed: 0, filterCoefficients: [] });
  const { rsrpDbm, bestCell } = sensing.links;
  const futures = Array.from({ length: ueCount }, () => ({
    cellCount,
    tickCount,
    links: new Uint8Array(tickCount * cellCount),
    suitable: new Int16Array(tickCount),
  }));
  for (let tick = 0; tick < tickCount; tick++) {
    sensing.step(tick);
    const { sinrDb } = sensing.links;
    for (let ue = 0; ue < ueCount; ue++) {
      const row = ue * cellCount;
      const best = bestCell[ue];
      const { links, suitable } = futures[ue];
      suitable[tick] = selectCell(criterion, sensing.links, row);
      for (let cell = 0; cell < cellCount; cell++) {
        const db = sinrDb[row + cell];
        const sync = db < qOutDb ? Sync.out : db > qInDb ? Sync.in : Sync.between;
        const isLate = rsrpDbm[row + best] - rsrpDbm[row + cell] > LATE_BELOW_BEST_DB;
        links[tick * cellCount + cell] = sync | (isLate ? LATE_BIT : 0);
      }
    }
  }
  return futures;
}
