import { dbToLinear, linearToDb } from "#core";
import type { RanEvent } from "../events.ts";
import type { Arm } from "../hand-off/arms.ts";
import type { Sensing } from "../sensing.ts";
import type { RanState } from "../state.ts";
import type { World } from "../world.ts";
import { AHEAD_MS, cellNamed, RIGHT_WITHIN_DB } from "./post-handover.ts";

/**
 * What each arm believed at single handovers, and what was true: the open-loop measure of `post-handover.ts`, told one by one instead of
 * pooled. A belief is the cell that the target says will be best over the next second.
 */

/** Looked at on the first tick that is so long after the completion. */
export const beliefMomentsMs = [0, 50, 250, 500] as const;

export interface HandoverBeliefs {
  readonly ue: number;
  readonly source: number;
  readonly target: number;
  /** Of the completion. */
  readonly timeS: number;
  readonly moments: readonly BeliefMoment[];
}

export interface BeliefMoment {
  readonly afterMs: number;
  /** The cell of highest mean SINR over the next second, and that SINR. */
  readonly best: number;
  readonly bestSinrDb: number;
  /** [arm] */
  readonly beliefs: readonly Belief[];
}

export interface Belief {
  readonly cell: number;
  /** Whether it rests on anything; where not, the cell is the one that serves. */
  readonly knows: boolean;
  /** By how much the cell's mean SINR over the next second is below the best cell's, dB. */
  readonly shortDb: number;
  /** Whether that is at most {@link RIGHT_WITHIN_DB}. */
  readonly isRight: boolean;
}

export interface BeliefLog {
  /** Takes in a tick of the rule that fixes the handovers, after every arm has followed it. */
  onTick(state: RanState, events: readonly RanEvent[], sensing: Sensing): void;
  /** Returns the handovers whose phones stayed in the target through all moments, and whose next second is known, in their order. */
  handovers(): readonly HandoverBeliefs[];
}

interface Watched {
  readonly event: Extract<RanEvent, { type: "handoverComplete" }>;
  readonly moments: Pending[];
}

/** A moment whose next second is not over. */
interface Pending {
  readonly tick: number;
  readonly afterMs: number;
  readonly named: readonly Pick<Belief, "cell" | "knows">[];
  /** [cell]: the SINR ratios of the ticks since, added up. */
  readonly sums: Float64Array;
  ticks: number;
}

/** Returns a log of what `arms` believe at handovers completed from `fromTick` on. */
export function createBeliefLog(
  { ueCount, cellCount, tickMs }: Pick<World, "ueCount" | "cellCount" | "tickMs">,
  arms: readonly Pick<Arm, "policy">[],
  fromTick: number,
): BeliefLog {
  const aheadTicks = Math.max(1, Math.round(AHEAD_MS / tickMs));
  const all: Watched[] = [];
  /** [ue]: the handover whose moments are not all there. */
  const open: (Watched | null)[] = new Array(ueCount).fill(null);
  let pending: { readonly ue: number; readonly moment: Pending }[] = [];
  const expected = new Float64Array(cellCount);

  return {
    onTick(state, events, { sinrLinear }) {
      const tick = state.tick - 1;
      for (const { ue, moment } of pending) {
        for (let cell = 0; cell < cellCount; cell++) moment.sums[cell] += sinrLinear[ue * cellCount + cell];
        moment.ticks++;
      }
      pending = pending.filter(({ moment }) => moment.ticks < aheadTicks);
      for (const event of events) {
        if (event.type !== "handoverComplete" || tick < fromTick) continue;
        const watched = { event, moments: [] };
        open[event.ue] = watched;
        all.push(watched);
      }
      for (const [ue, watched] of open.entries()) {
        if (watched !== null) look(ue, watched, tick, state.serving[ue]);
      }
    },
    handovers: () =>
      all
        .filter(
          ({ moments }) =>
            moments.length === beliefMomentsMs.length && moments.every(({ ticks }) => ticks === aheadTicks),
        )
        .map(({ event: { ue, source, target, timeS }, moments }) => ({
          ...{ ue, source, target, timeS },
          moments: moments.map(judged),
        })),
  };

  /** Asks the arms when the next moment has come; gives a phone up that has left the target. */
  function look(ue: number, watched: Watched, tick: number, serving: number): void {
    const { event, moments } = watched;
    if (serving !== event.target) {
      open[ue] = null;
      return;
    }
    const afterMs = (tick - event.tick) * tickMs;
    if (afterMs < beliefMomentsMs[moments.length]) return;
    const named = arms.map(({ policy }) => {
      const cell = cellNamed(policy, ue, serving, expected);
      return { cell, knows: expected.some((level) => !Number.isNaN(level)) };
    });
    const moment: Pending = { tick, afterMs, named, sums: new Float64Array(cellCount), ticks: 0 };
    moments.push(moment);
    pending.push({ ue, moment });
    if (moments.length === beliefMomentsMs.length) open[ue] = null;
  }

  function judged({ afterMs, named, sums, ticks }: Pending): BeliefMoment {
    const best = sums.indexOf(Math.max(...sums));
    return {
      afterMs,
      best,
      bestSinrDb: linearToDb(sums[best] / ticks),
      beliefs: named.map(({ cell, knows }) => ({
        ...{ cell, knows },
        shortDb: linearToDb(sums[best] / sums[cell]),
        isRight: sums[cell] >= sums[best] * dbToLinear(-RIGHT_WITHIN_DB),
      })),
    };
  }
}
