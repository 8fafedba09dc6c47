import { Answer, Candidate, NONE, Phase } from "../state.ts";
import type { Turn } from "./turn.ts";

/**
 * Returns the code of {@link Answer} with which the target will meet a HANDOVER REQUEST sent now (TS 38.423 8.2.1): not at
 * all, refused because the cell is full, refused for another reason, or accepted. What is random is drawn from
 * (phone, attempt) only.
 */
export function answerOf(turn: Turn, ue: number, attempt: number, target: number): number {
  const { requestLossProbability: lost, refusalProbability: refused } = turn.params;
  const drawn = turn.random.answers.uniform(ue, attempt);
  if (drawn < lost) return Answer.lost;
  if (isFull(turn, target)) return Answer.noResources;
  return drawn < lost + (1 - lost) * refused ? Answer.notAllowed : Answer.accepted;
}

/**
 * Whether a cell has as many phones as it takes: those that it serves and those that it has reserved for, candidates
 * included. Re-establishment and the first attach are always admitted: they take the place of a call, not of a rule.
 */
function isFull({ params, state }: Turn, cell: number): boolean {
  if (params.cellCapacityUes === Number.POSITIVE_INFINITY) return false;
  const { candidates, cellCount, phase, serving, target, answer } = state;
  let taken = 0;
  for (let ue = 0; ue < phase.length; ue++) {
    const aims = phase[ue] === Phase.preparing || phase[ue] === Phase.executing;
    const admitted = answer[ue] === Answer.accepted || answer[ue] === Answer.acknowledged;
    const reserved = candidates !== null && holdsPlace(candidates, ue * cellCount + cell);
    if (serving[ue] === cell || (aims && target[ue] === cell && admitted) || reserved) taken++;
  }
  return taken >= params.cellCapacityUes;
}

function holdsPlace(
  { phase, answer }: { readonly phase: Uint8Array; readonly answer: Uint8Array },
  entry: number,
): boolean {
  return (
    phase[entry] >= Candidate.acknowledged ||
    (phase[entry] === Candidate.requested && answer[entry] === Answer.accepted)
  );
}

/** Returns whether a phone may ask for `target` now. */
export function mayRequest({ state, tick }: Turn, ue: number, target: number): boolean {
  return target !== NONE && target !== state.serving[ue] && tick >= state.heldUntilTick[ue];
}
