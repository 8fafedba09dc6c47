import { createXnAssociations, type XnAssociations } from "./xn/association.ts";

/** What changes while an arm runs: the phase of every phone, as a structure of arrays. */

/**
 * Encoding of `phase`. What else of a phone's state means something follows from it:
 *
 * | code | phase           | serving | target | phaseEndTick                        | attempt under way |
 * |------|-----------------|---------|--------|-------------------------------------|-------------------|
 * | 0    | idle            | none    | none, or the selected cell while T300 runs | first tick on which a cell may be selected, or the setup is judged | no |
 * | 1    | connected       | a cell  | none   | -                                   | candidates only   |
 * | 2    | preparing       | a cell  | a cell | TXnRELOCprep expires; once the answer is under way, or has come: it, or the command, is due | yes |
 * | 3    | executing       | none, DAPS: the source | a cell | access to the target is judged | yes        |
 * | 4    | re-establishing | none    | none, or the selected cell while T301 runs | first tick on which a cell may be selected, or the request is judged | candidates only |
 */
export const Phase = { idle: 0, connected: 1, preparing: 2, executing: 3, reestablishing: 4 } as const;

/** Stands for no cell and for no tick. */
export const NONE = -1;

/**
 * How the answer to a HANDOVER REQUEST will turn out, drawn when it is sent; `lost`: none will come before TXnRELOCprep
 * expires; `acknowledged` once it has come.
 */
export const Answer = { accepted: 0, notAllowed: 1, lost: 2, noResources: 3, acknowledged: 4 } as const;

/** Encoding of a candidate's phase; from `configured` on the phone can go there. */
export const Candidate = { none: 0, requested: 1, acknowledged: 2, configured: 3, synchronised: 4 } as const;

/** After which failure a phone with candidates selects a cell. */
export const Recovery = { none: 0, ofLink: 1, ofExecution: 2 } as const;

/** UE History Information of TS 38.413 9.3.1.95 has at most so many cells. */
export const HISTORY_CELLS = 16;

/** Cells prepared ahead of time (conditional handover, LTM). Every array is [ue, cell] row-major. */
export interface CandidateState {
  /** Codes of {@link Candidate}. */
  readonly phase: Uint8Array;
  readonly attempt: Uint32Array;
  /** {@link Answer} to its request. */
  readonly answer: Uint8Array;
  /** When the target will send that answer, ms; Infinity once it has, and when it never will. */
  readonly answerSentMs: Float64Array;
  /** When its phase ends. */
  readonly endTick: Int32Array;
}

/** A message of the network that is under way; it is of one phone's attempt. */
export interface ScheduledRelease {
  readonly tick: number;
  readonly ue: number;
  readonly attempt: number;
  readonly source: number;
  readonly target: number;
}

/** Of one arm in one world. Every array is [ue]. A snapshot holds exactly this. */
export interface RanState {
  tick: number;
  readonly cellCount: number;
  readonly phase: Uint8Array;
  /** Cell or {@link NONE}. Int32 because the measurement kernels take it as it is. */
  readonly serving: Int32Array;
  readonly target: Int32Array;
  /** The cell that served last: where a failure is counted, and what "source" means in MRO. */
  readonly lastServing: Int32Array;
  readonly phaseEndTick: Int32Array;
  /** When a timer expires, or NONE while it does not run. */
  readonly t310EndTick: Int32Array;
  readonly t304EndTick: Int32Array;
  readonly t311EndTick: Int32Array;
  readonly t301EndTick: Int32Array;
  readonly t300EndTick: Int32Array;
  /** TXnRELOCoverall of the last attempt that was acknowledged. */
  readonly overallEndTick: Int32Array;
  readonly overallAttempt: Uint32Array;
  readonly outOfSyncCount: Uint16Array;
  readonly inSyncCount: Uint16Array;
  /** Number of attempts so far. */
  readonly attemptCount: Uint32Array;
  /** The attempt that `target` is of. */
  readonly attempt: Uint32Array;
  /** {@link Answer} to the request of that attempt. */
  readonly answer: Uint8Array;
  /** When the target will send that answer, ms; Infinity once it has, and when it never will. */
  readonly answerSentMs: Float64Array;
  /** The attempt whose command was lost while the T310 ran that still runs; 0 for none. */
  readonly lostCommandOf: Uint32Array;
  /** No new request before this tick. */
  readonly heldUntilTick: Int32Array;
  /** Since when the phone has had no serving cell; NONE while it has one, and before the first. */
  readonly outageSinceTick: Int32Array;
  /** {@link Recovery}: what the cell selection under way, or the execution that came of it, recovers from. */
  readonly recovery: Uint8Array;
  /** LTM: 1 when the target was synchronised early. */
  readonly isSynchronised: Uint8Array;
  /** By how much the execution under way lasts longer in whole ticks than it does, ms. */
  readonly roundedUpMs: Float64Array;
  /** When the serving cell took the phone. */
  readonly attachedTick: Int32Array;
  /** [ue, slot] row-major, newest first: cells before the serving one, NONE where there is none, and ticks of stay. */
  readonly historyCell: Int32Array;
  readonly historyStayTicks: Int32Array;
  /** Null for procedures without candidates. */
  readonly candidates: CandidateState | null;
  /** Path switches under way, by tick: acknowledged, and the source's context released, then. */
  readonly pathSwitches: ScheduledRelease[];
  readonly xn: XnAssociations;
}

/** Returns the state before the first tick: every phone idle. */
export function createRanState(ueCount: number, cellCount: number, hasCandidates = false): RanState {
  const none = (): Int32Array => new Int32Array(ueCount).fill(NONE);
  return {
    tick: 0,
    cellCount,
    phase: new Uint8Array(ueCount),
    serving: none(),
    target: none(),
    lastServing: none(),
    phaseEndTick: none(),
    t310EndTick: none(),
    t304EndTick: none(),
    t311EndTick: none(),
    t301EndTick: none(),
    t300EndTick: none(),
    overallEndTick: none(),
    overallAttempt: new Uint32Array(ueCount),
    outOfSyncCount: new Uint16Array(ueCount),
    inSyncCount: new Uint16Array(ueCount),
    attemptCount: new Uint32Array(ueCount),
    attempt: new Uint32Array(ueCount),
    answer: new Uint8Array(ueCount),
    answerSentMs: new Float64Array(ueCount).fill(Number.POSITIVE_INFINITY),
    lostCommandOf: new Uint32Array(ueCount),
    heldUntilTick: none(),
    outageSinceTick: none(),
    recovery: new Uint8Array(ueCount),
    isSynchronised: new Uint8Array(ueCount),
    roundedUpMs: new Float64Array(ueCount),
    attachedTick: none(),
    historyCell: new Int32Array(ueCount * HISTORY_CELLS).fill(NONE),
    historyStayTicks: new Int32Array(ueCount * HISTORY_CELLS),
    candidates: hasCandidates ? createCandidates(ueCount * cellCount) : null,
    pathSwitches: [],
    xn: createXnAssociations(),
  };
}

function createCandidates(entries: number): CandidateState {
  return {
    phase: new Uint8Array(entries),
    attempt: new Uint32Array(entries),
    answer: new Uint8Array(entries),
    answerSentMs: new Float64Array(entries).fill(Number.POSITIVE_INFINITY),
    endTick: new Int32Array(entries).fill(NONE),
  };
}
