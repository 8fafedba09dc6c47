import { expect, test } from "vitest";
import type { ContextMemory } from "../../../ran-sim/learned/context-memory.ts";
import { OUTAGE_WITHIN_MS, OUTPUTS, output, sinrFeature } from "../../../ran-sim/learned/context-shape.ts";
import { decideByExpectation, type ExpectationRule } from "../../../ran-sim/learned/expectation-rule.ts";
import { Phase } from "../../../ran-sim/state.ts";
import { reportOf } from "../support/context.ts";

const rule: ExpectationRule = {
  urgentMargin: 0.05,
  saferMargin: 0.3,
  shortStayRisk: 0.3,
  gainDb: 4,
  greatestRisk: 0.1,
  minimumStayMs: 1000,
};

/** What is expected of a cell. */
interface Expected {
  readonly meanDb: number;
  /** Probabilities that an outage begins within 250, 600, 1200 and 2000 ms, and that the cell can be reached. */
  readonly outage: readonly [number, number, number, number];
  readonly reached: number;
  /** That a command of this cell comes through. */
  readonly delivered?: number;
}

const logit = (probability: number) => Math.log(probability / (1 - probability));

/** A cell without a risk. */
const safe = (meanDb = 3): Expected => ({ meanDb, outage: [0, 0, 0, 0], reached: 1 });
/** A cell that may soon fail the phone which it serves. */
const failing = (risk: number, meanDb = 3): Expected => ({
  ...safe(meanDb),
  outage: [risk, risk, risk, risk],
});
/** A cell that it would be a risk to go to. */
const risky = (risk: number, meanDb = 3): Expected => ({ ...safe(meanDb), reached: 1 - risk });

/** Returns the decision for one phone that cell 0 serves, `stayedMs` after it came there. */
function decide(
  cells: readonly (Expected | undefined)[],
  {
    stayedMs = 5000,
    phase = Phase.connected as number,
    by = rule,
    order = [...cells.keys()] as readonly number[],
  } = {},
) {
  const memory = {
    cellsOf: () => Int16Array.from([...order, -1]),
    expectation(_: number, cell: number) {
      const expected = cells[cell];
      if (expected === undefined) return undefined;
      const values = new Float32Array(OUTPUTS);
      values[output.sinrMean] = sinrFeature(expected.meanDb);
      for (const horizon of OUTAGE_WITHIN_MS.keys()) {
        values[output.outage + horizon] = logit(expected.outage[horizon]);
      }
      values[output.delivered] = logit(expected.delivered ?? 1);
      values[output.reached] = logit(expected.reached);
      return values;
    },
  } as unknown as ContextMemory;
  const report = reportOf(10, [cells.map(() => -90)], [0]);
  const out = { target: Int32Array.of(7), cancel: new Uint8Array(1) };
  const observations = { ...report, phase: Uint8Array.of(phase) };
  decideByExpectation(by, memory, observations, Float64Array.of(10 - stayedMs / 1000), out);
  return out.target[0];
}

const soon = { stayedMs: 500 };

