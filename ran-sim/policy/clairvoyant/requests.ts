import { NONE } from "../../state.ts";
import { type Cost, type Costs, createCosts, FAILURE, HANDOVER, isLess, lateTicksBefore } from "./cost.ts";
import type { Fates } from "./fates.ts";
import type { PhoneFuture } from "./future.ts";
import type { LinkWalk, LinkWalks } from "./link-walks.ts";

/** One phone's links, what the machine makes of them, and what is counted. */
export interface Problem {
  readonly phone: PhoneFuture;
  readonly walks: LinkWalks;
  readonly fates: Fates;
  /** Below it a stay is short. */
  readonly minimumStayTicks: number;
  /** Attempts requested, and links lost, before this tick are not counted. */
  readonly countedFromTick: number;
}

/** Costs of connected phones, [tick, cell] row-major, as `programme.ts` defines them. */
export interface StayCosts {
  readonly settled: Costs;
  readonly arrived: Costs;
  /** Returns on how many ticks before `tick` the cell would serve late. */
  late(tick: number, cell: number): number;
}

/** A request and its cost; NONE where there is no target, or no failure after which a cell may be selected. */
export interface Trial extends Cost {
  target: number;
  selectionTick: number;
}

/** A stay that a completion before `beforeTick` makes short, for a cost. */
export interface ShortStay {
  readonly beforeTick: number;
  readonly cost: Cost;
  /** Every request in question fails or is completed before the tick. */
  readonly isCertain: boolean;
}

export interface Requests {
  /** Works out what follows a command of this tick, and a lost cell whose successor may be selected from it on. */
  solve(tick: number): void;
  /**
   * Returns the best request of a phone in `cell` on `tick` when it costs less than `primary` and `secondary`, else null;
   * the object is used again. The phone's link is clean, or in `walk`.
   */
  better(
    tick: number,
    cell: number,
    walk: LinkWalk | null,
    primary: number,
    secondary: number,
    stay?: ShortStay,
  ): Readonly<Trial> | null;
  /** Returns the cost of staying to the end of a walk that does not end clean. */
  ofLoss(walk: LinkWalk, cell: number): Cost;
}

const notShort: ShortStay = { beforeTick: NONE, cost: { primary: 0, secondary: 0 }, isCertain: false };

