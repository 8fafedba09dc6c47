/**
 * Time-to-trigger of one neighbour event for every (user, cell) at once: what `a3-event.ts` and `a5-event.ts` share.
 * The same machine as the engine for one user in `test/support/measurement`; the reports are in `event-reports.ts`.
 */

/** Phase of an entry. A cell is in cellsTriggeredList in phases TRIGGERED and LEAVING: those from TRIGGERED on. */
const IDLE = 0;
const ENTERING = 1;
const TRIGGERED = 2;
const LEAVING = 3;

/** Changed in place by the event kernels. All fields belong in a snapshot. */
export interface TriggerState {
  readonly ueCount: number;
  readonly cellCount: number;
  /** [ue, cell] row-major: IDLE, ENTERING, TRIGGERED or LEAVING. */
  readonly phase: Uint8Array;
  /** [ue, cell] row-major: how long the entering (or leaving) condition has held, in ms. */
  readonly elapsedMs: Float64Array;
  /** [ue]: the serving cell of the last step; a change of it clears the user's row. */
  readonly servingCell: Int32Array;
  /** [ue]: 1 when a cell joined cellsTriggeredList in the last step. */
  readonly joined: Uint8Array;
  /** [ue]: 1 when a cell left it in the last step; a change of serving cell empties the list without this. */
  readonly left: Uint8Array;
  /** [ue]: cells in the list after the last step. */
  readonly listedCount: Uint16Array;
  /** [ue]: the triggered neighbour with the best biased measurement after the last step; -1 when none is. */
  readonly bestCell: Int32Array;
  /**
   * [ue]: of the neighbours whose time-to-trigger runs after the last step, or ended in it, the one of the best biased
   * measurement; -1 when there is none.
   */
  readonly enteringCell: Int32Array;
  /** [ue]: for how long that neighbour's entering condition has held, ms. */
  readonly enteringMs: Float64Array;
}

/** Returns the state in which nothing has triggered. */
export function createTriggerState(ueCount: number, cellCount: number): TriggerState {
  return {
    ueCount,
    cellCount,
    phase: new Uint8Array(ueCount * cellCount),
    elapsedMs: new Float64Array(ueCount * cellCount),
    servingCell: new Int32Array(ueCount).fill(-1),
    joined: new Uint8Array(ueCount),
    left: new Uint8Array(ueCount),
    listedCount: new Uint16Array(ueCount),
    bestCell: new Int32Array(ueCount).fill(-1),
    enteringCell: new Int32Array(ueCount).fill(-1),
    enteringMs: new Float64Array(ueCount),
  };
}

/** Forgets everything about one user, as a reconfiguration of the measurement does (TS 38.331 5.5.2.3). */
export function resetTriggers(state: TriggerState, ue: number): void {
  state.phase.fill(IDLE, ue * state.cellCount, (ue + 1) * state.cellCount);
  state.elapsedMs.fill(0, ue * state.cellCount, (ue + 1) * state.cellCount);
  state.joined[ue] = 0;
  state.left[ue] = 0;
  state.listedCount[ue] = 0;
  state.bestCell[ue] = -1;
  state.enteringCell[ue] = -1;
  state.enteringMs[ue] = 0;
}

/** One event: its conditions on biased measurements in dBm, and its time-to-trigger. */
export interface NeighbourEvent {
  readonly timeToTriggerMs: number;
  enters(neighbourDb: number, servingDb: number): boolean;
  leaves(neighbourDb: number, servingDb: number): boolean;
}

/** Returns what `make` makes of `parameters`, made once: it is asked for on every tick. */
export function eventOf<P extends object>(
  made: WeakMap<P, NeighbourEvent>,
  parameters: P,
  make: (parameters: P) => NeighbourEvent,
): NeighbourEvent {
  const known = made.get(parameters);
  if (known !== undefined) return known;
  const event = make(parameters);
  made.set(parameters, event);
  return event;
}

/** What one tick of an event reads, beside its parameters. */
export type TriggerInputs = [
  state: TriggerState,
  l3RsrpDbm: Float32Array | Float64Array,
  serving: Int32Array,
  biasDb: Float32Array | Float64Array | undefined,
  tickMs: number,
];