test.each<[string, Parameters<typeof decide>, number]>([
  ["last moment: at a risk of 4 % the phone stays", [[failing(0.04), safe()]], -1],
  ["last moment: at one of 6 % it leaves", [[failing(0.06), safe()]], 1],
  [
    "last moment: what the own cell does after the next report can wait",
    [[{ ...safe(), outage: [0.04, 0.9, 0.25, 0.99] }, safe()]],
    -1,
  ],
  [
    "safer: a cell that will not last a second is left for one that will",
    [[{ ...safe(), outage: [0, 0, 0.35, 0.9] }, safe()]],
    1,
  ],
  [
    "safer: not for one that is nearly as likely to fail",
    [[{ ...safe(), outage: [0, 0, 0.35, 0.9] }, risky(0.06)]],
    -1,
  ],
  ["going must be better than staying by the margin: 4 % is not enough", [[failing(0.5), risky(0.46)]], -1],
  ["going must be better than staying by the margin: 6 % is", [[failing(0.5), risky(0.44)]], 1],
  ["a cell that cannot be reached is no way out, however good it is", [[failing(0.99), risky(1, 30)]], -1],
  [
    "nor one that fails the phone within a second or so",
    [[failing(0.9), { ...safe(), outage: [0, 0, 0.9, 0.9] }]],
    -1,
  ],
  ["one that fails it later is", [[failing(0.9), { ...safe(), outage: [0, 0, 0, 0.99] }]], 1],
  [
    "not to be reached, or to fail: both risks count, 51 % against 50 %",
    [[failing(0.55), { ...safe(), outage: [0, 0, 0.3, 1], reached: 0.7 }]],
    -1,
  ],
  [
    "not to be reached, or to fail: both risks count, 51 % against 52 %",
    [[failing(0.57), { ...safe(), outage: [0, 0, 0.3, 1], reached: 0.7 }]],
    1,
  ],
  ["a command that will not come through is no way out", [[{ ...failing(0.9), delivered: 0.1 }, safe()]], -1],
  ["one that comes through well enough is", [[{ ...failing(0.9), delivered: 0.2 }, safe()]], 1],
  [
    "whether the target could command the phone does not matter",
    [[failing(0.9), { ...safe(), delivered: 0 }]],
    1,
  ],
  ["gain: not where the command has a risk of 11 %", [[{ ...safe(3), delivered: 0.89 }, safe(12)]], -1],
  ["gain: where it has one of 9 %", [[{ ...safe(3), delivered: 0.91 }, safe(12)]], 1],
  ["of several the safest is taken", [[failing(0.9), risky(0.3), risky(0.1), risky(0.2)]], 2],
  ["in need the safest is taken, not the best", [[failing(0.9, -9), risky(0.09, 20), risky(0.01, -5)]], 2],
  ["a short stay counts 30 %: at a risk of 34 % the phone stays", [[failing(0.34), safe()], soon], -1],
  ["a short stay counts 30 %: at one of 36 % it leaves", [[failing(0.36), safe()], soon], 1],
  ["a short stay counts until it is none: 999 ms", [[failing(0.34), safe()], { stayedMs: 999 }], -1],
  ["a short stay counts until it is none: 1001 ms", [[failing(0.34), safe()], { stayedMs: 1001 }], 1],
  ["gain: 3.9 dB better is not enough", [[safe(3), safe(6.9)]], -1],
  ["gain: 4.1 dB better is", [[safe(3), safe(7.1)]], 1],
  ["gain: not at a risk of 11 %", [[safe(3), risky(0.11, 12)]], -1],
  ["gain: at one of 9 %", [[safe(3), risky(0.09, 12)]], 1],
  ["gain: not after 999 ms", [[safe(3), safe(12)], { stayedMs: 999 }], -1],
  ["gain: after 1001 ms", [[safe(3), safe(12)], { stayedMs: 1001 }], 1],
  ["gain: the best of several", [[safe(3), safe(9), safe(12), safe(10)]], 2],
  ["gain: the best of those without a great risk", [[safe(3), safe(9), risky(0.2, 12), safe(8)]], 1],
  ["gain: a phone in little need goes where it gains", [[failing(0.04), safe(3), safe(9)]], 2],
  ["a cell of which nothing is known is not taken", [[failing(0.9), undefined]], -1],
  ["nothing is decided where nothing is known of the serving cell", [[undefined, safe(20)]], -1],
  [
    "a phone under way to another cell is left alone",
    [[failing(0.9), safe(20)], { phase: Phase.executing }],
    -1,
  ],
  ["what is no number is no reason to go", [[safe(), risky(Number.NaN, Number.NaN)]], -1],
  ["what is no number is no way out", [[failing(0.9), risky(Number.NaN), safe()]], 2],
  ["a serving cell of which no number is known is kept", [[failing(Number.NaN, Number.NaN), safe(20)]], -1],
])("%s", (_, [cells, at], target) => {
  expect(decide(cells, at)).toBe(target);
});

test("equal risks leave the phone where it is, and of equal ways out or gains the first of the list is taken", () => {
  const even = { ...rule, urgentMargin: 0, greatestRisk: 0 };
  expect(decide([failing(0.5), risky(0.5)], { by: even })).toBe(-1);
  const [waysOut, gains] = [
    [failing(0.9), risky(0.5), risky(0.5)],
    [safe(3), safe(9), safe(9)],
  ];
  for (const order of [
    [0, 1, 2],
    [2, 1, 0],
  ]) {
    const first = order.find((cell) => cell !== 0);
    expect(decide(waysOut, { order })).toBe(first);
    expect(decide(gains, { order })).toBe(first);
  }
  // A gain of exactly what is asked for is not above it.
  expect(decide([safe(0), safe(15)], { by: { ...rule, gainDb: 15 } })).toBe(-1);
  // A risk of exactly what is borne is borne.
  expect(decide([safe(3), risky(0.5, 9)], { by: { ...rule, greatestRisk: 0.5 } })).toBe(1);
});

test("each phone is decided on its own, and what was decided before is not left standing", () => {
  const values = (outage: number) => {
    const expected = new Float32Array(OUTPUTS);
    expected[output.outage] = logit(outage);
    expected[output.outage + 2] = logit(0);
    expected[output.delivered] = logit(1);
    expected[output.reached] = logit(1);
    return expected;
  };
  const memory = {
    cellsOf: () => Int16Array.of(0, 1),
    expectation: (ue: number, cell: number) => values(cell === 0 && ue === 1 ? 0.9 : 0),
  } as unknown as ContextMemory;
  const level = [-90, -90];
  const out = { target: Int32Array.of(1, 1, 1), cancel: new Uint8Array(3) };
  const report = reportOf(10, [level, level, level], [0, 0, -1]);
  decideByExpectation(rule, memory, report, Float64Array.of(9.5, 0, 0), out);
  expect([...out.target]).toEqual([-1, 1, -1]);
});
