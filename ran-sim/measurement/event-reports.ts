/**
 * Measurement reports of one event for all users at once, TS 38.331 5.5.4.1 and 5.5.5.1: when one is sent, and when the
 * next is due. The same rule as the engine for one user in `test/support/measurement`; here only that a report is sent now is told, which is when a network acts.
 */

import type { TriggerState } from "./trigger-state.ts";

/** What of ReportConfigNR says how often an event is reported. */
export interface EventReporting {
  readonly reportIntervalMs: number;
  /** Reports for each entry of a cell; Infinity for the value "infinity". */
  readonly reportAmount: number;
  readonly reportOnLeave: boolean;
}

/** Changed in place by `stepEventReports`. All fields belong in a snapshot. */
export interface ReportState {
  /** [ue]: 1 when a report is sent on this tick. */
  readonly isSent: Uint8Array;
  /** [ue]: numberOfReportsSent. */
  readonly sentCount: Uint32Array;
  /** [ue]: until the periodical reporting timer runs out, ms; Infinity while it does not run. */
  readonly remainingMs: Float64Array;
}

/** What a sum of ticks that are no whole milliseconds may be off by. */
const ROUNDING_MS = 1e-6;

/** Returns the state in which nothing was reported. */
export function createReportState(ueCount: number): ReportState {
  return {
    isSent: new Uint8Array(ueCount),
    sentCount: new Uint32Array(ueCount),
    remainingMs: new Float64Array(ueCount).fill(Number.POSITIVE_INFINITY),
  };
}

/**
 * Advances every user by one tick, right after the event kernel that stepped `triggers`, and returns `state.isSent`.
 *
 * A cell that joins the list is reported at once and starts the count again; with reportOnLeave so is one that leaves.
 * Then a report goes each interval while the list holds a cell, `reportAmount` in all. An interval ends at the first
 * tick that is not before its end.
 */
export function stepEventReports(
  reporting: EventReporting,
  state: ReportState,
  triggers: TriggerState,
  tickMs: number,
): Uint8Array {
  const { isSent, sentCount, remainingMs } = state;
  for (let ue = 0; ue < isSent.length; ue++) {
    isSent[ue] = 0;
    remainingMs[ue] -= tickMs;
    if (triggers.joined[ue] !== 0) {
      sentCount[ue] = 0;
      send(reporting, state, ue);
    }
    if (reporting.reportOnLeave && triggers.left[ue] !== 0) send(reporting, state, ue);
    if (triggers.listedCount[ue] === 0) {
      sentCount[ue] = 0;
      remainingMs[ue] = Number.POSITIVE_INFINITY;
    } else if (remainingMs[ue] <= ROUNDING_MS) send(reporting, state, ue);
  }
  return isSent;
}

function send({ reportIntervalMs, reportAmount }: EventReporting, state: ReportState, ue: number): void {
  const { isSent, sentCount, remainingMs } = state;
  isSent[ue] = 1;
  sentCount[ue]++;
  remainingMs[ue] = sentCount[ue] < reportAmount ? reportIntervalMs : Number.POSITIVE_INFINITY;
}
