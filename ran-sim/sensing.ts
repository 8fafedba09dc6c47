import { fastLinearToDb, linearToDb } from "#core";
import { createL1, createMeans, meanOf, rowsOfMeans, slotsOf, stepL1 } from "./measurement/l1-filter.ts";
import { createL1Reports } from "./measurement/l1-report.ts";
import { adaptedFilterCoefficient, createL3, stepL3 } from "./measurement/l3-filter.ts";
import { addMeasurementError, createMeasurementError } from "./measurement/measurement-error.ts";
import {
  createPowerHistory,
  latestRow,
  nextRow,
  type PowerHistory,
  takeInDb,
} from "./measurement/power-history.ts";
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
  /** [ue, cell] row-major, dB: mean of the ratio over the L1 period. To be read anew on each tick, which makes it up. */
  readonly sinrDb: Float64Array;
  /** Returns one entry of `sinrDb`, without making up the others. Absent: all are there. */
  readonly sinrDbOf?: (entry: number) => number;
  /** [ue]: the cell of highest `rsrpDbm`; a tie goes to the lowest index. */
  readonly bestCell: Int32Array;
  /** Returns whether a phone is there now; absent: all are. */
  readonly isPresent?: (ue: number) => boolean;
}

/** Returns the mean SINR of one link over the L1 period, dB. */
export function sinrOfLink(links: LinkView, ue: number, cell: number): number {
  const entry = ue * links.cellCount + cell;
  return links.sinrDbOf === undefined ? links.sinrDb[entry] : links.sinrDbOf(entry);
}

export interface Sensing {
  readonly links: LinkView;
  /** [ue, cell] row-major, as ratio, of this tick alone; another array on every tick. */
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
  const { reportPeriodMs, reportAverageMs = reportPeriodMs } = scenario.network;
  const sampleMs = ssb === undefined ? tickMs : Math.max(tickMs, measurementIntervalMs(ssb));
  /** Null where every tick is measured: then what is measured is the links' own mean. */
  const bursts = ssb === undefined || sampleMs === tickMs ? null : ssb;
  const slots = slotsOf(tickMs, windowMs);
  const samples = Math.ceil(windowMs / sampleMs - 1e-9);
  const reportSlots = Math.max(1, Math.round(reportAverageMs / (bursts === null ? tickMs : sampleMs)));
  /** Levels that were recorded in dB may be equal: there the last bit of a conversion would decide. */
  const exact = world.powersAt === undefined;
  const linkRows = rowsOfMeans(slots);
  const reportRows = rowsOfMeans(reportSlots, reportTicks);
  const rows = bursts === null ? Math.max(linkRows, reportRows) : linkRows;
  /** What every link was on the last ticks, mW and ratio; and on the last bursts, where these are sparse. */
  const rsrp = createPowerHistory(entries, rows);
  const sinr = createPowerHistory(entries, rows);
  const burstRows = Math.max(rowsOfMeans(samples), reportRows);
  const burstRsrp = bursts === null ? rsrp : createPowerHistory(entries, burstRows);
  const burstSinr = bursts === null ? sinr : createPowerHistory(entries, burstRows);
  const rsrpL1 = createL1(entries, slots);
  const burstL1 = createL1(bursts === null ? 0 : entries, samples);
  const errorSigmaDb =
    bursts === null
      ? scenario.measurement.errorSigmaDb
      : errorOfSamplesDb(scenario.measurement.errorSigmaDb, samples);
  let now = 0;
  const rsrpDbm = new Float64Array(entries);
  const sinrDb = new Float64Array(entries);
  /** The tick that `sinrDb` is of. */
  let sinrTick = -1;
  const levelOf = exact ? linearToDb : fastLinearToDb;
  const sinrMeanOf = createMeans(sinr, cellCount, slots);
  const sinrDbOf = (entry: number): number => levelOf(sinrMeanOf(entry));
  const bestCell = new Int32Array(ueCount);
  const presence =
    world.presence === undefined ? {} : { isPresent: (ue: number) => isPresent(world, ue, now) };
  const links: LinkView = {
    cellCount,
    rsrpDbm,
    bestCell,
    sinrDbOf,
    get sinrDb() {
      if (sinrTick !== now) for (let i = 0; i < entries; i++) sinrDb[i] = levelOf(meanOf(sinr, i, slots));
      sinrTick = now;
      return sinrDb;
    },
    ...presence,
  };
  const ownMeasured = errorSigmaDb > 0 || bursts !== null;
  const measuredDbm = ownMeasured ? new Float64Array(entries) : rsrpDbm;
  const reports = createL1Reports({
    ...{ ueCount, cellCount, rsrp: burstRsrp, sinr: burstSinr, exact, seed: options.seed },
    tickMs: bursts === null ? tickMs : sampleMs,
    slotCount: reportSlots,
    errorSigmaDb: scenario.measurement.errorSigmaDb,
  });
  const errorWindowMs = Math.max(windowMs, sampleMs);
  const errors = createMeasurementError(ueCount, cellCount, errorSigmaDb, options.seed, errorWindowMs);
  const filters = new Map(
    [...new Set(options.filterCoefficients)].map((k) => [
      k,
      { coefficient: adaptedFilterCoefficient(k, sampleMs), filteredDb: createL3(entries) },
    ]),
  );
  const filterList = [...filters.values()];
  const hearing = createHearing(world, rsrp, sinr);
  let hasReport = false;

  const measure = (tick: number): void => {
    if (bursts !== null) {
      nextRow(burstRsrp).set(latestRow(rsrp));
      nextRow(burstSinr).set(latestRow(sinr));
      stepL1(burstL1, burstRsrp, measuredDbm, exact);
    } else if (ownMeasured) measuredDbm.set(rsrpDbm);
    if (errorSigmaDb > 0) addMeasurementError(errors, measuredDbm, tick * tickMs);
    for (const { coefficient, filteredDb } of filterList) stepL3(filteredDb, measuredDbm, coefficient);
  };

  return {
    links,
    get sinrLinear() {
      return latestRow(sinr);
    },
    measuredDbm,
    get reportedDbm() {
      return reports.rsrpDbm;
    },
    get reportedSinrDb() {
      return reports.sinrDb;
    },
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
      sinrTick = -1;
      hearing(tick);
      stepL1(rsrpL1, rsrp, rsrpDbm, exact);
      findBest(rsrpDbm, cellCount, bestCell);
      if (bursts === null || isMeasuredTick(bursts, tick, tickMs)) measure(tick);
      hasReport = tick % reportTicks === 0;
      if (hasReport) reports.report(tick * tickMs);
    },
  };
}

/** Returns what takes a tick of the world into the histories. */
function createHearing(world: World, rsrp: PowerHistory, sinr: PowerHistory): (tick: number) => void {
  if (world.powersAt !== undefined) {
    return (tick) => world.powersAt?.(tick, { rsrpMw: nextRow(rsrp), sinr: nextRow(sinr) });
  }
  const sample = createRadioSample(world);
  return (tick) => {
    world.radioAt(tick, sample);
    takeInDb(rsrp, sample.rsrpDbm);
    takeInDb(sinr, sample.sinrDb);
  };
}

function findBest(rsrpDbm: Float64Array, cellCount: number, out: Int32Array): void {
  for (let ue = 0; ue < out.length; ue++) {
    const row = ue * cellCount;
    let best = 0;
    for (let cell = 1; cell < cellCount; cell++) if (rsrpDbm[row + cell] > rsrpDbm[row + best]) best = cell;
    out[ue] = best;
  }
}
