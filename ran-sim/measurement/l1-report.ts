import { createL1, stepL1 } from "./l1-filter.ts";
import { addMeasurementError, createMeasurementError } from "./measurement-error.ts";
import { reportedInteger, reportedLevel } from "./quantity-ranges.ts";

/**
 * Periodic L1 reports: L1-RSRP and L1-SINR (TS 38.214 5.2.1.4.3, 5.2.1.4.4), which the network reads without layer 3
 * filter. They are measured apart from the events: over the report period rather than 200 ms, since the measurement period
 * of TS 38.133 9.5.4.1 is max(report period, M x P x N x SSB period), with errors of their own.
 */
export interface L1Reports {
  /** [ue, cell] row-major, dBm in whole dB: as last reported (TS 38.133 10.1.6.1 mapping). */
  readonly rsrpDbm: Float64Array;
  /** [ue, cell] row-major, dB in steps of 0.5 (10.1.16.1 mapping). It carries the error of the RSRP: the wanted power is in both. */
  readonly sinrDb: Float64Array;
  /** Takes in the samples of one tick; every tick counts for the means. */
  measure(rsrpDbm: Float32Array, sinrDb: Float32Array): void;
  /** Makes the reports of all phones at `timeMs`. */
  report(timeMs: number): void;
}

export function createL1Reports(options: {
  readonly ueCount: number;
  readonly cellCount: number;
  readonly tickMs: number;
  readonly averageMs: number;
  readonly errorSigmaDb: number;
  readonly seed: number;
}): L1Reports {
  const { ueCount, cellCount, tickMs, errorSigmaDb, seed } = options;
  const entries = ueCount * cellCount;
  const windowMs = Math.max(1, Math.round(options.averageMs / tickMs)) * tickMs;
  const rsrpL1 = createL1(entries, tickMs, windowMs);
  const sinrL1 = createL1(entries, tickMs, windowMs);
  const errors = createMeasurementError(ueCount, cellCount, errorSigmaDb, seed, windowMs);
  const rsrpMean = new Float64Array(entries);
  const sinrMean = new Float64Array(entries);
  const measured = new Float64Array(entries);
  const rsrpDbm = new Float64Array(entries);
  const sinrDb = new Float64Array(entries);
  return {
    rsrpDbm,
    sinrDb,
    measure(rsrp, sinr) {
      stepL1(rsrpL1, rsrp, rsrpMean);
      stepL1(sinrL1, sinr, sinrMean);
    },
    report(timeMs) {
      measured.set(rsrpMean);
      if (errorSigmaDb > 0) addMeasurementError(errors, measured, timeMs);
      for (let i = 0; i < entries; i++) {
        rsrpDbm[i] = reportedLevel("rsrp", reportedInteger("rsrp", measured[i]));
        sinrDb[i] = reportedLevel("sinr", reportedInteger("sinr", sinrMean[i] + measured[i] - rsrpMean[i]));
      }
    },
  };
}
