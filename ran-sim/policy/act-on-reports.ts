import { createReportState, type EventReporting, stepEventReports } from "../measurement/event-reports.ts";
import type { TriggerState } from "../measurement/trigger-state.ts";
import { NONE } from "../state.ts";
import type { Decisions, UeBatch } from "./policy.ts";

/** How a scenario file writes it. */
export interface ReportingParameters extends Omit<EventReporting, "reportAmount"> {
  readonly reportAmount: number | "infinity";
}

/** Returns what of the parameters is about reports. */
export function reportingOf(parameters: ReportingParameters): EventReporting {
  const { reportIntervalMs, reportAmount, reportOnLeave } = parameters;
  return {
    reportIntervalMs,
    reportAmount: reportAmount === "infinity" ? Number.POSITIVE_INFINITY : reportAmount,
    reportOnLeave,
  };
}

/** Phases of a `TriggerState` entry from this one on are in cellsTriggeredList. */
const TRIGGERED = 2;

/**
 * Returns the network's answer to the reports of one event, to be asked once a tick after the event kernel: a handover to
 * the best cell of a report on the tick on which it comes, and nothing between reports, for the network knows of nothing
 * new; a preparation that failed is therefore tried again with the next report. With reportOnLeave a report that the cell
 * under preparation has left cancels the preparation. The arrays are reused.
 */
export function createReportDecisions(
  reporting: EventReporting,
  ueCount: number,
): (observations: UeBatch, triggers: TriggerState) => Decisions {
  const reports = createReportState(ueCount);
  const target = new Int32Array(ueCount);
  const cancel = new Uint8Array(ueCount);
  let decisions: Decisions = { target, cancel };
  return (observations, triggers) => {
    if (decisions.entering?.cell !== triggers.enteringCell) {
      decisions = { target, cancel, entering: { cell: triggers.enteringCell, forMs: triggers.enteringMs } };
    }
    const isSent = stepEventReports(reporting, reports, triggers, observations.tickMs);
    for (let ue = 0; ue < ueCount; ue++) target[ue] = isSent[ue] === 0 ? NONE : triggers.bestCell[ue];
    if (reporting.reportOnLeave) cancelWhereLeft(observations, triggers, cancel);
    return decisions;
  };
}

function cancelWhereLeft(observations: UeBatch, triggers: TriggerState, cancel: Uint8Array): void {
  const { target, ueCount, cellCount } = observations;
  for (let ue = 0; ue < ueCount; ue++) {
    const left = target[ue] !== NONE && triggers.phase[ue * cellCount + target[ue]] < TRIGGERED;
    cancel[ue] = left ? 1 : 0;
  }
}
