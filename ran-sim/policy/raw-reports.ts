import { type Compressor, type Projector, rowOf } from "#core";
import { keptReportsAt, observeReport, type Trend, UNHEARD_DBM } from "./trend.ts";

/**
 * The plainest transfer that fits the same bytes: the last reports themselves, one byte a value, replayed at the target
 * through its own recursion. The baseline most likely to embarrass a latent.
 *
 * Layout, one value a byte in int8: when at least two reports of all cells fit, the reports, oldest first; otherwise,
 * for each of the strongest cells, its index and its last {@link SHORT_HISTORY} values. A value is the middle of the
 * reported range less {@link CENTRE_DBM}, so that the payload's step stays below 1 dB and a whole-dB report survives
 * exactly; {@link MISSING} stands for a report that was never made.
 */
export interface RawReportLayout {
  readonly cells: number;
  readonly reports: number;
  readonly named: boolean;
  readonly latentSize: number;
}

const SHORT_HISTORY = 3;
const CENTRE_DBM = -93.5;
const MISSING = -100;
const IS_MISSING_BELOW = -81;

/** Returns what fits into `values` values. */
export function rawReportLayout(values: number, cellCount: number): RawReportLayout {
  const reports = Math.floor(values / cellCount);
  if (reports >= 2) return { cells: cellCount, reports, named: false, latentSize: reports * cellCount };
  const cells = Math.min(cellCount, Math.max(1, Math.floor(values / (1 + SHORT_HISTORY))));
  return { cells, reports: SHORT_HISTORY, named: true, latentSize: cells * (1 + SHORT_HISTORY) };
}

/** Returns the steps of one layout; `trend` must keep `layout.reports` reports. */
export function rawReportSteps(
  trend: Trend,
  layout: RawReportLayout,
): { readonly compressor: Compressor; readonly projector: Projector } {
  const { stateSize, cellCount } = trend;
  const { latentSize, reports } = layout;
  const modelId = `raw-reports-${cellCount}-${layout.cells}x${reports}`;
  const label = `last ${reports} reports of ${layout.named ? `the strongest ${layout.cells}` : cellCount} cells`;
  return {
    compressor: {
      modelId,
      label,
      stateSize,
      latentSize,
      compress(states) {
        const values = new Float32Array(states.count * latentSize);
        for (let i = 0; i < states.count; i++) {
          pack(trend, layout, rowOf(states, i), values.subarray(i * latentSize, (i + 1) * latentSize));
        }
        return { modelId, count: states.count, size: latentSize, values };
      },
    },
    projector: {
      modelId,
      label: "replayed through the target's recursion",
      latentSize,
      stateSize,
      project(latents, receiver) {
        const values = receiver.values.slice();
        for (let i = 0; i < latents.count; i++) {
          const row = values.subarray(i * stateSize, (i + 1) * stateSize);
          replay(trend, layout, rowOf(latents, i), row);
        }
        return { ...receiver, values };
      },
    },
  };
}

function pack(trend: Trend, layout: RawReportLayout, row: Float32Array, out: Float32Array): void {
  const { cellCount } = trend;
  const countAt = keptReportsAt(trend);
  const count = row[countAt];
  const valueAt = (age: number, cell: number): number =>
    age < count ? row[countAt + 1 + (count - 1 - age) * cellCount + cell] - CENTRE_DBM : MISSING;
  let at = 0;
  if (layout.named) {
    for (const cell of strongest(row, layout.cells, cellCount)) {
      out[at++] = cell;
      for (let age = layout.reports - 1; age >= 0; age--) out[at++] = valueAt(age, cell);
    }
    return;
  }
  for (let age = layout.reports - 1; age >= 0; age--) {
    for (let cell = 0; cell < cellCount; cell++) out[at++] = valueAt(age, cell);
  }
}

/** Returns the `count` cells of highest level, strongest first; of equals the lowest index. */
function strongest(row: Float32Array, count: number, cellCount: number): number[] {
  return Array.from({ length: cellCount }, (_, cell) => cell)
    .sort((a, b) => row[1 + b] - row[1 + a] || a - b)
    .slice(0, count);
}

function replay(trend: Trend, layout: RawReportLayout, latent: Float32Array, row: Float32Array): void {
  const { cellCount } = trend;
  const report = new Float64Array(cellCount);
  row.fill(0);
  for (let index = 0; index < layout.reports; index++) {
    report.fill(UNHEARD_DBM);
    let missing = false;
    for (let i = 0; i < layout.cells; i++) {
      const at = layout.named ? i * (1 + layout.reports) : index * cellCount + i;
      const cell = layout.named ? Math.round(latent[at]) : i;
      const value = layout.named ? latent[at + 1 + index] : latent[at];
      if (value < IS_MISSING_BELOW) missing = true;
      else if (cell >= 0 && cell < cellCount) report[cell] = Math.round(value) + CENTRE_DBM;
    }
    if (!missing) observeReport(trend, row, report);
  }
}
