import { createL1, stepL1 } from "./measurement/l1-filter.ts";
import { createL1Reports } from "./measurement/l1-report.ts";
import { adaptedFilterCoefficient, createL3, stepL3 } from "./measurement/l3-filter.ts";
import { addMeasurementError, createMeasurementError } from "./measurement/measurement-error.ts";
import { errorOfSamplesDb, isMeasuredTick, measurementIntervalMs } from "./radio/ssb-bursts.ts";
import { ticksOf } from "./ran-params.ts";
import type { RanScenario } from "./scenario.ts";
import { createRadioSample, isPresent, type World } from "./world.ts";

/**
 * What is measured in one world, once for all arms: the UE keeps its own filters across a handover, so nothing here
 * depends on who serves it. Only the network's memory, which belongs to an arm, is lost at a handover.
 */

/**
 * The links as they are, at every tick and without measurement error: what radio link monitoring (whose reference signals
 * may be others than the SSB), cell selection and scoring read.
 */
export interface LinkView {
  readonly cellCount: number;
  /** [ue, cell] row-major, dBm: mean in mW over the L1 period. */
  readonly rsrpDbm: Float64Array;
  /** [ue, cell] row-major, dB: mean of the ratio over the L1 period. */
  readonly sinrDb: Float64Array;
  /** [ue]: the cell of highest `rsrpDbm`; a tie goes to the lowest index. */
  readonly bestCell: Int32Array;
  /** Returns whether a phone is there now; absent: all are. */
  readonly isPresent?: (ue: number) => boolean;
}

export interface Sensing {
  readonly links: LinkView;
  /** [ue, cell] row-major, as ratio, of this tick alone. */
  readonly sinrLinear: Float64Array;
  /** [ue, cell] row-major, dBm: L1 with measurement error, before L3; of the last measured SSB burst where these are sparse. */
  readonly measuredDbm: Float64Array;
  /** [ue, cell] row-major, dBm in whole dB: what the last periodic L1 report said. */
  readonly reportedDbm: Float64Array;
  /** [ue, cell] row-major, dB in steps of 0.5: the SINR of the same report. */
  readonly reportedSinrDb: Float64Array;
  /** A periodic report was made on this tick. */
  readonly hasReport: boolean;
  /** Returns the L3 filtered RSRP for coefficient k, which must be one of those asked for at the start. */
  l3RsrpDbm(k: number): Float64Array;
  /** Measures `tick`; ticks must follow one another from 0. */
  step(tick: number): void;
}

/**
 * Returns the measurement of `world`. `filterCoefficients` are the values of k that the arms need: each is filtered
 * once, with the coefficient adapted from 200 ms to the tick.
 *
 * With `measurement.ssb`, L1 has samples in measured bursts only and averages those of its period, the last one at least.
 * Between bursts there is no new L1 result, so L3 is not updated (TS 38.331 5.5.3.2 filters what layer 1 delivers, and
 * has k adapted to its rate); events are evaluated on what was last filtered. L1's period is not stretched to the five
 * SMTC periods of TS 38.133 9.2.5.2: that sparse bursts leave few samples in it is what the switch is for.
 */
