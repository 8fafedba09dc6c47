import type { Decisions, UeBatch } from "../policy/policy.ts";
import { NONE, Phase } from "../state.ts";
import type { ContextMemory, Expectation } from "./context-memory.ts";
import { featureToSinrDb, OUTAGE_WITHIN_MS, output } from "./context-shape.ts";

/**
 * How expectations become handovers. A phone is handed over at the last moment, when its own cell is more likely to fail
 * it than another is to be of no use; or, once it has stayed, to a cell that will last when its own will not; or, without
 * need, to one that is expected to be better over the next second and to last.
 */
export interface ExpectationRule {
  /** By how much the risk of staying must be greater than that of going. */
  readonly urgentMargin: number;
  /** By how much the risk of staying for a second or so must be greater than that of going, once the phone has stayed. */
  readonly saferMargin: number;
  /** What a stay shorter than `minimumStayMs` counts, as a risk: 1 is a failure. */
  readonly shortStayRisk: number;
  /** Without need: the target's mean SINR over the next second must be expected this much above the serving cell's... */
  readonly gainDb: number;
  /** ...its risk be at most this... */
  readonly greatestRisk: number;
  /** ...and the phone have stayed this long. */
  readonly minimumStayMs: number;
}

/** Returns the decisions of one report; `arrivedAtS` [ue] is when each phone was last handed over. */
export function decideByExpectation(
  rule: ExpectationRule,
  memory: ContextMemory,
  observations: UeBatch,
  arrivedAtS: Float64Array,
  out: Decisions,
): void {
  const { ueCount, serving, phase, timeS } = observations;
  out.target.fill(NONE);
  for (let ue = 0; ue < ueCount; ue++) {
    if (phase[ue] !== Phase.connected || serving[ue] === NONE) continue;
    const own = memory.expectation(ue, serving[ue]);
    if (own === undefined) continue;
    const stayedMs = (timeS - arrivedAtS[ue]) * 1000;
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
  const stayed = stayedMs >= rule.minimumStayMs;
  const bearable = stayed
    ? Math.max(riskOfWaiting(own) - rule.urgentMargin, riskOfStaying(own) - rule.saferMargin)
    : riskOfWaiting(own) - rule.urgentMargin - rule.shortStayRisk;
  const ownDb = featureToSinrDb(own[output.sinrMean]);
  let safest = NONE;
  let leastRisk = bearable;
  let best = NONE;
  let bestDb = ownDb + rule.gainDb;
  for (const cell of memory.cellsOf(ue)) {
    if (cell < 0 || cell === serving) continue;
    const there = memory.expectation(ue, cell);
    if (there === undefined) continue;
    const risk = riskOfGoing(own, there);
    if (risk < leastRisk) {
      safest = cell;
      leastRisk = risk;
    }
    const thereDb = featureToSinrDb(there[output.sinrMean]);
    if (stayed && thereDb > bestDb && risk <= rule.greatestRisk) {
      best = cell;
      bestDb = thereDb;
    }
  }
  return safest === NONE ? best : safest;
}

/** The probability that the serving cell fails the phone before it could be handed over on a later report. */
function riskOfWaiting(own: Expectation): number {
  return probability(own[output.outage]);
}

const WITHIN_STAY = OUTAGE_WITHIN_MS.indexOf(1200);

/** The probability that the serving cell fails the phone within a second or so. */
function riskOfStaying(own: Expectation): number {
  return probability(own[output.outage + WITHIN_STAY]);
}

/**
 * The probability that the command does not come through, the cell cannot be reached, or it fails the phone within a second
 * or so: all would be for nothing.
 */
function riskOfGoing(own: Expectation, there: Expectation): number {
  const arrives = probability(own[output.delivered]) * probability(there[output.reached]);
  return 1 - arrives * (1 - probability(there[output.outage + WITHIN_STAY]));
}

function probability(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}
