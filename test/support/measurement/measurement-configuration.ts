/**
 * VarMeasConfig and VarMeasReportList of one user, TS 38.331 7.4: which measurements are configured, what each has
 * triggered, and how a reconfiguration changes both. Times are exact: a report carries the instant at which its
 * time-to-trigger or interval ran out, whatever the spacing of the calls.
 */

import { requireRrcValue } from "../../../ran-sim/measurement/rrc-enumerations.ts";
import {
  createEventState,
  type EventConfig,
  type EventMeasurements,
  type EventState,
  type MeasurementReport,
  nextDueMs,
  stepEvents,
} from "./events.ts";

/** ReportConfigNR with reportType periodical: the first report as soon as there is a result, then at the interval. */
export interface PeriodicalConfig {
  readonly event: "periodical";
  readonly reportIntervalMs: number;
  /** Reports in all; Infinity for the value "infinity". */
  readonly reportAmount: number;
}

/** ReportConfigNR: reportType eventTriggered or periodical. */
export type ReportConfig = EventConfig | PeriodicalConfig;

/** measConfig of RRCReconfiguration. Removals come first, TS 38.331 5.5.2.1. */
export interface MeasurementChange {
  /** measIdToRemoveList; one that is not configured is passed over. */
  readonly remove?: readonly number[];
  /** measIdToAddModList with the reporting configuration of each; one that is configured is replaced. */
  readonly addOrModify?: ReadonlyMap<number, ReportConfig>;
}

/** A report, the measId that sent it, and "periodical" as the cause of those that no event causes. */
export type IdentifiedReport = Omit<MeasurementReport, "cause"> & {
  readonly measId: number;
  readonly cause: MeasurementReport["cause"] | "periodical";
};

interface ConfiguredMeasurement {
  readonly config: ReportConfig;
  /** Measurements before this instant do not count: a time-to-trigger holds over measurements taken during it. */
  readonly configuredMs: number;
  readonly state: EventState;
}

/** Changed in place by the functions below. All fields belong in a snapshot. */
export interface UserMeasurements {
  /** By measId. */
  readonly configured: Map<number, ConfiguredMeasurement>;
  newest: { readonly timeMs: number; readonly measurements: EventMeasurements } | undefined;
  /** Up to where reports have been made. */
  timeMs: number;
}

export function createUserMeasurements(): UserMeasurements {
  return { configured: new Map(), newest: undefined, timeMs: Number.NEGATIVE_INFINITY };
}

/**
 * Applies a reconfiguration at `timeMs` and returns the reports that were due before it. A measId that is removed, added
 * or modified loses its entry in VarMeasReportList, its periodical reporting timer and its time-to-trigger (TS 38.331
 * 5.5.2.2, 5.5.2.3 and 5.5.2.7), and is evaluated from the next measurement on; what is not named goes on as it was.
 *
 * Throws BadInputError ("rrc-value") for a value that TS 38.331 6.3 does not have, before anything is changed.
 */
export function reconfigure(
  user: UserMeasurements,
  change: MeasurementChange,
  timeMs: number,
): IdentifiedReport[] {
  for (const [measId, config] of change.addOrModify ?? []) requireReportConfig(config, `measId ${measId}`);
  const reports = advanceBefore(user, timeMs);
  for (const measId of change.remove ?? []) user.configured.delete(measId);
  for (const [measId, config] of change.addOrModify ?? []) {
    user.configured.set(measId, { config, configuredMs: timeMs, state: createEventState() });
  }
  return reports;
}

/**
 * Starts every measurement afresh at `timeMs`, as at a handover that keeps the configuration, and returns the reports
 * that were due before. TS 38.331 leaves this to the measConfig that comes with the reconfiguration with sync (5.3.5.3,
 * 5.5.2); TS 36.331 5.5.6.1 has it as a rule. A periodical measurement is restarted, not removed as in E-UTRA.
 */
export function restartMeasurements(user: UserMeasurements, timeMs: number): IdentifiedReport[] {
  const same = new Map([...user.configured].map(([measId, { config }]) => [measId, config]));
  return reconfigure(user, { addOrModify: same }, timeMs);
}

