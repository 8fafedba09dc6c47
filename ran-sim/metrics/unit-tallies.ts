import type { Tally } from "#core";
import type { AttemptLog, AttemptRow, FailureRow } from "./attempt-log.ts";
import { ranColdReasons } from "./cold-reasons.ts";

/** What one arm did in one world, as the sums that pooling needs. */

export interface ServiceTime {
  /** Summed over phones: time with a serving cell more than 3 dB below the best one. */
  readonly lateMs: number;
  /** Phones times the time that was counted. */
  readonly ueMinutes: number;
}

/**
 * Returns the tallies over attempts that began, and radio link failures that happened, from `fromTick` on: what began in
 * the warm-up is not counted, so that each attempt counts whole or not at all.
 *
 * handoverAttempts: executions started and failures in state 2, those while time-to-trigger ran included; cells only
 * prepared ahead of time are none. radioLinkFailures: recoveries started, whatever the state; a DAPS handover that falls back
 * to its source, and a lost command after which T310 stops, are handover failures that start none. Interruption: every time without a serving cell, after a handover or a failure.
 * The two counts of bytes are of frames on Xn, really encoded, each message once however often it was sent again.
 * xnPayloadBytesPerHandover: what carrying a payload added, of the attempts that handoverAttempts counts, per such attempt; where
 * states stay and reports are forwarded, the bytes of these. xnBytesPerUeMinute: the same bytes, of attempts that were never
 * executed too, over the time that was counted.
 * xnSignallingBytesPerHandover: all messages of all attempts, those never executed included, per handover attempt: what
 * preparing in vain costs is charged to the handovers that were. They are `simulated`, as their number and kind are;
 * only the size of each message is measured.
 */
export function unitTallies(
  log: AttemptLog,
  service: ServiceTime,
  options: {
    readonly fromTick: number;
    readonly tickMs: number;
    readonly hasMemory: boolean;
    /** Of reports that were forwarded, and of their answers. */
    readonly forwardedBytes?: number;
  },
): Readonly<Record<string, Tally>> {
  const { fromTick, tickMs, hasMemory, forwardedBytes = 0 } = options;
  const attempts = log.attempts.filter((row) => row.startedTick >= fromTick);
  const failures = log.failures.filter((row) => (row.attempt?.startedTick ?? row.tick) >= fromTick);
  const executed = count(attempts, (row) => row.executed);
  const completed = attempts.filter((row) => row.outcome === "completed");
  const failedHandovers = count(
    attempts,
    ({ outcome }) => outcome === "failedState2" || outcome === "failedState3",
  );
  const shortStays = count(completed, (row) => row.shortStay);
  const pingPongs = count(completed, (row) => row.pingPong);
  const handovers = completed.length;
  const outages = failures.flatMap(({ outageTicks }) => (outageTicks === null ? [] : [outageTicks * tickMs]));
  const interruptionMs = [
    ...completed.flatMap((row) => (row.interruptionMs === null ? [] : [row.interruptionMs])),
    ...outages,
  ];
  const stayS = completed.flatMap(({ stayTicks }) =>
    stayTicks === null ? [] : [(stayTicks * tickMs) / 1000],
  );
  return {
    handoverAttempts: once(executed),
    handovers: once(handovers),
    radioLinkFailures: once(failures.length),
    handoverFailures: once(failedHandovers),
    pingPongs: once(pingPongs),
    shortStays: once(shortStays),
    handoversPerUeMinute: { sum: handovers, weight: service.ueMinutes },
    pingPongRate: { sum: pingPongs, weight: handovers },
    shortStayRate: { sum: shortStays, weight: executed },
    failuresPerHandover: { sum: failures.length, weight: executed },
    handoverFailureRate: { sum: failedHandovers, weight: failedHandovers + handovers },
    tooEarly: once(count(failures, ofClass("tooEarly"))),
    tooLate: once(count(failures, ofClass("tooLate"))),
    wrongCell: once(count(failures, ofClass("wrongCell"))),
    "interruptionMs.p50": { samples: interruptionMs },
    "interruptionMs.p95": { samples: interruptionMs },
    "interruptionMs.p99": { samples: interruptionMs },
    "timeOfStayS.p50": { samples: stayS },
    lateMsPerUeMinute: { sum: service.lateMs, weight: service.ueMinutes },
    xnPayloadBytesPerHandover: {
      sum: forwardedBytes + sumOf(attempts, (row) => (row.executed ? row.carriedXnBytes : 0)),
      weight: executed,
    },
    xnBytesPerUeMinute: {
      sum: forwardedBytes + sumOf(attempts, (row) => row.carriedXnBytes),
      weight: service.ueMinutes,
    },
    xnSignallingBytesPerHandover: { sum: sumOf(attempts, (row) => row.xnBytes), weight: executed },
    ...(hasMemory ? coldStarts(completed) : {}),
  };
}

function coldStarts(completed: readonly AttemptRow[]): Record<string, Tally> {
  const cold = count(completed, (row) => row.latentOutcome !== "warm");
  const tallies: Record<string, Tally> = { latentColdShare: { sum: cold, weight: completed.length } };
  for (const reason of ranColdReasons) {
    tallies[`latentCold.${reason}`] = once(count(completed, (row) => row.latentOutcome === reason));
  }
  return tallies;
}

const once = (sum: number): Tally => ({ sum, weight: 1 });

const ofClass =
  (mro: FailureRow["mro"]) =>
  (row: FailureRow): boolean =>
    row.mro === mro;

function count<T>(rows: readonly T[], holds: (row: T) => boolean): number {
  return sumOf(rows, (row) => (holds(row) ? 1 : 0));
}

function sumOf<T>(rows: readonly T[], value: (row: T) => number): number {
  return rows.reduce((sum, row) => sum + value(row), 0);
}
