import { NONE } from "../../state.ts";
import type { Choice, Programme, Stay } from "./programme.ts";
import type { Problem } from "./requests.ts";

/** One cell of a plan: when the phone comes to it, and what is asked for there. */
export interface PlannedStay {
  readonly cell: number;
  readonly attachTick: number;
  /** NONE: nothing is asked for. */
  readonly requestTick: number;
  readonly target: number;
}

/** Returns the stays of the best plan from `start` to the end, in order; the programme is solved on the way. */
export function planFrom(start: Stay, problem: Problem, programme: Programme): readonly PlannedStay[] {
  programme.solve(start.attachTick);
  const stays: PlannedStay[] = [];
  for (let stay: Stay | null = start; stay !== null; ) {
    const choice = programme.choose(stay);
    const { requestTick, target } = choice;
    stays.push({ cell: stay.cell, attachTick: stay.attachTick, requestTick, target });
    stay = nextStay(stay, choice, problem);
  }
  return stays;
}

/** Returns the stay that follows from a choice; null when the end comes first. */
function nextStay(stay: Stay, choice: Choice, { phone, walks, fates }: Problem): Stay | null {
  const { requestTick, target, selectionTick } = choice;
  if (requestTick === NONE) {
    const lossTick = walks.loss(stay.attachTick, stay.cell);
    return lossTick === null ? null : afterRecovery(fates.selectionAfterLoss(lossTick));
  }
  if (selectionTick !== NONE) return afterRecovery(selectionTick);
  const tick = fates.access(requestTick + fates.preparationTicks, target);
  if (tick >= phone.tickCount) return null;
  return fates.isReached(tick, target)
    ? { cell: target, attachTick: tick, afterHandover: true }
    : afterRecovery(fates.selectionAfterFailure(tick));

  function afterRecovery(fromTick: number): Stay | null {
    const found = fates.recovery(fromTick);
    if (found === null) return null;
    const { cell, tick } = found;
    return { cell, attachTick: tick, afterHandover: false };
  }
}
