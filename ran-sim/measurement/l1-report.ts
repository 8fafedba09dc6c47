import { fastLinearToDb, linearToDb } from "#core";
import { meanOf } from "./l1-filter.ts";
import { addMeasurementError, createMeasurementError } from "./measurement-error.ts";
import type { PowerHistory } from "./power-history.ts";
import { reportedInteger, reportedLevel } from "./quantity-ranges.ts";

/**
 * Periodic L1 reports: L1-RSRP and L1-SINR (TS 38.214 5.2.1.4.3, 5.2.1.4.4), which the network reads without layer 3
 * filter. They are measured apart from the events: over the report period rather than 200 ms, since the measurement period
 * of TS 38.133 9.5.4.1 is max(report period, M x P x N x SSB period), with errors of their own.
 *
 * Many rules never read one: a report is made up when it is read.
 */
export interface L1Reports {
  /** [ue, cell] row-major, dBm in whole dB: as last reported (TS 38.133 10.1.6.1 mapping). */
  readonly rsrpDbm: Float64Array;
  /** [ue, cell] row-major, dB in steps of 0.5 (10.1.16.1 mapping). It carries the error of the RSRP: the wanted power is in both. */
  readonly sinrDb: Float64Array;
  /** The reports of all phones are due at `timeMs`, of what the histories hold now. */
  report(timeMs: number): void;
}

/**
 * `rsrp` and `sinr`: histories of [ue, cell] in mW and as ratio, that keep the rows of means over `slotCount` ticks until the
 * next report is due. `exact` as for `stepL1`.
 */
export function createL1Reports(options: {
  readonly ueCount: number;
  readonly cellCount: number;
  readonly rsrp: PowerHistory;
  readonly sinr: PowerHistory;
  readonly tickMs: number;
  readonly slotCount: number;
  readonly errorSigmaDb: number;
  readonly seed: number;
  readonly exact: boolean;
}): L1Reports {
  const { ueCount, cellCount, rsrp, sinr, slotCount, errorSigmaDb, seed, exact } = options;
  const entries = ueCount * cellCount;
  const errors = createMeasurementError(ueCount, cellCount, errorSigmaDb, seed, slotCount * options.tickMs);
  const rsrpMean = new Float64Array(entries);
  const measured = new Float64Array(entries);
  const rsrpDbm = new Float64Array(entries);
  const sinrDb = new Float64Array(entries);
  /** Of a report that nobody has read yet: its time, and the last tick that it tells of. */
  let due: { readonly timeMs: number; readonly last: number } | null = null;

  const makeUp = (): void => {
    if (due === null) return;
    const { timeMs, last } = due;
    due = null;
    const levelOf = exact ? linearToDb : fastLinearToDb;
    for (let i = 0; i < entries; i++) rsrpMean[i] = levelOf(meanOf(rsrp, i, slotCount, last));
    measured.set(rsrpMean);
    if (errorSigmaDb > 0) addMeasurementError(errors, measured, timeMs);
    for (let i = 0; i < entries; i++) {
      const sinrMean = levelOf(meanOf(sinr, i, slotCount, last));
      rsrpDbm[i] = reportedLevel("rsrp", reportedInteger("rsrp", measured[i]));
      sinrDb[i] = reportedLevel("sinr", reportedInteger("sinr", sinrMean + measured[i] - rsrpMean[i]));
    }
  };
  return {
    get rsrpDbm() {
      makeUp();
      return rsrpDbm;
    },
    get sinrDb() {
      makeUp();
      return sinrDb;
    },
    report(timeMs) {
      due = { timeMs, last: rsrp.tickCount - 1 };
    },
  };
}