/**
 * Takes in the L3 results of `timeMs` and returns the reports since the last call, in order of time: first what was due
 * before, on the older measurements, then what these cause. Times must not go back.
 */
export function takeMeasurement(
  user: UserMeasurements,
  measurements: EventMeasurements,
  timeMs: number,
): IdentifiedReport[] {
  const reports = advanceBefore(user, timeMs);
  user.newest = { timeMs, measurements };
  return [...reports, ...stepAll(user, timeMs, () => true)];
}

/** Returns the reports up to and at `timeMs` if no new measurement has come. */
export function advanceTo(user: UserMeasurements, timeMs: number): IdentifiedReport[] {
  return [...advanceBefore(user, timeMs), ...stepAll(user, timeMs, (dueMs) => dueMs <= timeMs)];
}

/**
 * Returns `config` when TS 38.331 6.3 has its values. Throws BadInputError ("rrc-value") that names the value under
 * `path`, the legal values and the nearest one.
 */
export function requireReportConfig(config: ReportConfig, path: string): ReportConfig {
  requireRrcValue("reportIntervalMs", config.reportIntervalMs, `${path}.reportIntervalMs`);
  requireRrcValue("reportAmount", config.reportAmount, `${path}.reportAmount`);
  if (config.event === "periodical") return config;
  requireRrcValue("hysteresisDb", config.hysteresisDb, `${path}.hysteresisDb`);
  requireRrcValue("timeToTriggerMs", config.timeToTriggerMs, `${path}.timeToTriggerMs`);
  for (const name of ["thresholdDbm", "threshold1Dbm", "threshold2Dbm"] as const) {
    if (name in config) {
      const value: unknown = config[name as keyof typeof config];
      requireRrcValue("rsrpThresholdDbm", value, `${path}.${name}`);
    }
  }
  if ("offsetDb" in config) requireRrcValue("offsetDb", config.offsetDb, `${path}.offsetDb`);
  return config;
}

/** Reports that timers cause before `timeMs`, each at its own instant. */
function advanceBefore(user: UserMeasurements, timeMs: number): IdentifiedReport[] {
  if (timeMs < user.timeMs) throw new RangeError(`measurements: ${timeMs} ms is before ${user.timeMs} ms`);
  user.timeMs = timeMs;
  const reports: IdentifiedReport[] = [];
  for (;;) {
    let dueMs = Number.POSITIVE_INFINITY;
    for (const { state } of user.configured.values()) dueMs = Math.min(dueMs, nextDueMs(state));
    if (!(dueMs < timeMs)) return reports;
    const atMs = dueMs;
    reports.push(...stepAll(user, atMs, (ownMs) => ownMs <= atMs));
  }
}

/** Steps the measurements whose due time is `wanted`, by rising measId, on the newest results. */
function stepAll(
  { configured, newest }: UserMeasurements,
  timeMs: number,
  wanted: (dueMs: number) => boolean,
): IdentifiedReport[] {
  if (newest === undefined) return [];
  const reports: IdentifiedReport[] = [];
  for (const measId of [...configured.keys()].sort((a, b) => a - b)) {
    const { config, configuredMs, state } = configured.get(measId) as ConfiguredMeasurement;
    if (newest.timeMs < configuredMs || !wanted(nextDueMs(state))) continue;
    if (config.event !== "periodical") {
      const sent = stepEvents(config, state, newest.measurements, timeMs);
      reports.push(...sent.map((report) => ({ measId, ...report })));
      continue;
    }
    if (state.reportsSent > 0 && timeMs < state.nextReportMs) continue;
    state.reportsSent++;
    const servingRsrpDbm = newest.measurements.serving.rsrpDbm;
    reports.push({ measId, timeMs, cause: "periodical", servingRsrpDbm, triggeredCells: [] });
    state.nextReportMs = timeMs + config.reportIntervalMs;
    // After the last report the measId goes, TS 38.331 5.5.5.1.
    if (state.reportsSent >= config.reportAmount) configured.delete(measId);
  }
  return reports;
}
