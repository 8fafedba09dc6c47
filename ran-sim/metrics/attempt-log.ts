import type { ReceptionOutcome } from "#core";
import type { AttemptOutcome, RanEvent } from "../events.ts";

/** Folds events into one row an attempt, with what later events say about it. */

/** TS 38.300 15.5.2. */
export type MroClass = "tooEarly" | "tooLate" | "wrongCell";

/** One handover attempt, from its request to its end; changed while later events come in. */
export interface AttemptRow {
  readonly ue: number;
  readonly attempt: number;
  readonly source: number;
  readonly target: number;
  readonly requestedTick: number;
  /** Null while it is under way. */
  outcome: AttemptOutcome | null;
  /** The command was given, or should have been (state 2): what `handoverAttempts` counts. */
  executed: boolean;
  completedTick: number | null;
  /** From leaving the source to being served again; null while that has not happened. */
  interruptionTicks: number | null;
  /** From this completion to the next, without a failure between; null when one came first, or the end. */
  stayTicks: number | null;
  payloadBytes: number;
  latentOutcome: ReceptionOutcome | null;
  pingPong: boolean;
  shortStay: boolean;
  mro: MroClass | null;
}

/** One recovery: the phone lost its cell without a handover that succeeded. */
export interface FailureRow {
  readonly ue: number;
  readonly tick: number;
  /** The handover attempt it belongs to; null for a radio link failure. */
  readonly attempt: AttemptRow | null;
  /** From losing the cell to being served again; null while that has not happened. */
  outageTicks: number | null;
  mro: MroClass | null;
}

export interface AttemptLog {
  readonly attempts: readonly AttemptRow[];
  readonly failures: readonly FailureRow[];
  add(events: readonly RanEvent[]): void;
  /** Marks what is still under way as `openAtEnd`. */
  finish(): void;
  /** Drops what was finished before `tick`, so that a run without an end stays in bounded memory. */
  dropBefore(tick: number): void;
}

/** What a phone's next events need to know of its past. */
interface Past {
  open: AttemptRow | null;
  /** The last completed handover, while no failure has followed it. */
  last: AttemptRow | null;
  failure: (FailureRow & { readonly cell: number; readonly shortlyAfter: AttemptRow | null }) | null;
}

/**
 * Returns an empty log.
 *
 * - Time of stay (TR 36.839 5.2.1.4): from one completion to the next. A stay that a failure ends is a failure and has
 *   no time of stay. Short: below `minimumStayTicks`. Ping-pong: A to B and back to A with a short stay in B; the way
 *   back is marked.
 * - MRO classes (TS 38.300 15.5.2), with "shortly" being `minimumStayTicks` as well (assumed):
 *   failure in state 3: back in the source = too early; in a third cell = wrong cell; in the target = none.
 *   Any other failure shortly after a handover A to B: in A = too early; in a third cell = wrong cell (both on that
 *   handover). Otherwise, in another cell than the one that was lost = too late. Back in the lost cell = none.
 */
export function createAttemptLog(minimumStayTicks: number): AttemptLog {
  let attempts: AttemptRow[] = [];
  let failures: FailureRow[] = [];
  const pasts = new Map<number, Past>();

  const pastOf = (ue: number): Past => {
    let past = pasts.get(ue);
    if (past === undefined) {
      past = { open: null, last: null, failure: null };
      pasts.set(ue, past);
    }
    return past;
  };

  const fold = (event: RanEvent): void => {
    const past = pastOf(event.ue);
    switch (event.type) {
      case "handoverRequest":
        past.open = openRow(event);
        attempts.push(past.open);
        break;
      case "preparationFailure":
        end(past, event.outcome);
        break;
      case "handoverCommand":
        if (past.open !== null) past.open.executed = true;
        break;
      case "handoverComplete":
        complete(past, event.tick, minimumStayTicks);
        break;
      case "handoverFailure": {
        const row = past.open;
        end(past, event.state === 2 ? "failedState2" : "failedState3");
        if (row !== null) row.executed = true;
        fail(past, event.tick, row, event.source, event.ue);
        break;
      }
      case "radioLinkFailure":
        end(past, "overtakenByRlf");
        fail(past, event.tick, null, event.cell, event.ue);
        break;
      case "reestablishment":
        recover(past, event.cell, event.sinceTick === null ? null : event.tick - event.sinceTick);
        break;
      case "latentSent":
        if (past.open !== null) past.open.payloadBytes = event.payloadBytes;
        break;
      case "latentReceived":
        if (past.last !== null) past.last.latentOutcome = event.outcome;
        break;
      case "report":
        break;
    }
  };

  function fail(past: Past, tick: number, attempt: AttemptRow | null, cell: number, ue: number): void {
    const { last } = past;
    const shortly = last?.completedTick != null && tick - last.completedTick < minimumStayTicks;
    const row = {
      ue,
      tick,
      attempt,
      cell,
      outageTicks: null,
      mro: null,
      shortlyAfter: shortly ? last : null,
    };
    past.failure = row;
    past.last = null;
    failures.push(row);
  }

  return {
    get attempts() {
      return attempts;
    },
    get failures() {
      return failures;
    },
    add(events) {
      for (const event of events) fold(event);
    },
    finish() {
      for (const past of pasts.values()) end(past, "openAtEnd");
    },
    dropBefore(tick) {
      attempts = attempts.filter((row) => row.outcome === null || row.requestedTick >= tick);
      failures = failures.filter((row) => row.tick >= tick);
    },
  };
}

function openRow(event: Extract<RanEvent, { type: "handoverRequest" }>): AttemptRow {
  const { ue, attempt, source, target, tick } = event;
  return {
    ue,
    attempt,
    source,
    target,
    requestedTick: tick,
    outcome: null,
    executed: false,
    completedTick: null,
    interruptionTicks: null,
    stayTicks: null,
    payloadBytes: 0,
    latentOutcome: null,
    pingPong: false,
    shortStay: false,
    mro: null,
  };
}

function end(past: Past, outcome: AttemptOutcome): void {
  if (past.open !== null) past.open.outcome = outcome;
  past.open = null;
}

function complete(past: Past, tick: number, minimumStayTicks: number): void {
  const { open, last } = past;
  if (open === null) return;
  open.completedTick = tick;
  if (last?.completedTick != null) {
    last.stayTicks = tick - last.completedTick;
    last.shortStay = last.stayTicks < minimumStayTicks;
    open.pingPong = last.shortStay && last.source === open.target;
  }
  end(past, "completed");
  past.last = open;
}

function recover(past: Past, cell: number, outageTicks: number | null): void {
  const { failure } = past;
  past.failure = null;
  if (failure === null || outageTicks === null) return;
  failure.outageTicks = outageTicks;
  if (failure.attempt !== null) failure.attempt.interruptionTicks = outageTicks;
  const { mro, blamed } = classify(failure, cell);
  failure.mro = mro;
  if (blamed !== null) blamed.mro = mro;
}

function classify(
  failure: NonNullable<Past["failure"]>,
  cell: number,
): { readonly mro: MroClass | null; readonly blamed: AttemptRow | null } {
  const { attempt, shortlyAfter } = failure;
  if (attempt?.outcome === "failedState3") {
    const mro = cell === attempt.target ? null : cell === attempt.source ? "tooEarly" : "wrongCell";
    return { mro, blamed: attempt };
  }
  if (cell === failure.cell) return { mro: null, blamed: null };
  if (shortlyAfter !== null) {
    return { mro: cell === shortlyAfter.source ? "tooEarly" : "wrongCell", blamed: shortlyAfter };
  }
  return { mro: "tooLate", blamed: attempt };
}
