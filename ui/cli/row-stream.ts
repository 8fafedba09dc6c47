/** `--stream`: KPI rows while a run goes on, one JSON object a line, for a notebook or a dashboard of others. */
import type { KpiRow } from "#core";

export interface RowStream {
  /** Writes what `make` returns, unless rows were written a moment ago: making them takes time too. */
  offer(make: () => readonly KpiRow[]): void;
  /** Writes the rows of a finished experiment. */
  settle(rows: readonly KpiRow[]): void;
}

/** Rows are written this often at most, and pooling takes at most this share of the time. */
const shortestPauseS = 1;
const poolingShare = 0.1;

/**
 * Returns a stream that writes each row as it is now, and again when it has changed: of several lines of one experiment, scenario, arm
 * and metric the last counts. `out` writes a line, `nowS` is a clock in seconds.
 */
export function openRowStream(out: (line: string) => void, nowS: () => number): RowStream {
  const told = new Map<string, string>();
  let nextS = Number.NEGATIVE_INFINITY;
  const write = (rows: readonly KpiRow[]): void => {
    for (const row of rows) {
      const key = JSON.stringify([row.experiment, row.domain, row.scenario, row.arm, row.metric]);
      const line = JSON.stringify(row);
      if (told.get(key) === line) continue;
      told.set(key, line);
      out(line);
    }
  };
  return {
    offer(make) {
      const startS = nowS();
      if (startS < nextS) return;
      write(make());
      const endS = nowS();
      nextS = endS + Math.max(shortestPauseS, (endS - startS) / poolingShare);
    },
    settle: write,
  };
}
