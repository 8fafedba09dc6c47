import type { LinkView } from "../sensing.ts";
import { NONE, type RanState } from "../state.ts";

/** A cell this much weaker than the best one serves too late. */
export const LATE_BELOW_BEST_DB = 3;

/**
 * Returns how many phones are served now by a cell more than {@link LATE_BELOW_BEST_DB} below the best one, by the
 * 200 ms mean RSRP without measurement error.
 */
export function countLate(state: RanState, links: LinkView): number {
  const { cellCount, rsrpDbm, bestCell } = links;
  let late = 0;
  for (let ue = 0; ue < bestCell.length; ue++) {
    const serving = state.serving[ue];
    if (serving === NONE) continue;
    const row = ue * cellCount;
    if (rsrpDbm[row + bestCell[ue]] - rsrpDbm[row + serving] > LATE_BELOW_BEST_DB) late++;
  }
  return late;
}
