import { ticksOf } from "../ran-params.ts";
import type { RanScenario } from "../scenario.ts";
import { createSensing } from "../sensing.ts";
import type { World } from "../world.ts";
import { createNearestRow } from "./lookup-nearest-row.ts";

/** What recorded journeys say of a place: the reports that the network got there, and the cell that was best after them. */

/** Of one journey, one row a report. */
export interface LookupRows {
  readonly cellCount: number;
  /** [row, cell] row-major, dBm in whole dB as reported. */
  readonly reportedDbm: Float64Array;
  /** [row]: the cell of highest mean SINR over the second after the report. */
  readonly bestCell: Int32Array;
}

export interface LookupTable {
  /** How many different reports it holds. */
  readonly rowCount: number;
  /** Returns the label of the row nearest to a report, [cell], dBm. */
  bestCell(reportedDbm: Float64Array): number;
}

/** As the open-loop measures look ahead. */
const AHEAD_MS = 1000;

/**
 * Returns the rows of a world of one phone: what it reports every `network.reportPeriodMs`, without measurement error,
 * each with the cell whose mean SINR over the next second is the highest, in dB; a tie goes to the lowest index. The mean of
 * the ratio would name cells sooner, for the little time in which they are very good, and is met by more failures.
 * Reports less than a second before the end have no label and are left out.
 */
export function lookupRows(world: World, scenario: RanScenario): LookupRows {
  const { cellCount, tickCount, tickMs } = world;
  if (world.ueCount !== 1) throw new RangeError("lookupRows: a recorded journey is of one phone");
  const measurement = { ...scenario.measurement, errorSigmaDb: 0 };
  const sensing = createSensing(world, { ...scenario, measurement }, { seed: 0, filterCoefficients: [] });
  const aheadTicks = Math.max(1, ticksOf(AHEAD_MS, tickMs));
  /** [tick, cell]: sum of the SINR, dB, of the ticks before. */
  const sums = new Float64Array((tickCount + 1) * cellCount);
  const reports: { readonly tick: number; readonly levels: Float64Array }[] = [];
  for (let tick = 0; tick < tickCount; tick++) {
    sensing.step(tick);
    for (let cell = 0; cell < cellCount; cell++) {
      const at = (tick + 1) * cellCount + cell;
      sums[at] = sums[at - cellCount] + sensing.links.sinrDb[cell];
    }
    if (sensing.hasReport && tick + aheadTicks < tickCount) {
      reports.push({ tick, levels: sensing.reportedDbm.slice() });
    }
  }
  const reportedDbm = new Float64Array(reports.length * cellCount);
  for (const [row, { levels }] of reports.entries()) reportedDbm.set(levels, row * cellCount);
  return {
    cellCount,
    reportedDbm,
    bestCell: Int32Array.from(reports, ({ tick }) => bestAfter(tick)),
  };

  function bestAfter(tick: number): number {
    const from = (tick + 1) * cellCount;
    const to = from + aheadTicks * cellCount;
    let best = 0;
    for (let cell = 1; cell < cellCount; cell++) {
      if (sums[to + cell] - sums[from + cell] > sums[to + best] - sums[from + best]) best = cell;
    }
    return best;
  }
}

/**
 * Returns the table of several journeys over the same cells. Equal reports are one row with their most frequent label (a
 * tie goes to the lowest cell). Distance is Euclidean, each cell's level divided by its standard deviation over the
 * table's rows; a cell that never changes is left out; of equally near rows the one that was seen first counts. Throws
 * RangeError without a row.
 */
export function createLookupTable(journeys: readonly LookupRows[]): LookupTable {
  const cellCount = journeys[0]?.cellCount ?? 0;
  const votes = new Map<string, { readonly levels: Float64Array; readonly counts: Int32Array }>();
  for (const { reportedDbm, bestCell } of journeys) {
    for (const [row, label] of bestCell.entries()) {
      const levels = reportedDbm.subarray(row * cellCount, (row + 1) * cellCount);
      const key = levels.join();
      let vote = votes.get(key);
      if (vote === undefined) {
        vote = { levels, counts: new Int32Array(cellCount) };
        votes.set(key, vote);
      }
      vote.counts[label]++;
    }
  }
  const rows = [...votes.values()];
  const scale = inverseDeviations(
    rows.map(({ levels }) => levels),
    cellCount,
  );
  const values = new Float64Array(rows.length * cellCount);
  for (const [row, { levels }] of rows.entries()) {
    for (let cell = 0; cell < cellCount; cell++) values[row * cellCount + cell] = levels[cell] * scale[cell];
  }
  const labels = rows.map(({ counts }) => counts.indexOf(Math.max(...counts)));
  const nearest = createNearestRow(values, cellCount);
  const point = new Float64Array(cellCount);
  return {
    rowCount: rows.length,
    bestCell(reportedDbm) {
      for (let cell = 0; cell < cellCount; cell++) point[cell] = reportedDbm[cell] * scale[cell];
      return labels[nearest(point)];
    },
  };
}

function inverseDeviations(rows: readonly Float64Array[], cellCount: number): Float64Array {
  return Float64Array.from({ length: cellCount }, (_, cell) => {
    const mean = rows.reduce((sum, levels) => sum + levels[cell], 0) / rows.length;
    const variance = rows.reduce((sum, levels) => sum + (levels[cell] - mean) ** 2, 0) / rows.length;
    return variance > 0 ? 1 / Math.sqrt(variance) : 0;
  });
}
