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

// Rows are written as one literal each: a run has tens of thousands, and spreading parts together costs ten times as much.

/** Returns one attempt; times in seconds from the start of the world, warm-up included; cells by name. */
export function attemptRow(row: AttemptRow, label: ArmLabel): TableRow {
  const { tickMs, cellNames } = label;
  return {
    scenario: label.scenario,
    arm: label.arm,
    seed: label.seed,
    unit: label.unit,
    ue: row.ue,
    attempt: row.attempt,
    source: cellNames[row.source],
    target: cellNames[row.target],
    started_s: seconds(row.startedTick, tickMs),
    requested_s: seconds(row.requestedTick, tickMs),
    outcome: row.outcome,
    completed_s: seconds(row.completedTick, tickMs),
    interruption_ms: row.interruptionMs,
    time_of_stay_s: seconds(row.stayTicks, tickMs),
    payload_bytes: row.payloadBytes,
    xn_bytes: row.xnBytes,
    carried_xn_bytes: row.carriedXnBytes,
    latent_outcome: row.latentOutcome,
    short_stay: row.shortStay,
    ping_pong: row.pingPong,
    ping_pong_out: row.pingPongOut,
    stay_before_s: seconds(row.stayBeforeTicks, tickMs),
    mro: row.mro,
  };
}

function seconds(ticks: number | null, tickMs: number): number | null {
  return ticks === null ? null : (ticks * tickMs) / 1000;
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
  const row = levelledRow(event, levels, label, event.timeS, event.type);
  if (entered === null) return [row];
  const beganS = (entered.tick * label.tickMs) / 1000;
  return [levelledRow(event, entered.levels, label, beganS, "enteringCondition"), row];
}

/** Returns the row of an event, or of the condition that came before it: that has neither a detail nor bytes. */
function levelledRow(
  event: RanEvent,
  levels: Levels,
  label: ArmLabel,
  timeS: number,
  type: RanEvent["type"] | "enteringCondition",
): TableRow {
  const { cellNames } = label;
  const source = sourceOf(event);
  const target = targetOf(event);
  const isEvent = type !== "enteringCondition";
  return {
    scenario: label.scenario,
    arm: label.arm,
    seed: label.seed,
    unit: label.unit,
    time_s: timeS,
    ue: event.ue,
    type,
    attempt: attemptOf(event),
    source: source === null ? null : cellNames[source],
    target: target === null ? null : cellNames[target],
    detail: isEvent ? detailOf(event) : null,
    xn_bytes: isEvent && "target" in event ? (event.xnBytes ?? null) : null,
    source_rsrp_dbm: levels.sourceRsrpDbm,
    target_rsrp_dbm: levels.targetRsrpDbm,
    source_sinr_db: levels.sourceSinrDb,
    target_sinr_db: levels.targetSinrDb,
  };
}

/** The cell that a phone comes from, or whose link failed. */
function sourceOf(event: RanEvent): number | null {
  if ("target" in event) return event.source;
  return event.type === "radioLinkFailure" ? event.cell : null;
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
