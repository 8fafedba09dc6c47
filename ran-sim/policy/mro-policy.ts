import { type A3Parameters, stepA3 } from "../measurement/a3-event.ts";
import type { EventReporting } from "../measurement/event-reports.ts";
import { createTriggerState } from "../measurement/trigger-state.ts";
import { type AttemptLog, createAttemptLog, type FailureRow } from "../metrics/attempt-log.ts";
import { NONE } from "../state.ts";
import { createReportDecisions } from "./act-on-reports.ts";
import type { Policy } from "./policy.ts";

export interface MroPolicyParameters extends A3Parameters, EventReporting {
  readonly filterCoefficient: number;
  readonly periodMs: number;
  readonly stepDb: number;
  readonly limitDb: number;
  readonly minimumTimeOfStayMs: number;
}

/** The rule, and what it has learned. */
export interface MroPolicy extends Policy {
  /** [from, to] row-major, dB: cell individual offsets Ocn, as changed so far. */
  readonly individualOffsetDb: Float64Array;
}

/**
 * Returns event A3 with a cell individual offset for each pair of cells, which failures move (TS 38.300 15.5.2): too
 * late from A to B raises that of (A, B), so that the handover comes sooner; too early lowers it; wrong cell, A to B and
 * found in C, lowers (A, B) and raises (A, C). Once a period each pair moves by one step towards the majority of what was
 * seen of it, and never beyond the limit. The classes are those of the metrics, with the whole network seeing them at
 * once: FAILURE INDICATION and HANDOVER REPORT (TS 38.423 8.4.7, 8.4.8) take no time here.
 */
export function createMroPolicy(
  parameters: MroPolicyParameters,
  shape: { readonly ueCount: number; readonly cellCount: number; readonly tickMs: number },
): MroPolicy {
  const { ueCount, cellCount, tickMs } = shape;
  const triggers = createTriggerState(ueCount, cellCount);
  const answer = createReportDecisions(parameters, ueCount);
  const biasDb = new Float64Array(ueCount * cellCount);
  const individualOffsetDb = new Float64Array(cellCount * cellCount);
  const votes = new Int32Array(cellCount * cellCount);
  const log = createAttemptLog(Math.ceil(parameters.minimumTimeOfStayMs / tickMs), tickMs);
  const periodTicks = Math.max(1, Math.round(parameters.periodMs / tickMs));

  return {
    filterCoefficient: parameters.filterCoefficient,
    individualOffsetDb,
    memory: null,
    observe: () => undefined,
    learn: (events) => log.add(events),
    decide(observations) {
      const { l3RsrpDbm, serving, tick } = observations;
      if (tick > 0 && tick % periodTicks === 0) adapt(log, tick - periodTicks, tick);
      for (let ue = 0; ue < ueCount; ue++) {
        if (serving[ue] === NONE) continue;
        const from = serving[ue] * cellCount;
        biasDb.set(individualOffsetDb.subarray(from, from + cellCount), ue * cellCount);
      }
      stepA3(parameters, triggers, l3RsrpDbm, serving, biasDb, tickMs);
      return answer(observations, triggers);
    },
  };

  function adapt({ failures }: AttemptLog, fromTick: number, tick: number): void {
    votes.fill(0);
    for (const failure of failures) {
      const at = failure.recoveredTick;
      if (at !== null && at >= fromTick && at < tick) vote(failure);
    }
    const { stepDb, limitDb } = parameters;
    for (let pair = 0; pair < votes.length; pair++) {
      const moved = individualOffsetDb[pair] + Math.sign(votes[pair]) * stepDb;
      individualOffsetDb[pair] = Math.min(limitDb, Math.max(-limitDb, moved));
    }
    // A phone keeps what it needs of its past; rows older than two periods have been judged.
    log.dropBefore(fromTick - periodTicks);
  }

  function vote({ mro, blamed, foundIn }: FailureRow): void {
    if (mro === null || blamed === null || foundIn === null) return;
    const from = blamed.source * cellCount;
    if (mro === "tooLate") votes[from + foundIn]++;
    else votes[from + blamed.target]--;
    if (mro === "wrongCell") votes[from + foundIn]++;
  }
}
