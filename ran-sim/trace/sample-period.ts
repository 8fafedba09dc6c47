// The one sample period of a time column.
import { BadInputError } from "#core";

/**
 * Returns the constant period of `timesMs` (one entry a row, on line `lineOf(row)` of `file`), milliseconds. Steps may differ
 * from the first by 1 % of it and at most 0.1 ms, the rounding of a written time; the period is then their mean.
 *
 * Throws BadInputError, with the line, for fewer than two rows, a time that is repeated or goes back, and an irregular step.
 */
export function sharedSamplePeriodMs(
  timesMs: Float64Array,
  file: string,
  code: string,
  lineOf: (row: number) => number = (row) => row + 2,
): number {
  if (timesMs.length < 2) {
    throw new BadInputError(code, {
      subject: `${file} column t_ms`,
      expected: "at least two rows, so that there is a sample period",
      got: `${timesMs.length}`,
    });
  }
  const firstStepMs = timesMs[1] - timesMs[0];
  const toleranceMs = Math.min(0.1, Math.abs(firstStepMs) / 100);
  let exact = true;
  for (let row = 1; row < timesMs.length; row++) {
    const stepMs = timesMs[row] - timesMs[row - 1];
    const place = { subject: `${file} line ${lineOf(row)} column t_ms` };
    if (!(stepMs > 0)) {
      throw new BadInputError(code, {
        ...place,
        expected: `a time after ${timesMs[row - 1]} ms`,
        got: `${timesMs[row]} ms`,
        remedy: stepMs === 0 ? "time is repeated" : "time goes backwards",
      });
    }
    if (Math.abs(stepMs - firstStepMs) > toleranceMs) {
      throw new BadInputError(code, {
        ...place,
        expected: `a step of ${firstStepMs} ms, as at the start`,
        got: `${stepMs} ms`,
        remedy: "a trace that is irregular or slower than 200 ms is refused closed loop",
      });
    }
    exact &&= stepMs === firstStepMs;
  }
  return exact ? firstStepMs : (timesMs[timesMs.length - 1] - timesMs[0]) / (timesMs.length - 1);
}
