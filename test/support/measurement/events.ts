/**
 * The event engine of TS 38.331 5.5.4.1 and 5.5.5 for one user and one measId: conditions, time-to-trigger on entering
 * and on leaving, cellsTriggeredList, and the reports that follow. The simulator's array kernels (`a3-event.ts`,
 * `a5-event.ts`) are held to this one by a property test.
 */

import { entersA3, entersA5, leavesA3, leavesA5 } from "../../../ran-sim/measurement/event-conditions.ts";
import { entersA1, entersA2, entersA4, leavesA1, leavesA2, leavesA4 } from "./threshold-conditions.ts";

interface EventReporting {
  readonly hysteresisDb: number;
  readonly timeToTriggerMs: number;
  readonly reportIntervalMs: number;
  /** Reports per entry; Infinity for the value "infinity". */
  readonly reportAmount: number;
  readonly reportOnLeave: boolean;
}

/** One entry of reportConfigList with its event, TS 38.331 EventTriggerConfig. */
export type EventConfig = EventReporting &
  (
    | { readonly event: "A1" | "A2" | "A4"; readonly thresholdDbm: number }
    | { readonly event: "A3" | "A6"; readonly offsetDb: number }
    | { readonly event: "A5"; readonly threshold1Dbm: number; readonly threshold2Dbm: number }
  );

/**
 * One cell's L3 result. `offsetDb` is Ofn + Ocn of a neighbour, Ofp + Ocp of the serving cell (A6: Ocs); 0 when absent.
 * A1, A2 and A5 take the serving cell's level without offsets (TS 38.331 5.5.4.2, 5.5.4.3, 5.5.4.6).
 */
export interface CellMeasurement {
  readonly cell: number;
  readonly rsrpDbm: number;
  readonly offsetDb?: number;
}

/** What the engine compares; for A6, `serving` is the secondary cell. */
export interface EventMeasurements {
  readonly serving: CellMeasurement;
  readonly neighbours: readonly CellMeasurement[];
}

export interface MeasurementReport {
  readonly timeMs: number;
  /** What caused it: a cell joined the list, the interval passed, or (reportOnLeave) a cell left. */
  readonly cause: "entered" | "interval" | "left";
  /** The newest serving value, which need not be the one that triggered. */
  readonly servingRsrpDbm: number;
  /** cellsTriggeredList after this step, in the order in which cells joined. */
  readonly triggeredCells: readonly number[];
}

/** `untilMs`: when the time-to-trigger that runs will have passed. */
type CellPhase =
  | { readonly phase: "entering"; readonly untilMs: number }
  | { readonly phase: "triggered" }
  | { readonly phase: "leaving"; readonly untilMs: number };

/** One user's variables of one measId. A cell without a phase is idle. Changed in place by `stepEvents`. */
export interface EventState {
  servingCell: number | undefined;
  readonly phases: Map<number, CellPhase>;
  /** cellsTriggeredList, in joining order. */
  readonly triggeredCells: Set<number>;
  reportsSent: number;
  /** When the periodic timer runs out; Infinity while it does not run. */
  nextReportMs: number;
}

export function createEventState(): EventState {
  return {
    servingCell: undefined,
    phases: new Map(),
    triggeredCells: new Set(),
    reportsSent: 0,
    nextReportMs: Number.POSITIVE_INFINITY,
  };
}

/**
 * Advances one user to `timeMs` with the newest measurements and returns the reports sent at that instant, in order:
 * entered, left, interval. Call it at every L3 update, and between updates (with the same measurements) wherever a
 * time-to-trigger or a report interval may run out: a report carries the time of the call, never an earlier one.
 *
 * Order at one instant: measurement first, then time-to-trigger, then the periodic timer, so a measurement that
 * violates a condition stops the timer that would have run out now. A change of serving cell starts afresh, because
 * its reconfiguration configures the measurement anew (`measurement-configuration.ts`). A cell that is absent, or NaN,
 * stops entering, and stays triggered if it was.
 */
