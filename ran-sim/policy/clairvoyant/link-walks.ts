import type { RanParams } from "../../ran-params.ts";
import { type PhoneFuture, Sync, syncOf } from "./future.ts";

/**
 * What radio link monitoring will do to a phone that stays in a cell. Monitoring starts clean (no count, T310 stopped)
 * with every attachment and is clean again with every in-sync indication outside T310, so a stay is made of clean
 * ticks and of walks: from an out-of-sync indication on a clean link to the tick on which it is clean again, or lost.
 * A walk depends on the cell and its first tick only, whenever the phone came.
 */

export interface LinkWalk {
  /** The first out-of-sync indication. */
  readonly startTick: number;
  /** T310 runs from here to the end; the end where it does not start. */
  readonly t310Tick: number;
  /** The first tick after whose monitoring the link is clean again, or on which it is lost; the number of ticks if neither. */
  readonly endTick: number;
  readonly end: "clean" | "lost" | "open";
  /** [tick - startTick]: the cost of the best that can still be done, by the last tick of waiting; see `programme.ts`. */
  readonly primary: Float64Array;
  readonly secondary: Float64Array;
}

export interface LinkWalks {
  /** Returns whether monitoring makes an out-of-sync indication of `cell` on `tick`. */
  isOutAt(tick: number, cell: number): boolean;
  /**
   * Returns how a request of `tick` in a walk, or on a clean link (null), fails in state 2 of TR 36.839; null when it does not,
   * or not before the end. By "link": the link is lost on `tick`, before the command or after one that was lost. By
   * "command": the command is lost and the link is not, so that nothing comes of the request.
   */
  failure(
    tick: number,
    cell: number,
    walk: LinkWalk | null,
    commandTick: number,
  ): { readonly by: "link"; readonly tick: number } | { readonly by: "command" } | null;
  /** Returns the tick on which a phone that stays in `cell` from `tick` on, with a clean link, loses it; null: never. */
  loss(tick: number, cell: number): number | null;
  /** Returns the walk that the first out-of-sync indication after `tick` begins, or null when none follows. */
  after(tick: number, cell: number): LinkWalk | null;
}

/** Returns the walks of one phone; each is worked out when it is first asked for. The law is `monitorRadioLink`'s. */
export function createLinkWalks(phone: PhoneFuture, params: RanParams): LinkWalks {
  const { cellCount, tickCount, links } = phone;
  const { indicationTicks, n310, n311, t310Ticks, commandDuringT310 } = params;
  const known = new Map<number, LinkWalk>();
  const isOutAt = (tick: number, cell: number): boolean =>
    tick % indicationTicks === 0 && syncOf(links[tick * cellCount + cell]) === Sync.out;
  /** [tick, cell]: the first out-of-sync indication at or after the tick, else the number of ticks. */
  const nextOut = new Int32Array((tickCount + 1) * cellCount).fill(tickCount);
  for (let tick = tickCount - 1; tick >= 0; tick--) {
    for (let cell = 0; cell < cellCount; cell++) {
      const at = tick * cellCount + cell;
      nextOut[at] = isOutAt(tick, cell) ? tick : nextOut[at + cellCount];
    }
  }

  return {
    isOutAt,
    after,
    failure(tick, cell, from, commandTick) {
      let walk = from ?? after(tick, cell);
      while (walk !== null && walk.startTick <= commandTick) {
        if (commandTick < walk.endTick) {
          if (commandTick >= tickCount || commandTick < walk.t310Tick || isReceived(commandTick, cell))
            return null;
          return walk.end === "lost" ? { by: "link", tick: walk.endTick } : { by: "command" };
        }
        if (walk.end === "lost") return { by: "link", tick: walk.endTick };
        walk = walk.end === "clean" ? after(walk.endTick, cell) : null;
      }
      return null;
    },
    loss(tick, cell) {
      let walk = after(tick, cell);
      while (walk?.end === "clean") walk = after(walk.endTick, cell);
      return walk?.end === "lost" ? walk.endTick : null;
    },
  };

  /** Of a command that is due while T310 runs. */
  function isReceived(tick: number, cell: number): boolean {
    return commandDuringT310 === "received" && syncOf(links[tick * cellCount + cell]) !== Sync.out;
  }

  function after(tick: number, cell: number): LinkWalk | null {
    if (tick + 1 >= tickCount) return null;
    const startTick = nextOut[(tick + 1) * cellCount + cell];
    if (startTick >= tickCount) return null;
    const key = startTick * cellCount + cell;
    let walk = known.get(key);
    if (walk === undefined) {
      walk = walkFrom(startTick, cell);
      known.set(key, walk);
    }
    return walk;
  }

  function walkFrom(startTick: number, cell: number): LinkWalk {
    let outCount = 0;
    let inCount = 0;
    let t310Tick = -1;
    for (let tick = startTick; tick < tickCount; tick++) {
      const runs = t310Tick >= 0;
      if (runs && tick >= t310Tick + t310Ticks) return finish(tick, "lost");
      if (tick % indicationTicks !== 0) continue;
      const sync = syncOf(links[tick * cellCount + cell]);
      if (sync === Sync.out) {
        inCount = 0;
        if (runs || ++outCount < n310) continue;
        t310Tick = tick;
        if (t310Ticks === 0) return finish(tick, "lost");
      } else if (sync === Sync.in && (!runs || ++inCount >= n311)) return finish(tick, "clean");
    }
    return finish(tickCount, "open");

    function finish(endTick: number, end: LinkWalk["end"]): LinkWalk {
      const length = endTick - startTick + 1;
      return {
        startTick,
        t310Tick: t310Tick < 0 ? endTick : t310Tick,
        endTick,
        end,
        primary: new Float64Array(length),
        secondary: new Float64Array(length),
      };
    }
  }
}
