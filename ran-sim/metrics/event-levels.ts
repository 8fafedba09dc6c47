import type { RanEvent } from "../events.ts";
import type { Decisions } from "../policy/policy.ts";
import { type Sensing, sinrOfLink } from "../sensing.ts";
import { NONE, type RanState } from "../state.ts";
import type { World } from "../world.ts";

/** Why a handover went as it did: the levels of its two cells on the ticks on which something happened to it. */

/** Null where there is no such cell. */
export interface Levels {
  /** dBm: filtered by layer 3 with the k of the arm's rule, as its events see it. */
  readonly sourceRsrpDbm: number | null;
  readonly targetRsrpDbm: number | null;
  /** dB: the 200 ms mean, by which links are monitored and accesses judged. */
  readonly sourceSinrDb: number | null;
  readonly targetSinrDb: number | null;
}

export interface EventLevels {
  readonly levels: Levels;
  /**
   * When the entering condition of the event's target began to hold, of a report and of a failure before one; null for other events, and
   * where another cell was the best of those whose condition held in between.
   */
  readonly entered: { readonly tick: number; readonly levels: Levels } | null;
}

/** Returns what writes down the levels of one arm's events; to be called once a tick. */
export function createEventLevels(
  { ueCount, cellCount, tickMs }: Pick<World, "ueCount" | "cellCount" | "tickMs">,
  filterCoefficient: number,
): (
  state: RanState,
  events: readonly RanEvent[],
  sensing: Sensing,
  decisions: Decisions,
) => readonly EventLevels[] {
  const entering: ({ readonly cell: number; readonly tick: number; readonly levels: Levels } | null)[] =
    new Array(ueCount).fill(null);

  const rsrpOf = (sensing: Sensing, ue: number, cell: number): number | null =>
    cell === NONE ? null : rounded(sensing.l3RsrpDbm(filterCoefficient)[ue * cellCount + cell]);
  const sinrOf = ({ links }: Sensing, ue: number, cell: number): number | null =>
    cell === NONE ? null : rounded(sinrOfLink(links, ue, cell));
  const levelsOf = (sensing: Sensing, ue: number, source: number, target: number): Levels => ({
    sourceRsrpDbm: rsrpOf(sensing, ue, source),
    targetRsrpDbm: rsrpOf(sensing, ue, target),
    sourceSinrDb: sinrOf(sensing, ue, source),
    targetSinrDb: sinrOf(sensing, ue, target),
  });

  return (state, events, sensing, { entering: now }) => {
    const tick = state.tick - 1;
    if (now !== undefined) {
      for (let ue = 0; ue < ueCount; ue++) {
        const cell = now.cell[ue];
        const known = entering[ue];
        // Since when it has held is told; one that lapsed and began anew is another.
        const began = tick - Math.round(now.forMs[ue] / tickMs);
        if (cell === (known?.cell ?? NONE) && (known === null || began <= known.tick)) continue;
        // A condition that ends on the tick on which its report is sent is still needed below.
        if (cell !== NONE)
          entering[ue] = { cell, tick, levels: levelsOf(sensing, ue, state.lastServing[ue], cell) };
        else if (!events.some((event) => event.ue === ue && beginsAttempt(event))) entering[ue] = null;
      }
    }
    if (events.length === 0) return NO_LEVELS;
    return events.map((event) => {
      const [source, target] = cellsOf(event);
      const condition = entering[event.ue];
      const entered =
        condition !== null && beginsAttempt(event) && condition.cell === target ? condition : null;
      return { levels: levelsOf(sensing, event.ue, source, target), entered };
    });
  };
}

const NO_LEVELS: readonly EventLevels[] = [];

function rounded(level: number): number | null {
  return Number.isFinite(level) ? Math.round(100 * level) / 100 : null;
}

/** A report asks for a handover; a failure in state 2 may come before one. */
function beginsAttempt(event: RanEvent): boolean {
  return event.type === "report" || (event.type === "handoverFailure" && event.enteredTick !== undefined);
}

function cellsOf(event: RanEvent): readonly [source: number, target: number] {
  if ("target" in event) return [event.source, event.target];
  if (event.type === "radioLinkFailure") return [event.cell, NONE];
  const servedAgain = event.type === "reestablishment" || event.type === "connectionSetup";
  return [NONE, servedAgain ? event.cell : NONE];
}