/**
 * Advances every user by one tick and returns `state.bestCell`. `l3RsrpDbm` and `biasDb`: [ue, cell] row-major;
 * `serving`: [ue], -1 = none. Throws RangeError, naming `name`, when shapes differ from the state.
 */
export function stepTriggers(
  name: string,
  event: NeighbourEvent,
  ...[state, l3RsrpDbm, serving, biasDb, tickMs]: TriggerInputs
): Int32Array {
  checkShapes(name, state, l3RsrpDbm, serving, biasDb);
  const { ueCount, cellCount, phase } = state;
  for (let ue = 0; ue < ueCount; ue++) {
    const servingCell = serving[ue];
    if (state.servingCell[ue] !== servingCell) {
      resetTriggers(state, ue);
      state.servingCell[ue] = servingCell;
    }
    state.joined[ue] = 0;
    state.left[ue] = 0;
    state.bestCell[ue] = -1;
    state.enteringCell[ue] = -1;
    state.enteringMs[ue] = 0;
    if (servingCell < 0) continue;
    let listedCount = 0;
    const row = ue * cellCount;
    const servingDb = l3RsrpDbm[row + servingCell];
    let bestDb = Number.NEGATIVE_INFINITY;
    let enteringDb = Number.NEGATIVE_INFINITY;
    for (let cell = 0; cell < cellCount; cell++) {
      if (cell === servingCell) continue;
      const index = row + cell;
      const neighbourDb = l3RsrpDbm[index] + (biasDb === undefined ? 0 : biasDb[index]);
      // Most cells are far from any event: nothing of them changes.
      if (phase[index] === IDLE && !event.enters(neighbourDb, servingDb)) continue;
      const wasListed = state.phase[index] >= TRIGGERED;
      const joins = advanceEntry(state, index, event, neighbourDb, servingDb, tickMs);
      if (joins) state.joined[ue] = 1;
      if ((joins || state.phase[index] === ENTERING) && neighbourDb > enteringDb) {
        enteringDb = neighbourDb;
        state.enteringCell[ue] = cell;
        state.enteringMs[ue] = state.elapsedMs[index];
      }
      if (state.phase[index] < TRIGGERED) {
        if (wasListed) state.left[ue] = 1;
        continue;
      }
      listedCount++;
      if (neighbourDb > bestDb) {
        bestDb = neighbourDb;
        state.bestCell[ue] = cell;
      }
    }
    state.listedCount[ue] = listedCount;
  }
  return state.bestCell;
}

/**
 * Advances one entry by one tick and returns whether the cell joined the list now. The tick on which a condition
 * first holds counts as 0 ms, so a time-to-trigger of 0 triggers at once.
 */
function advanceEntry(
  state: TriggerState,
  index: number,
  event: NeighbourEvent,
  neighbourDb: number,
  servingDb: number,
  tickMs: number,
): boolean {
  const phase = state.phase[index];
  const listed = phase >= TRIGGERED;
  if (!(listed ? event.leaves(neighbourDb, servingDb) : event.enters(neighbourDb, servingDb))) {
    state.phase[index] = listed ? TRIGGERED : IDLE;
    return false;
  }
  const waiting = listed ? LEAVING : ENTERING;
  const elapsedMs = phase === waiting ? state.elapsedMs[index] + tickMs : 0;
  state.elapsedMs[index] = elapsedMs;
  if (elapsedMs >= event.timeToTriggerMs) {
    state.phase[index] = listed ? IDLE : TRIGGERED;
    return !listed;
  }
  state.phase[index] = waiting;
  return false;
}

function checkShapes(
  name: string,
  state: TriggerState,
  l3RsrpDbm: ArrayLike<number>,
  serving: Int32Array,
  biasDb: ArrayLike<number> | undefined,
): void {
  const entries = state.ueCount * state.cellCount;
  if (l3RsrpDbm.length !== entries || serving.length !== state.ueCount) {
    throw new RangeError(
      `${name}: expected ${entries} measurements of ${state.ueCount} users, got ${l3RsrpDbm.length} of ${serving.length}`,
    );
  }
  if (biasDb !== undefined && biasDb.length !== entries) {
    throw new RangeError(`${name}: expected ${entries} biases, got ${biasDb.length}`);
  }
}
