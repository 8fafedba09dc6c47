import type { TableRow } from "#core";
import type { RanEvent } from "../events.ts";
import type { AttemptRow } from "./attempt-log.ts";
import type { EventLevels, Levels } from "./event-levels.ts";

/** Rows of the run store's views `handovers` and `events`. */

/** Which unit a row is of. */
export interface UnitLabel {
  readonly scenario: string;
  readonly seed: number | null;
  readonly unit: string;
}

interface ArmLabel extends UnitLabel {
  readonly arm: string;
  readonly tickMs: number;
  readonly cellNames: readonly string[];
}

/** The first columns of every table: which unit of which arm the row is of. */
function unitColumns({ scenario, arm, seed, unit }: ArmLabel): TableRow {
  return { scenario, arm, seed, unit };
}

/** Returns one attempt; times in seconds from the start of the world, warm-up included; cells by name. */
export function attemptRow(row: AttemptRow, label: ArmLabel): TableRow {
  const { tickMs, cellNames } = label;
  const seconds = (ticks: number | null): number | null => (ticks === null ? null : (ticks * tickMs) / 1000);
  return {
    ...unitColumns(label),
    ue: row.ue,
    attempt: row.attempt,
    source: cellNames[row.source],
    target: cellNames[row.target],
    started_s: seconds(row.startedTick),
    requested_s: seconds(row.requestedTick),
    outcome: row.outcome,
    completed_s: seconds(row.completedTick),
    interruption_ms: row.interruptionMs,
    time_of_stay_s: seconds(row.stayTicks),
    payload_bytes: row.payloadBytes,
    xn_bytes: row.xnBytes,
    carried_xn_bytes: row.carriedXnBytes,
    latent_outcome: row.latentOutcome,
    short_stay: row.shortStay,
    ping_pong: row.pingPong,
    ping_pong_out: row.pingPongOut,
    stay_before_s: seconds(row.stayBeforeTicks),
    mro: row.mro,
  };
}

/**
 * Returns one event with the levels of its cells, after the row `enteringCondition` of a report whose condition was seen to begin to
 * hold; that row has the time of it.
 */
export function eventRows(
  event: RanEvent,
  { levels, entered }: EventLevels,
  label: ArmLabel,
): readonly TableRow[] {
  const row = { ...eventRow(event, label), ...levelColumns(levels) };
  if (entered === null) return [row];
  const began = { time_s: (entered.tick * label.tickMs) / 1000, type: "enteringCondition" };
  return [{ ...row, ...began, ...levelColumns(entered.levels), detail: null, xn_bytes: null }, row];
}

function levelColumns(levels: Levels): TableRow {
  return {
    source_rsrp_dbm: levels.sourceRsrpDbm,
    target_rsrp_dbm: levels.targetRsrpDbm,
    source_sinr_db: levels.sourceSinrDb,
    target_sinr_db: levels.targetSinrDb,
  };
}

/** Returns one event; columns that its type does not have are null. */
export function eventRow(event: RanEvent, label: ArmLabel): TableRow {
  const { cellNames } = label;
  const named = (cell: number | null): string | null => (cell === null ? null : cellNames[cell]);
  const hasTarget = "target" in event;
  return {
    ...unitColumns(label),
    time_s: event.timeS,
    ue: event.ue,
    type: event.type,
    attempt: attemptOf(event),
    source: named(hasTarget ? event.source : event.type === "radioLinkFailure" ? event.cell : null),
    target: named(targetOf(event)),
    detail: detailOf(event),
    xn_bytes: hasTarget ? (event.xnBytes ?? null) : null,
  };
}

/** The cell that a phone goes to, or that serves it or should have. */
function targetOf(event: RanEvent): number | null {
  if ("target" in event) return event.target;
  switch (event.type) {
    case "reestablishment":
    case "connectionSetup":
    case "setupFailure":
      return event.cell;
    default:
      return null;
  }
}

/** Of a link that failed after a lost command, the attempt of that command. */
function attemptOf(event: RanEvent): number | null {
  if (!("attempt" in event)) return null;
  return event.attempt ?? ("afterAttempt" in event ? (event.afterAttempt ?? null) : null);
}

function detailOf(event: RanEvent): string | null {
  switch (event.type) {
    case "preparationFailure":
      return `${event.outcome}: ${event.cause}`;
    case "latentReceived":
      return event.outcome;
    case "handoverCommand":
      return event.trigger;
    case "handoverFailure":
      return `state ${event.state}${event.fallback ? ", the source serves on" : ""}: ${event.cause}`;
    case "connectionReleased":
    case "setupFailure":
      return event.timer;
    default:
      return null;
  }
}
