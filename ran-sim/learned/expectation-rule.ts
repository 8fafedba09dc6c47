import type { Decisions, UeBatch } from "../policy/policy.ts";
import { NONE, Phase } from "../state.ts";
import type { ContextMemory, Expectation } from "./context-memory.ts";
import { featureToSinrDb, output } from "./context-shape.ts";

/**
 * How expectations become handovers. A phone is handed over where another cell is expected to be better over the next
 * second and to last, or, in time, where its own is expected to be lost.
 */
export interface ExpectationRule {
  /** The target's mean SINR over the next second must be expected this much above the serving cell's. */
  readonly gainDb: number;
  /** With at least this probability (1 - LOW_QUANTILE) the target's SINR must stay above this for two seconds. */
  readonly lastingDb: number;
  /** Below this expected low, the serving cell is left for one whose low is expected to be higher, gain or no gain. */
  readonly urgentDb: number;
  /** By how much that other low must be higher. */
  readonly urgentGainDb: number;
  /** No phone is handed over sooner after a completion, unless it is urgent. */
  readonly minimumStayMs: number;
}

/** Returns the decisions of one report; `changedAtS` [ue] is when each phone came to its serving cell. */
export function decideByExpectation(
  rule: ExpectationRule,
  memory: ContextMemory,
  observations: UeBatch,
  changedAtS: Float64Array,
  out: Decisions,
): void {
  const { ueCount, serving, phase, timeS } = observations;
  out.target.fill(NONE);
  for (let ue = 0; ue < ueCount; ue++) {
    if (phase[ue] !== Phase.connected || serving[ue] === NONE) continue;
    const own = memory.expectation(ue, serving[ue]);
    if (own === undefined) continue;
    const stayedMs = (timeS - changedAtS[ue]) * 1000;
    out.target[ue] = choose(rule, memory, ue, serving[ue], own, stayedMs);
  }
}

function choose(
  rule: ExpectationRule,
  memory: ContextMemory,
  ue: number,
  serving: number,
  own: Expectation,
  stayedMs: number,
): number {
  const urgent = decibels(own, output.sinrLow) < rule.urgentDb;
  if (!urgent && stayedMs < rule.minimumStayMs) return NONE;
  let best = NONE;
  let bestValue = Number.NEGATIVE_INFINITY;
  for (const cell of memory.cellsOf(ue)) {
    if (cell < 0 || cell === serving) continue;
    const there = memory.expectation(ue, cell);
    if (there === undefined) continue;
    const column = urgent ? output.sinrLow : output.sinrMean;
    const value = decibels(there, column);
    const enough = urgent
      ? value > decibels(own, column) + rule.urgentGainDb
      : value > decibels(own, column) + rule.gainDb && decibels(there, output.sinrLowLong) > rule.lastingDb;
    if (enough && value > bestValue) {
      best = cell;
      bestValue = value;
    }
  }
  return best;
}

function decibels(expectation: Expectation, column: number): number {
  return featureToSinrDb(expectation[column]);
}