export function createSensing(
  world: World,
  scenario: RanScenario,
  options: { readonly seed: number; readonly filterCoefficients: readonly number[] },
): Sensing {
  const { ueCount, cellCount, tickMs } = world;
  const entries = ueCount * cellCount;
  const { l1PeriodMs, ssb } = scenario.measurement;
  // A trace's tick need not divide the period: the window is the fewest whole ticks that last as long.
  const windowMs = Math.max(1, ticksOf(l1PeriodMs, tickMs)) * tickMs;
  const reportTicks = Math.max(1, ticksOf(scenario.network.reportPeriodMs, tickMs));
  const sample = createRadioSample(world);
  const rsrpL1 = createL1(entries, tickMs, windowMs);
  const sinrL1 = createL1(entries, tickMs, windowMs);
  const sampleMs = ssb === undefined ? tickMs : Math.max(tickMs, measurementIntervalMs(ssb));
  const samples = Math.ceil(windowMs / sampleMs - 1e-9);
  /** Null where every tick is measured: then what is measured is the links' own mean. */
  const bursts = ssb === undefined || sampleMs === tickMs ? null : ssb;
  const burstL1 = createL1(bursts === null ? 0 : entries, sampleMs, samples * sampleMs);
  const errorSigmaDb =
    bursts === null
      ? scenario.measurement.errorSigmaDb
      : errorOfSamplesDb(scenario.measurement.errorSigmaDb, samples);
  const links = {
    cellCount,
    rsrpDbm: new Float64Array(entries),
    sinrDb: new Float64Array(entries),
    bestCell: new Int32Array(ueCount),
  };
  let now = 0;
  const presence =
    world.presence === undefined ? {} : { isPresent: (ue: number) => isPresent(world, ue, now) };
  const sinrLinear = new Float64Array(entries);
  const ownMeasured = errorSigmaDb > 0 || bursts !== null;
  const measuredDbm = ownMeasured ? new Float64Array(entries) : links.rsrpDbm;
  const { reportPeriodMs, reportAverageMs = reportPeriodMs } = scenario.network;
  const reports = createL1Reports({
    ueCount,
    cellCount,
    tickMs: bursts === null ? tickMs : sampleMs,
    averageMs: reportAverageMs,
    errorSigmaDb: scenario.measurement.errorSigmaDb,
    seed: options.seed,
  });
  const errorWindowMs = Math.max(windowMs, sampleMs);
  const errors = createMeasurementError(ueCount, cellCount, errorSigmaDb, options.seed, errorWindowMs);
  const filters = new Map(
    [...new Set(options.filterCoefficients)].map((k) => [
      k,
      { coefficient: adaptedFilterCoefficient(k, sampleMs), filteredDb: createL3(entries) },
    ]),
  );
  let hasReport = false;

  const measure = (tick: number): void => {
    if (bursts !== null) stepL1(burstL1, sample.rsrpDbm, measuredDbm);
    else if (ownMeasured) measuredDbm.set(links.rsrpDbm);
    if (errorSigmaDb > 0) addMeasurementError(errors, measuredDbm, tick * tickMs);
    for (const { coefficient, filteredDb } of filters.values()) stepL3(filteredDb, measuredDbm, coefficient);
  };

  return {
    links: { ...links, ...presence },
    sinrLinear,
    measuredDbm,
    reportedDbm: reports.rsrpDbm,
    reportedSinrDb: reports.sinrDb,
    get hasReport() {
      return hasReport;
    },
    l3RsrpDbm(k) {
      const filter = filters.get(k);
      if (filter === undefined) throw new RangeError(`l3RsrpDbm: no filter was asked for with k = ${k}`);
      return filter.filteredDb;
    },
    step(tick) {
      now = tick;
      world.radioAt(tick, sample);
      stepL1(rsrpL1, sample.rsrpDbm, links.rsrpDbm);
      stepL1(sinrL1, sample.sinrDb, links.sinrDb);
      toLinear(sample.sinrDb, sinrLinear);
      findBest(links.rsrpDbm, cellCount, links.bestCell);
      if (bursts === null || isMeasuredTick(bursts, tick, tickMs)) {
        measure(tick);
        reports.measure(sample.rsrpDbm, sample.sinrDb);
      }
      hasReport = tick % reportTicks === 0;
      if (hasReport) {
        reports.report(tick * tickMs);
      }
    },
  };
}

const DB_TO_NEPER = Math.LN10 / 10;

function toLinear(db: Float32Array, out: Float64Array): void {
  for (let i = 0; i < db.length; i++) out[i] = Math.exp(db[i] * DB_TO_NEPER);
}

function findBest(rsrpDbm: Float64Array, cellCount: number, out: Int32Array): void {
  for (let ue = 0; ue < out.length; ue++) {
    const row = ue * cellCount;
    let best = 0;
    for (let cell = 1; cell < cellCount; cell++) if (rsrpDbm[row + cell] > rsrpDbm[row + best]) best = cell;
    out[ue] = best;
  }
}
