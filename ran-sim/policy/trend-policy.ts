import { rowOf, type StateBatch } from "#core";
import { type A3Parameters, stepA3 } from "../measurement/a3-event.ts";
import type { EventReporting } from "../measurement/event-reports.ts";
import { createTriggerState } from "../measurement/trigger-state.ts";
import { NONE } from "../state.ts";
import { createReportDecisions } from "./act-on-reports.ts";
import type { NetworkMemory, Policy, UeBatch } from "./policy.ts";
import { confidence, observeReport, type Trend, tidyRow } from "./trend.ts";

export interface TrendPolicyParameters extends A3Parameters, EventReporting {
  readonly filterCoefficient: number;
  readonly horizonMs: number;
  readonly biasLimitDb: number;
}

/**
 * Returns event A3 with a bias for each (phone, cell) from the network's memory of it, in the place of the cell
 * individual offset Ocn:
 *
 *   bias = clamp(confidence x horizon x (slope of the neighbour - slope of the serving cell), +-limit)
 *
 * that is, confidence times the difference predicted at the horizon less the present one. A neighbour that rises
 * against the serving cell is asked for sooner, one that falls later. With nothing remembered the bias is 0 and the
 * rule is plain A3. The bias is applied where the reports arrive, in the network; no signalling of offsets is counted.
 */
export function createTrendPolicy(parameters: TrendPolicyParameters, trend: Trend, ueCount: number): Policy {
  const { cellCount } = trend;
  const triggers = createTriggerState(ueCount, cellCount);
  const answer = createReportDecisions(parameters, ueCount);
  const biasDb = new Float64Array(ueCount * cellCount);
  const memory = createTrendMemory(trend, ueCount);

  const observe = (observations: UeBatch): void => {
    if (!observations.hasReport) return;
    for (let ue = 0; ue < ueCount; ue++) {
      if (observations.serving[ue] === NONE) continue;
      const report = observations.reportedRsrpDbm.subarray(ue * cellCount, (ue + 1) * cellCount);
      observeReport(trend, memory.row(ue), report);
    }
  };

  return {
    filterCoefficient: parameters.filterCoefficient,
    memory,
    observe,
    decide(observations) {
      observe(observations);
      if (observations.hasReport) {
        for (let ue = 0; ue < ueCount; ue++) writeBias(ue, observations.serving[ue]);
      }
      const { l3RsrpDbm, serving, tickMs } = observations;
      stepA3(parameters, triggers, l3RsrpDbm, serving, biasDb, tickMs);
      return answer(observations, triggers);
    },
  };

  function writeBias(ue: number, servingCell: number): void {
    const at = ue * cellCount;
    const row = memory.row(ue);
    const weightS = servingCell === NONE ? 0 : (confidence(trend, row) * parameters.horizonMs) / 1000;
    const limit = parameters.biasLimitDb;
    const slopes = 1 + cellCount;
    const servingSlope = servingCell === NONE ? 0 : row[slopes + servingCell];
    for (let cell = 0; cell < cellCount; cell++) {
      const change = weightS * (row[slopes + cell] - servingSlope);
      biasDb[at + cell] = change > limit ? limit : change < -limit ? -limit : change;
    }
  }
}

/** The memory, and a view of one phone's row of it. */
interface TrendMemory extends NetworkMemory {
  row(ue: number): Float64Array;
}

function createTrendMemory(trend: Trend, ueCount: number): TrendMemory {
  const { stateSize, cellCount } = trend;
  const rows = new Float64Array(ueCount * stateSize);
  const views = Array.from({ length: ueCount }, (_, ue) =>
    rows.subarray(ue * stateSize, (ue + 1) * stateSize),
  );
  return {
    stateSize,
    row: (ue) => views[ue],
    read(ues): StateBatch {
      const values = new Float32Array(ues.length * stateSize);
      for (const [i, ue] of ues.entries()) values.set(views[ue], i * stateSize);
      return { count: ues.length, size: stateSize, values };
    },
    write(ues, states) {
      for (const [i, ue] of ues.entries()) {
        views[ue].set(rowOf(states, i));
        tidyRow(trend, views[ue]);
      }
    },
    forget(ue) {
      views[ue].fill(0);
    },
    predict(ue, horizonMs, out) {
      const row = views[ue];
      const aheadS = (confidence(trend, row) * horizonMs) / 1000;
      for (let cell = 0; cell < cellCount; cell++) {
        out[cell] = row[0] < 1 ? Number.NaN : row[1 + cell] + aheadS * row[1 + cellCount + cell];
      }
    },
  };
}
