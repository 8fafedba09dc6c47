/** What changes while an arm runs: the phase of every phone, as a structure of arrays. */

/**
 * Encoding of `phase`. What else of a phone's state means something follows from it:
 *
 * | code | phase           | serving | target | phaseEndTick                        | attempt under way |
 * |------|-----------------|---------|--------|-------------------------------------|-------------------|
 * | 0    | idle            | none    | none   | -                                   | no                |
 * | 1    | connected       | a cell  | none   | -                                   | no                |
 * | 2    | preparing       | a cell  | a cell | the command is due, or the timeout  | yes               |
 * | 3    | executing       | none    | a cell | access to the target is judged      | yes               |
 * | 4    | re-establishing | none    | none   | first tick on which a cell may be selected | no         |
 */
export const Phase = { idle: 0, connected: 1, preparing: 2, executing: 3, reestablishing: 4 } as const;

/** Labels of the codes, in their order. */
export const phaseNames = ["idle", "connected", "preparing", "executing", "re-establishing"] as const;

/** Stands for no cell and for no tick. */
export const NONE = -1;

/** How an answer to a HANDOVER REQUEST will turn out; drawn when it is sent. */
export const Answer = { accepted: 0, refused: 1, lost: 2 } as const;

/** Of one arm in one world. Every array is [ue]. A snapshot holds exactly this. */
export interface RanState {
  tick: number;
  readonly phase: Uint8Array;
  /** Cell or {@link NONE}. Int32 because the measurement kernels take it as it is. */
  readonly serving: Int32Array;
  readonly target: Int32Array;
  /** The cell that served last: where a failure is counted, and what "source" means in MRO. */
  readonly lastServing: Int32Array;
  readonly phaseEndTick: Int32Array;
  /** When T310 expires, or NONE while it does not run. */
  readonly t310EndTick: Int32Array;
  readonly outOfSyncCount: Uint16Array;
  readonly inSyncCount: Uint16Array;
  /** Number of attempts so far; the one under way has this number. */
  readonly attempt: Uint32Array;
  /** {@link Answer} to the request of the attempt under way. */
  readonly answer: Uint8Array;
  /** No new request before this tick. */
  readonly heldUntilTick: Int32Array;
  /** Since when the phone has had no serving cell. */
  readonly outageSinceTick: Int32Array;
}

/** Returns the state before the first tick: every phone idle. */
export function createRanState(ueCount: number): RanState {
  const none = (): Int32Array => new Int32Array(ueCount).fill(NONE);
  return {
    tick: 0,
    phase: new Uint8Array(ueCount),
    serving: none(),
    target: none(),
    lastServing: none(),
    phaseEndTick: none(),
    t310EndTick: none(),
    outOfSyncCount: new Uint16Array(ueCount),
    inSyncCount: new Uint16Array(ueCount),
    attempt: new Uint32Array(ueCount),
    answer: new Uint8Array(ueCount),
    heldUntilTick: none(),
    outageSinceTick: none(),
  };
}
