import { NONE } from "../../state.ts";
import { type Cost, type Costs, SHORT_STAY } from "./cost.ts";
import type { LinkWalk } from "./link-walks.ts";
import { createRequests, createStayCosts, type Problem, type ShortStay } from "./requests.ts";

/**
 * The dynamic programme of one phone, backwards over every tick. A connected phone is in one of three kinds of state,
 * which hold all that the machine's next steps depend on:
 *
 * - `settled` [tick, cell]: its link is clean after the tick, and a handover from now on ends no short stay;
 * - `arrived` [tick, cell]: a handover to the cell was completed on the tick;
 * - in a walk of its link: the walk itself keeps the cost from each of its ticks on.
 *
 * Costs of a stay count the late ticks of its cell from tick 0 on, so that waiting leaves them as they are.
 */
export interface Programme {
  /** Works out every state from `fromTick` on. */
  solve(fromTick: number): void;
  /** Returns the cost of a stay that was solved for, from its attachment on. */
  cost(stay: Stay): Cost;
  /** Returns what has that cost; of equal choices waiting, then the sooner request, then the lower cell. */
  choose(stay: Stay): Choice;
}

/** A phone that is connected, and how it came to be. */
export interface Stay {
  readonly cell: number;
  readonly attachTick: number;
  /** By a handover, so that the next one may end a short stay. */
  readonly afterHandover: boolean;
}

/** What to do in a cell. */
export interface Choice {
  /** NONE: ask for nothing. */
  readonly requestTick: number;
  readonly target: number;
  /** The request fails before its command is carried out: a cell may be selected from this tick on. NONE otherwise. */
  readonly selectionTick: number;
}

const never: Choice = { requestTick: NONE, target: NONE, selectionTick: NONE };

