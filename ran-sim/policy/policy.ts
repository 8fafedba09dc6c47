import type { Awaitable, StateBatch } from "#core";
import type { RanEvent } from "../events.ts";

/** How handovers are decided: one signature for rules and models, over all phones at once. */

/** What the network sees of every phone on one tick; one object may serve all ticks, so nothing of it is kept for a later one. */
export interface UeBatch {
  readonly tick: number;
  readonly timeS: number;
  readonly tickMs: number;
  readonly ueCount: number;
  readonly cellCount: number;
  /** [ue], codes of `Phase`. */
  readonly phase: Uint8Array;
  /** [ue], cell or -1. */
  readonly serving: Int32Array;
  /** [ue], the cell under preparation or -1. */
  readonly target: Int32Array;
  /** [ue, cell] row-major, dBm: filtered with the policy's own coefficient. */
  readonly l3RsrpDbm: Float64Array;
  /** [ue, cell] row-major, dBm: L1 with measurement error, before the filter. */
  readonly l1RsrpDbm: Float64Array;
  /** [ue, cell] row-major, codes of `Candidate`; null for a procedure that prepares no candidates. */
  readonly candidatePhase: Uint8Array | null;
  /** [ue, cell] row-major, dBm in whole dB: the last periodic report. A phone without a serving cell sends none. */
  readonly reportedRsrpDbm: Float64Array;
  /** [ue, cell] row-major, dB in steps of 0.5: the SS-SINR of the same report. */
  readonly reportedSinrDb: Float64Array;
  readonly hasReport: boolean;
}

export interface Decisions {
  /**
   * [ue]: the cell to hand over to, or -1. Read for connected phones only. With candidates: the one whose condition is
   * met (conditional handover), or that the network commands the phone to (LTM); ignored unless configured.
   */
  readonly target: Int32Array;
  /** [ue]: 1 withdraws the preparation under way. */
  readonly cancel: Uint8Array;
  /** [ue, cell] row-major: 1 for a cell to prepare, or keep prepared, ahead of time. Absent: none. */
  readonly prepare?: Uint8Array;
  /** Where the handover stands before it is asked for. Absent: the rule has no time-to-trigger. */
  readonly entering?: EnteringCells;
}

/** Neighbours whose entering condition is fulfilled while their time-to-trigger runs, or ends on this tick: TR 36.839, state 2. */
export interface EnteringCells {
  /** [ue]: the best of them, or -1. */
  readonly cell: Int32Array;
  /** [ue]: since when its condition has held, as ms before this tick. */
  readonly forMs: Float64Array;
}

/** A phone whose HANDOVER REQUEST leaves. */
export interface Departure {
  readonly ue: number;
  readonly source: number;
  readonly target: number;
  /** Its UE History Information, newest first, the source on top. */
  readonly history: readonly CellStay[];
}

export interface CellStay {
  readonly cell: number;
  readonly stayS: number;
}

/** What is special of states that do not travel with their phones. */
export interface StayingStates {
  /** The phone is in another cell now: what its last cell was told of it is of no use there. */
  moved(ue: number): void;
  /** Returns the bytes that were put on Xn since it was last asked, down to Ethernet, and starts anew. */
  takeForwardedBytes(): number;
}

/** What the network keeps of each phone, and loses when the phone leaves unless a hand-off carries it. */
export interface NetworkMemory {
  readonly stateSize: number;
  /** Returns the states of `ues`, in order. */
  read(ues: readonly number[]): StateBatch;
  /** Takes over one state for each of `ues`. */
  write(ues: readonly number[], states: StateBatch): Awaitable<void>;
  /**
   * The HANDOVER REQUESTs of these phones leave, and with each the list of the cells that were measured: what the values of
   * a state mean is told by that list. Absent where a state has a place for each cell.
   */
  depart?(leaving: readonly Departure[]): void;
  /** Present where the states stay at the nodes where they began: a handover neither sends nor forgets them. */
  readonly stays?: StayingStates;
  /** Puts a phone back to the state in which nothing is known. */
  forget(ue: number): void;
  /**
   * Writes [cell] the RSRP that this memory expects `horizonMs` from now, dBm; NaN where it knows nothing.
   */
  predict(ue: number, horizonMs: number, out: Float64Array): void;
}

export interface Policy {
  /** k of the L3 filter that its measurements pass. */
  readonly filterCoefficient: number;
  /** Null: nothing is kept, so nothing can be lost. */
  readonly memory: NetworkMemory | null;
  /**
   * Writes [cell] the level that is expected in the coming second by what no handover can lose, in any unit that orders cells;
   * NaN where nothing is known. Absent where a rule expects nothing of cells; a memory has its own `predict`.
   */
  expects?(ue: number, out: Float64Array): void;
  /** Returns the decisions for this tick; the arrays may be reused on the next. */
  decide(observations: UeBatch): Awaitable<Decisions>;
  /** Takes a tick in without deciding: the memory learns from the report, and nothing else changes. */
  observe(observations: UeBatch): Awaitable<void>;
  /** Takes in what happened on the tick that was just decided; absent where a rule does not adapt. */
  learn?(events: readonly RanEvent[]): void;
}
