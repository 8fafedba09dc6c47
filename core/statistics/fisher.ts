import { gammaln } from "simple-statistics";

/** Counts of a 2x2 table: two rows (say arms) by two columns (say failed, did not). */
export type TwoByTwo = readonly [first: readonly [number, number], second: readonly [number, number]];

/**
 * Returns the two-sided p-value of Fisher's exact test: the probability, given the margins, of all tables that are
 * no more likely than the observed one (the point-probability method, as R's `fisher.test`). 1 when a margin is 0.
 *
 * It takes every count as independent, so it is for single events, never for users of one world.
 *
 * Throws RangeError unless all four counts are integers of 0 or more. Example: `fisherExact([[0, 31], [2, 29]])`.
 */
export function fisherExact(table: TwoByTwo): number {
  const [[a, b], [c, d]] = table;
  for (const count of [a, b, c, d]) {
    if (!Number.isSafeInteger(count) || count < 0) {
      throw new RangeError(`counts must be integers of 0 or more, got ${count}`);
    }
  }
  const row = a + b;
  const column = a + c;
  const total = row + c + d;
  const least = Math.max(0, row + column - total);
  const most = Math.min(row, column);
  const logWeight = (x: number): number =>
    -logFactorial(x) -
    logFactorial(row - x) -
    logFactorial(column - x) -
    logFactorial(total - row - column + x);

  // Weights relative to the observed table, so that only ratios matter and none under- or overflows to 0 / 0.
  const observed = logWeight(a);
  let all = 0;
  let asUnlikely = 0;
  for (let x = least; x <= most; x++) {
    const relative = Math.exp(logWeight(x) - observed);
    all += relative;
    if (relative <= 1 + TIE) asUnlikely += relative;
  }
  // A table so unlikely that the sum overflows has a p-value below the smallest double.
  return all === Infinity ? 0 : Math.min(1, asUnlikely / all);
}

/** Tables within this of the observed one's probability are ties, as in R (relErr = 1 + 1e-7). */
const TIE = 1e-7;

function logFactorial(n: number): number {
  return gammaln(n + 1);
}
