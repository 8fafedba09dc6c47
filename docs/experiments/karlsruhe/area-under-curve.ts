// How well a score tells what happens from what does not, with an interval by group.
import { bootstrapGroups, type IntervalEstimate } from "#core";

/** One score, and whether it came true. */
export interface Scored {
  readonly group: string;
  readonly score: number;
  readonly holds: boolean;
}

/**
 * Returns the probability that what holds was scored above what does not, ties counting half (Hanley and McNeil, Radiology 143 (1982)
 * 29), with its bootstrap interval by group; null where nothing or everything holds.
 */
export function areaUnderCurve(scores: readonly Scored[], seed: number): IntervalEstimate {
  const groups = [...new Set(scores.map(({ group }) => group))].sort();
  const sorted = (group: string, holds: boolean): readonly number[] =>
    scores
      .filter((one) => one.group === group && one.holds === holds)
      .map(({ score }) => score)
      .sort((a, b) => a - b);
  const held = groups.map((group) => sorted(group, true));
  const not = groups.map((group) => sorted(group, false));
  const wins = held.map((above) => not.map((below) => pairsWon(above, below)));
  return bootstrapGroups(
    groups.length,
    (drawn) => {
      let won = 0;
      let pairs = 0;
      for (const a of drawn) {
        for (const b of drawn) {
          won += wins[a][b];
          pairs += held[a].length * not[b].length;
        }
      }
      return pairs === 0 ? null : won / pairs;
    },
    { seed },
  );
}

/** Of all pairs of one of `above` and one of `below`, both ascending, those in which the first is greater; half of equal ones. */
function pairsWon(above: readonly number[], below: readonly number[]): number {
  let won = 0;
  let less = 0;
  let notGreater = 0;
  for (const score of above) {
    while (less < below.length && below[less] < score) less++;
    while (notGreater < below.length && below[notGreater] <= score) notGreater++;
    won += (less + notGreater) / 2;
  }
  return won;
}