/** Returns the programme, nothing solved yet. */
export function createProgramme(problem: Problem): Programme {
  const { phone, walks, fates, minimumStayTicks, countedFromTick } = problem;
  const { cellCount, tickCount } = phone;
  const handoverTicks = fates.preparationTicks + fates.executionTicks;
  const stays = createStayCosts(phone);
  const { settled, arrived, late } = stays;
  const requests = createRequests(problem, stays);

  return {
    solve(fromTick) {
      for (let tick = tickCount - 1; tick >= fromTick; tick--) {
        for (let cell = 0; cell < cellCount; cell++) {
          if (!walks.isOutAt(tick, cell)) settle(tick, cell);
        }
        for (let cell = 0; cell < cellCount; cell++) {
          if (!walks.isOutAt(tick, cell)) arrive(tick, cell);
        }
        requests.solve(tick);
      }
    },
    cost(stay) {
      const { primary, secondary } = evaluate(stay);
      return { primary, secondary: secondary - late(stay.attachTick, stay.cell) };
    },
    choose(stay) {
      const { choice, fromTick, walk } = evaluate(stay);
      return choice ?? follow(stay.cell, fromTick, walk);
    },
  };

  function settle(tick: number, cell: number): void {
    const at = tick * cellCount + cell;
    const next = tick + 1;
    if (next >= tickCount) {
      settled.primary[at] = 0;
      settled.secondary[at] = late(tickCount, cell);
    } else if (walks.isOutAt(next, cell)) {
      const walk = walks.after(tick, cell) as LinkWalk;
      fill(walk, cell);
      settled.primary[at] = walk.primary[0];
      settled.secondary[at] = walk.secondary[0];
    } else writeDecision(settled, at, next, cell);
  }

  function arrive(tick: number, cell: number): void {
    const { primary, secondary } = evaluate({ cell, attachTick: tick, afterHandover: true });
    arrived.primary[tick * cellCount + cell] = primary;
    arrived.secondary[tick * cellCount + cell] = secondary;
  }

  /** The lesser of asking on `tick`, after which the link is clean, and of staying settled. */
  function writeDecision(out: Costs, at: number, tick: number, cell: number): void {
    const asks = asksOn(tick, cell);
    const waiting = tick * cellCount + cell;
    out.primary[at] = asks === null ? settled.primary[waiting] : asks.primary;
    out.secondary[at] = asks === null ? settled.secondary[waiting] : asks.secondary;
  }

  /** Returns the best request on a clean link when it is better than to wait; null otherwise. */
  function asksOn(tick: number, cell: number): ReturnType<typeof requests.better> {
    const waiting = tick * cellCount + cell;
    return requests.better(tick, cell, null, settled.primary[waiting], settled.secondary[waiting]);
  }

  function fill(walk: LinkWalk, cell: number): void {
    const { primary, secondary, startTick, endTick } = walk;
    const last = endTick - startTick;
    if (walk.end === "clean") writeDecision(walk, last, endTick, cell);
    else {
      const loss = requests.ofLoss(walk, cell);
      primary[last] = loss.primary;
      secondary[last] = loss.secondary;
    }
    for (let i = last - 1; i >= 0; i--) {
      const asks = requests.better(startTick + i, cell, walk, primary[i + 1], secondary[i + 1]);
      primary[i] = asks === null ? primary[i + 1] : asks.primary;
      secondary[i] = asks === null ? secondary[i + 1] : asks.secondary;
    }
  }

  /**
   * Returns the cost of a stay, and either the request that ends it while it is short, or the tick after which it goes
   * on without being short (with the walk that the link is in, or will be in next).
   */
  function evaluate({ cell, attachTick, afterHandover }: Stay) {
    const shortBefore = afterHandover ? attachTick + minimumStayTicks : NONE;
    const lastShortTick = shortBefore - handoverTicks - 1;
    const fromTick = Math.min(tickCount - 1, Math.max(attachTick, lastShortTick));
    const walk = walkAt(cell, attachTick, fromTick);
    let { primary, secondary } = costAfter(cell, fromTick, walk);
    let choice: Choice | null = null;
    // The request that led here was made no later than this.
    const counted = attachTick - handoverTicks >= countedFromTick;
    const stay: ShortStay = {
      beforeTick: shortBefore,
      cost: {
        primary: counted ? SHORT_STAY.primary : 0,
        secondary: counted ? 0 : SHORT_STAY.secondary,
      },
      // Nothing is tried again, and the end of the world is far.
      isCertain: counted && !fates.hasRetries && shortBefore <= tickCount,
    };
    if (stay.isCertain && primary < SHORT_STAY.primary) return { primary, secondary, choice, fromTick, walk };
    let around = walks.after(attachTick, cell);
    for (let tick = attachTick + 1; tick <= Math.min(lastShortTick, tickCount - 1); tick++) {
      while (around?.end === "clean" && around.endTick <= tick) around = walks.after(around.endTick, cell);
      if (around !== null && around.endTick <= tick) break;
      const inside = around !== null && around.startTick <= tick ? around : null;
      const request = requests.better(tick, cell, inside, primary, secondary, stay);
      if (request === null) continue;
      ({ primary, secondary } = request);
      choice = choiceOf(tick, request);
    }
    return { primary, secondary, choice, fromTick, walk };
  }

  /** Returns the walk that a link which was clean after `attachTick` is in after `tick`, was lost in, or is in next. */
  function walkAt(cell: number, attachTick: number, tick: number): LinkWalk | null {
    let walk = walks.after(attachTick, cell);
    while (walk?.end === "clean" && walk.endTick <= tick) walk = walks.after(walk.endTick, cell);
    return walk;
  }

  function costAfter(cell: number, tick: number, walk: LinkWalk | null): Cost {
    if (walk !== null && walk.startTick <= tick) {
      if (walk.endTick <= tick) return requests.ofLoss(walk, cell);
      const at = tick + 1 - walk.startTick;
      return { primary: walk.primary[at], secondary: walk.secondary[at] };
    }
    const at = tick * cellCount + cell;
    return { primary: settled.primary[at], secondary: settled.secondary[at] };
  }

  /** Returns the first request after `tick` that is better than to wait. */
  function follow(cell: number, tick: number, walk: LinkWalk | null): Choice {
    let at = tick + 1;
    let around = walk;
    while (at < tickCount) {
      if (around === null || at < around.startTick) {
        const request = asksOn(at, cell);
        if (request !== null) return choiceOf(at, request);
        at++;
        continue;
      }
      for (; at < around.endTick; at++) {
        const i = at - around.startTick;
        const request = requests.better(at, cell, around, around.primary[i + 1], around.secondary[i + 1]);
        if (request !== null) return choiceOf(at, request);
      }
      if (around.end !== "clean" || at > around.endTick) return never;
      const request = asksOn(at, cell);
      if (request !== null) return choiceOf(at, request);
      around = walks.after(at, cell);
      at++;
    }
    return never;
  }
}

function choiceOf(
  requestTick: number,
  { target, selectionTick }: { readonly target: number; readonly selectionTick: number },
): Choice {
  return { requestTick, target, selectionTick };
}