export function stepEvents(
  config: EventConfig,
  state: EventState,
  measurements: EventMeasurements,
  timeMs: number,
): MeasurementReport[] {
  const { serving, neighbours } = measurements;
  if (state.servingCell !== serving.cell)
    Object.assign(state, createEventState(), { servingCell: serving.cell });
  const ownCell = config.event === "A1" || config.event === "A2";
  const cells = ownCell ? [{ cell: serving.cell, rsrpDbm: serving.rsrpDbm }] : neighbours;
  const report = (cause: MeasurementReport["cause"]): MeasurementReport => {
    state.reportsSent++;
    state.nextReportMs =
      state.reportsSent < config.reportAmount ? timeMs + config.reportIntervalMs : Number.POSITIVE_INFINITY;
    return { timeMs, cause, servingRsrpDbm: serving.rsrpDbm, triggeredCells: [...state.triggeredCells] };
  };

  for (const [cell, { phase }] of state.phases) {
    if (cells.some((one) => one.cell === cell)) continue;
    if (phase === "entering") state.phases.delete(cell);
    else state.phases.set(cell, { phase: "triggered" });
  }
  let entered = false;
  let left = false;
  for (const cell of cells) {
    const before = state.phases.get(cell.cell);
    const after = nextPhase(config, before, cell, serving, timeMs);
    if (after === undefined) state.phases.delete(cell.cell);
    else state.phases.set(cell.cell, after);
    if (after?.phase === "triggered" && !state.triggeredCells.has(cell.cell)) {
      state.triggeredCells.add(cell.cell);
      entered = true;
    } else if (after === undefined && state.triggeredCells.delete(cell.cell)) {
      left = true;
    }
  }

  const reports: MeasurementReport[] = [];
  if (entered) {
    // A first or a subsequent cell: both set numberOfReportsSent to 0 (5.5.4.1).
    state.reportsSent = 0;
    reports.push(report("entered"));
  }
  if (left && config.reportOnLeave) reports.push(report("left"));
  if (state.triggeredCells.size === 0) {
    state.reportsSent = 0;
    state.nextReportMs = Number.POSITIVE_INFINITY;
  }
  if (timeMs >= state.nextReportMs) reports.push(report("interval"));
  return reports;
}

/**
 * Returns the earliest instant at which a time-to-trigger or the report interval runs out, Infinity when none runs:
 * where `stepEvents` must be called next if no measurement comes before.
 */
export function nextDueMs({ phases, nextReportMs }: EventState): number {
  let dueMs = nextReportMs;
  for (const phase of phases.values()) {
    if (phase.phase !== "triggered") dueMs = Math.min(dueMs, phase.untilMs);
  }
  return dueMs;
}

/** Returns a cell's phase after this instant; undefined is idle. */
function nextPhase(
  config: EventConfig,
  before: CellPhase | undefined,
  cell: CellMeasurement,
  serving: CellMeasurement,
  timeMs: number,
): CellPhase | undefined {
  const cellDb = cell.rsrpDbm + (cell.offsetDb ?? 0);
  const relative = config.event === "A3" || config.event === "A6";
  const servingDb = serving.rsrpDbm + (relative ? (serving.offsetDb ?? 0) : 0);
  if (before === undefined || before.phase === "entering") {
    if (!enters(config, cellDb, servingDb)) return undefined;
    const untilMs = before?.untilMs ?? timeMs + config.timeToTriggerMs;
    return timeMs >= untilMs ? { phase: "triggered" } : { phase: "entering", untilMs };
  }
  if (!leaves(config, cellDb, servingDb)) return { phase: "triggered" };
  const untilMs = before.phase === "leaving" ? before.untilMs : timeMs + config.timeToTriggerMs;
  return timeMs >= untilMs ? undefined : { phase: "leaving", untilMs };
}

function enters(config: EventConfig, cellDb: number, servingDb: number): boolean {
  switch (config.event) {
    case "A1":
      return entersA1(cellDb, config.thresholdDbm, config.hysteresisDb);
    case "A2":
      return entersA2(cellDb, config.thresholdDbm, config.hysteresisDb);
    case "A3":
    case "A6":
      return entersA3(cellDb, servingDb, config.offsetDb, config.hysteresisDb);
    case "A4":
      return entersA4(cellDb, config.thresholdDbm, config.hysteresisDb);
    case "A5":
      return entersA5(cellDb, servingDb, config.threshold1Dbm, config.threshold2Dbm, config.hysteresisDb);
  }
}

function leaves(config: EventConfig, cellDb: number, servingDb: number): boolean {
  switch (config.event) {
    case "A1":
      return leavesA1(cellDb, config.thresholdDbm, config.hysteresisDb);
    case "A2":
      return leavesA2(cellDb, config.thresholdDbm, config.hysteresisDb);
    case "A3":
    case "A6":
      return leavesA3(cellDb, servingDb, config.offsetDb, config.hysteresisDb);
    case "A4":
      return leavesA4(cellDb, config.thresholdDbm, config.hysteresisDb);
    case "A5":
      return leavesA5(cellDb, servingDb, config.threshold1Dbm, config.threshold2Dbm, config.hysteresisDb);
  }
}
