import type { RandomStream } from "#core";
import type { RanEvent } from "../events.ts";
import type { Decisions } from "../policy/policy.ts";
import type { RanParams } from "../ran-params.ts";
import { type LinkView, sinrOfLink } from "../sensing.ts";
import { type CandidateState, NONE, type RanState } from "../state.ts";

/** What is drawn, from (phone, attempt) only. */
export interface RanRandom {
  /** Answers to requests. */
  readonly answers: RandomStream;
  /** Losses and delays of messages over Xn. */
  readonly xn: RandomStream;
}

/** One tick of one arm: what the parts of the handover machine read, and where they tell what happened. */
export interface Turn {
  readonly params: RanParams;
  readonly state: RanState;
  readonly links: LinkView;
  readonly decisions: Decisions;
  readonly random: RanRandom;
  readonly events: RanEvent[];
  readonly tick: number;
  readonly timeS: number;
}

/** Returns when, who and which attempt, for an event of the attempt that the phone's `target` is of. */
export function ofAttempt({ state, tick, timeS }: Turn, ue: number) {
  return {
    tick,
    timeS,
    ue,
    attempt: state.attempt[ue],
    source: state.lastServing[ue],
    target: state.target[ue],
  };
}

/** Returns the same for an event of the attempt of candidate `cell`. */
export function ofCandidate({ state, tick, timeS }: Turn, ue: number, cell: number) {
  const { attempt } = requireCandidates(state);
  return {
    tick,
    timeS,
    ue,
    attempt: attempt[ue * state.cellCount + cell],
    source: state.lastServing[ue],
    target: cell,
  };
}

/** Returns the SINR of a link, dB: the mean over the L1 period. */
export function sinrDb({ links }: Turn, ue: number, cell: number): number {
  return sinrOfLink(links, ue, cell);
}

export function t310Runs({ state }: Turn, ue: number): boolean {
  return state.t310EndTick[ue] !== NONE;
}

/**
 * Whether a message of the source gets through to the phone now. While T310 runs it is lost (TR 36.839 5.2.1.3), or, with
 * `commandDuringT310: received`, judged by the SINR of this instant.
 */
export function reachesPhone(turn: Turn, ue: number): boolean {
  if (!t310Runs(turn, ue)) return true;
  const { params, state } = turn;
  return params.commandDuringT310 === "received" && sinrDb(turn, ue, state.serving[ue]) >= params.qOutDb;
}

/** Returns the candidates of a procedure that has them. */
export function requireCandidates(state: RanState): CandidateState {
  if (state.candidates === null) throw new RangeError("this procedure prepares no candidates");
  return state.candidates;
}
