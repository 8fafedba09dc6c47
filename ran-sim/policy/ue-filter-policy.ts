import { type A3Parameters, stepA3 } from "../measurement/a3-event.ts";
import type { EventReporting } from "../measurement/event-reports.ts";
import { createL3, stepL3 } from "../measurement/l3-filter.ts";
import { createTriggerState } from "../measurement/trigger-state.ts";
import { Phase } from "../state.ts";
import { createReportDecisions } from "./act-on-reports.ts";
import type { Policy, UeBatch } from "./policy.ts";

export interface UeFilterParameters extends A3Parameters, EventReporting {
  /** After this long the average has followed a step by 63 %. */
  readonly timeConstantMs: number;
}

/**
 * Returns event A3 on levels that the phone itself averages: an exponential average, in dB, of its L1 measurements, one each
 * report period and with their error (`network.reportPeriodMs`). The phone keeps it across a handover, so that nothing has to be
 * carried over Xn: it is the cheapest opponent of a state that is carried.
 *
 * How the levels come to the network is assumed: the phone writes them into its periodic measurement reports. A target has those
 * of the last report before the HANDOVER REQUEST, whose candidateCellInfoList has a place for them (TS 38.331 11.2.2), until the
 * phone's first report to it. After a failure the next cell knows nothing until that report.
 */
export function createUeFilterPolicy(
  parameters: UeFilterParameters,
  ueCount: number,
  cellCount: number,
): Policy {
  const triggers = createTriggerState(ueCount, cellCount);
  const answer = createReportDecisions(parameters, ueCount);
  /** [ue, cell] row-major, dBm: at the phone, and at the network. */
  const averageDbm = createL3(ueCount * cellCount);
  const knownDbm = new Float64Array(ueCount * cellCount).fill(Number.NaN);
  let lastReportTick = 0;

  const observe = ({ reportedRsrpDbm, phase, hasReport, tick, tickMs }: UeBatch): void => {
    if (hasReport) {
      const elapsedMs = (tick - lastReportTick) * tickMs;
      stepL3(averageDbm, reportedRsrpDbm, 1 - Math.exp(-elapsedMs / parameters.timeConstantMs));
      lastReportTick = tick;
    }
    for (let ue = 0; ue < ueCount; ue++) {
      const [from, to] = [ue * cellCount, (ue + 1) * cellCount];
      if (phase[ue] === Phase.idle || phase[ue] === Phase.reestablishing) {
        knownDbm.fill(Number.NaN, from, to);
      } else if (hasReport && phase[ue] === Phase.connected) {
        knownDbm.set(averageDbm.subarray(from, to), from);
      }
    }
  };

  return {
    filterCoefficient: 0,
    memory: null,
    expects(ue, out) {
      out.set(knownDbm.subarray(ue * cellCount, (ue + 1) * cellCount));
    },
    observe,
    decide(observations) {
      observe(observations);
      const { serving, tickMs } = observations;
      stepA3(parameters, triggers, averageDbm, serving, undefined, tickMs);
      return answer(observations, triggers);
    },
  };
}
