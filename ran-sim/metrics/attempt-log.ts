import type { AttemptOutcome, RanEvent } from "../events.ts";
import { type AttemptRow, type MroClass, openRow } from "./attempt-row.ts";

/** Folds events into one row an attempt, with what later events say about it. */

export type { AttemptRow, MroClass } from "./attempt-row.ts";

/** One recovery: the phone lost its cell without a handover that succeeded. */
export interface FailureRow {
  readonly ue: number;
  readonly tick: number;
  /** The handover attempt it belongs to; null for a radio link failure. */
  readonly attempt: AttemptRow | null;
  /** From losing the cell to being served again; null while that has not happened. */
  outageTicks: number | null;
  recoveredTick: number | null;
  /** The cell that served next. */
  foundIn: number | null;
  mro: MroClass | null;
  /** Whose handover the class is about: of `tooLate`, the cell that was lost as the source. */
  blamed: { readonly source: number; readonly target: number } | null;
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
  /** By number: several at once where cells are prepared ahead of time. */
  readonly open: Map<number, AttemptRow>;
  /** By number: completed, with messages still to come, the last of which is UE CONTEXT RELEASE. */
  readonly switching: Map<number, AttemptRow>;
  /** The last completed handover, while no failure has followed it. */
  last: AttemptRow | null;
  /** The last attempt whose command was lost. */
  commandLost: AttemptRow | null;
  failure:
    | (FailureRow & {
        readonly cell: number;
        readonly shortlyAfter: AttemptRow | null;
        /** Since when the phone has had no cell, by what was told so far. */
        sinceTick: number;
      })
    | null;
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
export function createAttemptLog(minimumStayTicks: number, tickMs: number): AttemptLog {
  let attempts: AttemptRow[] = [];
  let failures: FailureRow[] = [];
  const pasts = new Map<number, Past>();

  const pastOf = (ue: number): Past => {
    let past = pasts.get(ue);
    if (past === undefined) {
      past = { open: new Map(), switching: new Map(), last: null, commandLost: null, failure: null };
      pasts.set(ue, past);
    }
    return past;
  };

  const fold = (event: RanEvent): void => {
    const past = pastOf(event.ue);
    if ("target" in event && event.xnBytes !== undefined) countBytes(past, event);
    switch (event.type) {
      case "handoverRequest": {
        const row = openRow(event);
        past.open.set(row.attempt, row);
        attempts.push(row);
        break;
      }
      case "preparationFailure":
        end(past, event.attempt, event.outcome);
        break;
      case "handoverCommand": {
        const row = past.open.get(event.attempt);
        if (row === undefined) break;
        row.executed = true;
        row.executedTick = event.tick;
        break;
      }
      case "handoverComplete": {
        const row = end(past, event.attempt, "completed");
        if (row === null) break;
        complete(past, row, event, minimumStayTicks);
        past.switching.set(event.attempt, row);
        // A candidate's stored configuration ended the outage.
        if (past.failure !== null) {
          recover(past, event.target, event.tick, event.tick - past.failure.sinceTick, tickMs);
        }
        break;
      }
      case "handoverFailure": {
        const { enteredTick } = event;
        if (enteredTick !== undefined) {
          const unrequested = openRow(event, enteredTick);
          past.open.set(event.attempt, unrequested);
          attempts.push(unrequested);
        }
        const row = end(past, event.attempt, event.state === 2 ? "failedState2" : "failedState3");
        if (row !== null) row.executed = true;
        if (event.fallback) {
          if (event.state === 2) past.commandLost = row;
          break;
        }
        fail(past, event.tick, row, event.source, event.ue);
        break;
      }
      case "radioLinkFailure":
        if (event.attempt !== null) end(past, event.attempt, "overtakenByRlf");
        fail(past, event.tick, commandLostOf(past, event.afterAttempt), event.cell, event.ue);
        break;
      case "reestablishment":
      case "connectionSetup":
        if (event.sinceTick !== null) {
          recover(past, event.cell, event.tick, event.tick - event.sinceTick, tickMs);
        }
        break;
      case "ueContextRelease":
        past.switching.delete(event.attempt);
        break;
      case "latentSent": {
        const row = past.open.get(event.attempt);
        if (row !== undefined) row.payloadBytes = event.payloadBytes;
        break;
      }
      case "latentReceived":
        if (past.last !== null) past.last.latentOutcome = event.outcome;
        break;
      default:
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
      recoveredTick: null,
      foundIn: null,
      mro: null,
      blamed: null,
      shortlyAfter: shortly ? last : null,
      sinceTick: attempt?.executedTick ?? tick,
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
      for (const past of pasts.values()) {
        for (const attempt of [...past.open.keys()]) end(past, attempt, "openAtEnd");
      }
    },
    dropBefore(tick) {
      attempts = attempts.filter((row) => row.outcome === null || row.startedTick >= tick);
      failures = failures.filter((row) => row.tick >= tick);
    },
  };
}

/** Returns the attempt of that number when its command was the last that was lost. */
function commandLostOf({ commandLost }: Past, attempt: number | undefined): AttemptRow | null {
  return commandLost !== null && commandLost.attempt === attempt ? commandLost : null;
}

/** Of all messages but the request, which opens its row. */
function countBytes(
  past: Past,
  { type, attempt, xnBytes = 0 }: { type: RanEvent["type"]; attempt: number; xnBytes?: number },
): void {
  const row = past.open.get(attempt) ?? past.switching.get(attempt);
  if (row === undefined) return;
  row.xnBytes += xnBytes;
  if (type === "latentSent") row.carriedXnBytes += xnBytes;
}

function end(past: Past, attempt: number, outcome: AttemptOutcome): AttemptRow | null {
  const row = past.open.get(attempt) ?? null;
  if (row !== null) row.outcome = outcome;
  past.open.delete(attempt);
  return row;
}

function complete(
  past: Past,
  row: AttemptRow,
  { tick, interruptionMs }: { readonly tick: number; readonly interruptionMs: number | null },
  minimumStayTicks: number,
): void {
  const { last } = past;
  row.completedTick = tick;
  row.interruptionMs = interruptionMs;
  row.recovered = interruptionMs === null;
  if (last?.completedTick != null) {
    last.stayTicks = tick - last.completedTick;
    last.shortStay = last.stayTicks < minimumStayTicks;
    row.pingPong = last.shortStay && last.source === row.target;
    last.pingPongOut = row.pingPong;
    row.stayBeforeTicks = last.stayTicks;
  }
  past.last = row;
}

function recover(past: Past, cell: number, tick: number, outageTicks: number, tickMs: number): void {
  const { failure } = past;
  past.failure = null;
  if (failure === null) return;
  failure.outageTicks = outageTicks;
  failure.recoveredTick = tick;
  failure.foundIn = cell;
  if (failure.attempt !== null) failure.attempt.interruptionMs = outageTicks * tickMs;
  const { mro, blamed } = classify(failure, cell);
  failure.mro = mro;
  failure.blamed = blamed ?? (mro === null ? null : { source: failure.cell, target: cell });
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
