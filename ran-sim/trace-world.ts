import type { MultiCellTrace } from "./trace/multi-cell-trace.ts";
import { reportingRange } from "./trace/reporting-range.ts";
import type { World } from "./world.ts";

/**
 * Returns the world of one trace: one user, who hears what was recorded, at the trace's own sample period. RSRP and
 * SINR are clamped to what a phone can report (TS 38.133: -156...-31 dBm, -23...40 dB): simulators write values far
 * below it for cells that nobody could hear. `trace-notes.ts` tells how many.
 */
export function createTraceWorld(trace: MultiCellTrace): World {
  const { cellIds, sampleMs, tickCount } = trace;
  const cellCount = cellIds.length;
  const [rsrpLow, rsrpHigh] = reportingRange.rsrpDbm;
  const [sinrLow, sinrHigh] = reportingRange.sinrDb;
  return {
    ueCount: 1,
    cellCount,
    tickMs: sampleMs,
    tickCount,
    cellNames: cellIds,
    radioAt(tick, out) {
      const row = tick * cellCount;
      for (let cell = 0; cell < cellCount; cell++) {
        out.rsrpDbm[cell] = Math.min(rsrpHigh, Math.max(rsrpLow, trace.rsrpDbm[row + cell]));
        out.sinrDb[cell] = Math.min(sinrHigh, Math.max(sinrLow, trace.sinrDb[row + cell]));
      }
    },
  };
}
