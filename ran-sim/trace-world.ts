import { type Domain, fieldDomains } from "./trace/field-domains.ts";
import type { MultiCellTrace } from "./trace/multi-cell-trace.ts";
import type { World } from "./world.ts";

/** A cell that was measured goes on as it was for so long, as a link does until T310 (default 1 s) gives it up. */
const HELD_MS = 1000;
/** Whole numbers that tools write for "none" where a model would have decimals. */
const marks: ReadonlySet<number> = new Set([-200, -205, -225, -255, -300]);
const GREATEST_MARK = Math.max(...marks);

/**
 * Returns the world of one trace: one user, who hears what was recorded, at the trace's own sample period. A value below
 * what a phone can report (TS 38.133: -156 dBm, -23 dB) is a cell that is not heard, at the lowest step, and SINR above
 * 40 dB is the highest. A missing value is the last one of its cell for {@link HELD_MS}, then not heard: a measurement that
 * was not made moves no filter. `trace-notes.ts` tells how many.
 */
export function createTraceWorld(trace: MultiCellTrace): World {
  const { cellIds, sampleMs, tickCount } = trace;
  const cellCount = cellIds.length;
  const rsrpDbm = heard(trace, trace.rsrpDbm, fieldDomains.rsrpDbm);
  const sinrDb = heard(trace, trace.sinrDb, fieldDomains.sinrDb);
  return {
    ueCount: 1,
    cellCount,
    tickMs: sampleMs,
    tickCount,
    cellNames: cellIds,
    radioAt(tick, out) {
      const row = tick * cellCount;
      for (let cell = 0; cell < cellCount; cell++) {
        out.rsrpDbm[cell] = rsrpDbm[row + cell];
        out.sinrDb[cell] = sinrDb[row + cell];
      }
    },
  };
}

/**
 * Returns the trace as the published baseline takes it: as stored, but where a value is missing the last one of its cell for
 * {@link HELD_MS}, then the lowest step of a report.
 */
export function withoutMissing(trace: MultiCellTrace): MultiCellTrace {
  if (trace.missing === undefined) return trace;
  return {
    ...trace,
    rsrpDbm: filled(trace, trace.rsrpDbm, fieldDomains.rsrpDbm[0], Number.isNaN),
    sinrDb: filled(trace, trace.sinrDb, fieldDomains.sinrDb[0], Number.isNaN),
  };
}

function heard(trace: MultiCellTrace, values: Float64Array, [low, high]: Domain): Float64Array {
  const held = filled(trace, values, low, isUnknown);
  for (let i = 0; i < held.length; i++) held[i] = Math.min(high, Math.max(low, held[i]));
  return held;
}

function isUnknown(value: number): boolean {
  return Number.isNaN(value) || (value <= GREATEST_MARK && marks.has(value));
}

/** [tick, cell]: `values` with the last known one of the cell, or `none`, where it is missing. */
function filled(
  { tickCount, sampleMs, cellIds }: MultiCellTrace,
  values: Float64Array,
  none: number,
  isMissing: (value: number) => boolean,
): Float64Array {
  const cellCount = cellIds.length;
  const out = Float64Array.from(values);
  for (let cell = 0; cell < cellCount; cell++) {
    let knownTick = Number.NEGATIVE_INFINITY;
    for (let tick = 0; tick < tickCount; tick++) {
      const at = tick * cellCount + cell;
      if (!isMissing(values[at])) knownTick = tick;
      else out[at] = (tick - knownTick) * sampleMs <= HELD_MS ? values[knownTick * cellCount + cell] : none;
    }
  }
  return out;
}