/** Returns the part of the programme between two cells: requests, commands, failures and recoveries. */
export function createRequests(problem: Problem, stays: StayCosts): Requests {
  const { phone, walks, fates, countedFromTick } = problem;
  const { cellCount, tickCount } = phone;
  const { settled, arrived, late } = stays;
  const { preparationTicks, executionTicks } = fates;
  /** [tick of the command, target]: whoever the source is. */
  const commanded = createCosts(tickCount * cellCount);
  /** [tick of the command]: the least of any target. */
  const least = createCosts(tickCount);
  /** [tick from which a cell may be selected] */
  const lost = createCosts(tickCount + 1);
  const trial: Trial = { primary: 0, secondary: 0, target: NONE, selectionTick: NONE };

  return {
    solve(tick) {
      least.primary[tick] = Number.POSITIVE_INFINITY;
      for (let target = 0; target < cellCount; target++) command(tick, target);
      select(tick);
    },
    better(tick, cell, walk, primary, secondary, stay = notShort) {
      if (cellCount < 2) return null;
      const commandTick = tick + preparationTicks;
      const failure = walks.failure(tick, cell, walk, commandTick);
      if (failure?.by === "command") return null;
      if (failure !== null) fail(failure.tick, tick, cell);
      else if (commandTick < tickCount && canBe(commandTick, cell, primary, secondary, stay)) {
        chooseTarget(commandTick, cell, stay);
      } else return null;
      return isLess(trial.primary, trial.secondary, primary, secondary) ? trial : null;
    },
    ofLoss({ end, endTick }, cell) {
      if (end === "open") return { primary: 0, secondary: late(tickCount, cell) };
      const cost = ofFailure(fates.selectionAfterLoss(endTick), endTick >= countedFromTick);
      return { primary: cost.primary, secondary: cost.secondary + late(endTick, cell) };
    },
  };

  function fail(lostTick: number, tick: number, cell: number): void {
    const selectionTick = fates.selectionAfterLoss(lostTick);
    const cost = ofFailure(selectionTick, tick >= countedFromTick);
    trial.primary = cost.primary;
    trial.secondary = cost.secondary + late(lostTick, cell);
    trial.target = cell === 0 ? 1 : 0;
    trial.selectionTick = selectionTick;
  }

  /** Whether any target may cost less: most do not, and need not be looked at. */
  function canBe(
    commandTick: number,
    cell: number,
    primary: number,
    secondary: number,
    { isCertain, cost }: ShortStay,
  ): boolean {
    // A target that fails ends no short stay.
    const more = isCertain && primary < FAILURE.primary ? cost : notShort.cost;
    return isLess(
      least.primary[commandTick] + more.primary,
      least.secondary[commandTick] + more.secondary + late(commandTick, cell),
      primary,
      secondary,
    );
  }

  function chooseTarget(commandTick: number, cell: number, { beforeTick, cost }: ShortStay): void {
    trial.primary = Number.POSITIVE_INFINITY;
    trial.secondary = Number.POSITIVE_INFINITY;
    trial.target = NONE;
    trial.selectionTick = NONE;
    const lateBefore = late(commandTick, cell);
    for (let target = 0; target < cellCount; target++) {
      if (target === cell) continue;
      const at = commandTick * cellCount + target;
      let primary = commanded.primary[at];
      let secondary = commanded.secondary[at] + lateBefore;
      if (commandTick + executionTicks < beforeTick) {
        const tick = fates.access(commandTick, target);
        if (tick < beforeTick && tick < tickCount && fates.isReached(tick, target)) {
          primary += cost.primary;
          secondary += cost.secondary;
        }
      }
      if (!isLess(primary, secondary, trial.primary, trial.secondary)) continue;
      trial.primary = primary;
      trial.secondary = secondary;
      trial.target = target;
    }
  }

  function command(commandTick: number, target: number): void {
    const counted = commandTick - preparationTicks >= countedFromTick;
    const tick = fates.access(commandTick, target);
    const at = commandTick * cellCount + target;
    if (tick >= tickCount) {
      // An attempt that is open at the end is counted nowhere; it shall not look better than staying.
      commanded.primary[at] = 0;
      commanded.secondary[at] = HANDOVER.secondary;
    } else if (fates.isReached(tick, target)) {
      const then = tick * cellCount + target;
      commanded.primary[at] = arrived.primary[then] + (counted ? HANDOVER.primary : 0);
      commanded.secondary[at] =
        arrived.secondary[then] - late(tick, target) + (counted ? 0 : HANDOVER.secondary);
    } else {
      const cost = ofFailure(fates.selectionAfterFailure(tick), counted);
      commanded.primary[at] = cost.primary;
      commanded.secondary[at] = cost.secondary;
    }
    const [primary, secondary] = [commanded.primary[at], commanded.secondary[at]];
    if (!isLess(primary, secondary, least.primary[commandTick], least.secondary[commandTick])) return;
    least.primary[commandTick] = primary;
    least.secondary[commandTick] = secondary;
  }

  function select(tick: number): void {
    const found = fates.recovery(tick);
    const at = found === null ? NONE : found.tick * cellCount + found.cell;
    lost.primary[tick] = found === null ? 0 : settled.primary[at];
    lost.secondary[tick] = found === null ? 0 : settled.secondary[at] - late(found.tick, found.cell);
  }

  /** Of a failure and what follows it. */
  function ofFailure(selectionTick: number, counted: boolean): Cost {
    const at = Math.min(tickCount, selectionTick);
    return {
      primary: lost.primary[at] + (counted ? FAILURE.primary : 0),
      secondary: lost.secondary[at] + (counted ? 0 : FAILURE.secondary),
    };
  }
}

/** Returns empty costs of a phone's stays. */
export function createStayCosts(phone: PhoneFuture): StayCosts {
  const count = phone.tickCount * phone.cellCount;
  return { settled: createCosts(count), arrived: createCosts(count), late: lateTicksBefore(phone) };
}
