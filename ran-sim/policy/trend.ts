/**
 * A short history of each cell's reports that is not learned: level and slope by a recursion on whole rows of values.
 *
 * A row is a state: `[k, level of each cell, slope of each cell]`, then, where raw reports are kept, `[reports kept,
 * report rows, oldest first]`. k is the number of reports seen, up to `reportCap`; levels are in dBm, slopes in dB/s.
 *
 * The recursion is Holt's linear smoothing (Holt 1957) with the gains of a growing-memory least-squares line (Brookner,
 * Tracking and Kalman Filtering Made Easy, 1998, section 1.2.10) until those fall to the steady ones. So a cold start
 * is as good as a line through what has been seen: no arm gains from another's clumsy beginning.
 */

export interface TrendParameters {
  readonly cellCount: number;
  readonly reportPeriodMs: number;
  readonly levelTimeConstantMs: number;
  readonly slopeTimeConstantMs: number;
  readonly confidenceTimeConstantMs: number;
  /** Raw reports kept at the end of the row; 0 for none. */
  readonly keptReports: number;
}

export interface Trend extends TrendParameters {
  readonly stateSize: number;
  readonly levelGain: number;
  readonly slopeGain: number;
  readonly reportCap: number;
  readonly periodS: number;
}

type Row = Float32Array | Float64Array;

/** A cell at the bottom of the reporting range is not heard: its first report above starts its line afresh. */
export const UNHEARD_DBM = -155.5;

/** Returns the recursion with its gains. */
export function createTrend(parameters: TrendParameters): Trend {
  const { cellCount, reportPeriodMs, keptReports } = parameters;
  const levelGain = 1 - Math.exp(-reportPeriodMs / parameters.levelTimeConstantMs);
  const longestMs = Math.max(parameters.slopeTimeConstantMs, parameters.confidenceTimeConstantMs);
  return {
    ...parameters,
    stateSize: 1 + 2 * cellCount + (keptReports > 0 ? 1 + keptReports * cellCount : 0),
    levelGain,
    slopeGain: levelGain * (1 - Math.exp(-reportPeriodMs / parameters.slopeTimeConstantMs)),
    reportCap: Math.ceil((5 * longestMs) / reportPeriodMs),
    periodS: reportPeriodMs / 1000,
  };
}

/** Takes one report [cell], dBm, into the row. */
export function observeReport(trend: Trend, row: Row, reportDbm: Row): void {
  const { cellCount, periodS, levelGain, slopeGain, reportCap } = trend;
  const k = Math.min(reportCap, row[0] + 1);
  const g = Math.max(levelGain, (2 * (2 * k - 1)) / (k * (k + 1)));
  const h = k < 2 ? 0 : Math.max(slopeGain, 6 / (k * (k + 1)));
  for (let cell = 0; cell < cellCount; cell++) {
    const levelAt = 1 + cell;
    const slopeAt = levelAt + cellCount;
    const first = k < 2 || row[levelAt] <= UNHEARD_DBM;
    const expectedDbm = row[levelAt] + row[slopeAt] * periodS;
    const errorDb = reportDbm[cell] - expectedDbm;
    row[levelAt] = first ? reportDbm[cell] : expectedDbm + g * errorDb;
    row[slopeAt] = first ? 0 : row[slopeAt] + (h * errorDb) / periodS;
  }
  row[0] = k;
  if (trend.keptReports > 0) keepReport(trend, row, reportDbm);
}

/** Returns how far the slopes can be trusted, 0...1: 0 until a line can be drawn, then 1 - exp(-time / constant). */
export function confidence(trend: Trend, row: Row): number {
  const k = row[0];
  return k < 2 ? 0 : 1 - Math.exp((-k * trend.reportPeriodMs) / trend.confidenceTimeConstantMs);
}

/**
 * Brings a row that came over a lossy compression back to where states can be: a count within 0...cap. A count below
 * one means that nothing is known.
 */
export function tidyRow(trend: Trend, row: Row): void {
  row[0] = Math.min(trend.reportCap, Math.max(0, row[0]));
  if (row[0] < 1) row.fill(0);
}

/** Where the raw reports of a row begin: first their number, then the rows. */
export function keptReportsAt(trend: Trend): number {
  return 1 + 2 * trend.cellCount;
}

function keepReport(trend: Trend, row: Row, reportDbm: Row): void {
  const { cellCount, keptReports } = trend;
  const countAt = keptReportsAt(trend);
  const first = countAt + 1;
  let count = row[countAt];
  if (count === keptReports) {
    row.copyWithin(first, first + cellCount, first + count * cellCount);
    count--;
  }
  for (let cell = 0; cell < cellCount; cell++) row[first + count * cellCount + cell] = reportDbm[cell];
  row[countAt] = count + 1;
}
