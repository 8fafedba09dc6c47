/** One KPI over the whole of a run, in bounded space, for the chart beside the tiles. */
import type { Interval, KpiRow } from "#core";

/** Points that are kept; when they are full every second one is dropped, so that the run's start stays visible. */
export const historyCapacity = 240;

export interface KpiHistory {
  readonly timeS: readonly number[];
  readonly value: readonly (number | null)[];
  readonly ci95: readonly Interval[];
}

export const emptyHistory: KpiHistory = { timeS: [], value: [], ci95: [] };

/** Returns the history with one more point; a point at the time of the last one replaces it. */
export function withPoint(history: KpiHistory, timeS: number, row: KpiRow): KpiHistory {
  const last = history.timeS.at(-1);
  const kept = thin(last !== undefined && last >= timeS ? dropLast(history) : history);
  return {
    timeS: [...kept.timeS, timeS],
    value: [...kept.value, row.value],
    ci95: [...kept.ci95, row.ci95],
  };
}

/** Returns the columns of a history as a frame carries them: NaN where there is no number. */
export function historyColumns(history: KpiHistory): {
  readonly pointS: Float32Array;
  readonly value: Float32Array;
  readonly low: Float32Array;
  readonly high: Float32Array;
} {
  const column = (numbers: readonly (number | null)[]): Float32Array =>
    Float32Array.from(numbers, (number) => number ?? Number.NaN);
  return {
    pointS: column(history.timeS),
    value: column(history.value),
    low: column(history.ci95.map(([low]) => low)),
    high: column(history.ci95.map(([, high]) => high)),
  };
}

function thin(history: KpiHistory): KpiHistory {
  if (history.timeS.length < historyCapacity) return history;
  const everySecond = <T>(items: readonly T[]): T[] => items.filter((_, i) => i % 2 === 0);
  return {
    timeS: everySecond(history.timeS),
    value: everySecond(history.value),
    ci95: everySecond(history.ci95),
  };
}

function dropLast(history: KpiHistory): KpiHistory {
  return {
    timeS: history.timeS.slice(0, -1),
    value: history.value.slice(0, -1),
    ci95: history.ci95.slice(0, -1),
  };
}
