import { expect, test } from "vitest";
import type { ContextMemory } from "../../../ran-sim/learned/context-memory.ts";
import { OUTPUTS, output, sinrFeature } from "../../../ran-sim/learned/context-shape.ts";
import { decideByExpectation, type ExpectationRule } from "../../../ran-sim/learned/expectation-rule.ts";
import { Phase } from "../../../ran-sim/state.ts";
import { reportOf } from "../support/context.ts";

const rule: ExpectationRule = {
  gainDb: 2,
  lastingDb: -5,
  urgentDb: -7,
  urgentGainDb: 3,
  minimumStayMs: 1000,
};

/** What is expected of a cell, dB. */
interface Expected {
  readonly mean: number;
  readonly low: number;
  readonly lowLong: number;
}

const steady = (db: number): Expected => ({ mean: db, low: db, lowLong: db });

/** Returns the decision for one phone that cell 0 serves, `stayedMs` after it came there. */
function decide(
  cells: readonly (Expected | undefined)[],
  { stayedMs = 5000, phase = Phase.connected as number } = {},
) {
  const memory = {
    cellsOf: () => Int16Array.from([...cells.keys(), -1]),
    expectation(_: number, cell: number) {
      const expected = cells[cell];
      if (expected === undefined) return undefined;
      const values = new Float32Array(OUTPUTS);
      values[output.sinrMean] = sinrFeature(expected.mean);
      values[output.sinrLow] = sinrFeature(expected.low);
      values[output.sinrLowLong] = sinrFeature(expected.lowLong);
      return values;
    },
  } as unknown as ContextMemory;
  const report = reportOf(10, [cells.map(() => -90)], [0]);
  const out = { target: Int32Array.of(7), cancel: new Uint8Array(1) };
  const observations = { ...report, phase: Uint8Array.of(phase) };
  decideByExpectation(rule, memory, observations, Float64Array.of(10 - stayedMs / 1000), out);
  return out.target[0];
}

test.each<[string, Parameters<typeof decide>, number]>([
  ["gain: 1.9 dB better is not enough", [[steady(3), steady(4.9)]], -1],
  ["gain: 2.1 dB better is", [[steady(3), steady(5.1)]], 1],
  [
    "lasting: a target that will fall under -5 dB is not taken",
    [[steady(3), { ...steady(9), lowLong: -5.1 }]],
    -1,
  ],
  ["lasting: one that stays above is", [[steady(3), { ...steady(9), lowLong: -4.9 }]], 1],
  ["the best of several is taken", [[steady(3), steady(6), steady(9), steady(7)]], 2],
  ["the best that lasts is taken", [[steady(3), steady(6), { ...steady(9), lowLong: -9 }]], 1],
  ["minimum stay: 999 ms is too soon", [[steady(3), steady(9)], { stayedMs: 999 }], -1],
  ["minimum stay: 1001 ms is not", [[steady(3), steady(9)], { stayedMs: 1001 }], 1],
  [
    "urgent: at a low of -7.1 dB the stay does not matter",
    [[{ ...steady(0), low: -7.1 }, steady(0)], { stayedMs: 10 }],
    1,
  ],
  ["urgent: at a low of -6.9 dB it does", [[{ ...steady(0), low: -6.9 }, steady(9)], { stayedMs: 10 }], -1],
  [
    "urgent gain: a low 2.9 dB higher is not enough",
    [
      [
        { ...steady(0), low: -8 },
        { ...steady(0), low: -5.1 },
      ],
    ],
    -1,
  ],
  [
    "urgent gain: one 3.1 dB higher is",
    [
      [
        { ...steady(0), low: -8 },
        { ...steady(0), low: -4.9 },
      ],
    ],
    1,
  ],
  [
    "urgent: neither gain nor lasting counts",
    [
      [
        { ...steady(4), low: -8 },
        { mean: -3, low: -3, lowLong: -12 },
      ],
    ],
    1,
  ],
  ["a cell of which nothing is known is not taken", [[steady(3), undefined]], -1],
  ["nothing is decided where nothing is known of the serving cell", [[undefined, steady(9)]], -1],
  [
    "a phone under way to another cell is left alone",
    [[steady(3), steady(9)], { phase: Phase.executing }],
    -1,
  ],
])("%s", (_, [cells, at], target) => {
  expect(decide(cells, at)).toBe(target);
});
