import { expect, test } from "vitest";
import type { ContextMemory } from "../../../ran-sim/learned/context-memory.ts";
import { createContextPolicy } from "../../../ran-sim/learned/context-policy.ts";
import { OUTPUTS, output, sinrFeature } from "../../../ran-sim/learned/context-shape.ts";
import type { ExpectationRule } from "../../../ran-sim/learned/expectation-rule.ts";
import type { UeBatch } from "../../../ran-sim/policy/policy.ts";
import { Phase } from "../../../ran-sim/state.ts";
import { reportOf } from "../support/context.ts";

const rule: ExpectationRule = {
  urgentMargin: 0.05,
  saferMargin: 1,
  shortStayRisk: 0.3,
  gainDb: 2,
  greatestRisk: 0.1,
  minimumStayMs: 1000,
};

/** A memory that always expects the cell that does not serve to be 10 dB better, and neither to fail. */
function envious(): ContextMemory {
  let serving = 0;
  return {
    stateSize: 1,
    cellsOf: () => Int16Array.from([0, 1]),
    expectation(_, cell) {
      const expected = new Float32Array(OUTPUTS);
      expected[output.sinrMean] = sinrFeature(cell === serving ? 5 : 15);
      expected.fill(-20, output.outage, output.delivered);
      expected.fill(20, output.delivered, output.reached + 1);
      return expected;
    },
    observe(observations) {
      serving = observations.serving[0];
    },
    read: () => ({ count: 0, size: 1, values: new Float32Array() }),
    write: () => undefined,
    forget: () => undefined,
    predict: () => undefined,
  };
}

const report = (
  timeS: number,
  { serving = 0, phase = Phase.connected as number, hasReport = true } = {},
): UeBatch => ({
  ...reportOf(timeS, [[-80, -85]], [serving]),
  phase: Uint8Array.of(phase),
  hasReport,
});

/** Returns what is decided for a phone to which this happens, at times in seconds. */
async function decisionsOf(
  ...happens: readonly [timeS: number, at: Parameters<typeof report>[1]][]
): Promise<readonly number[]> {
  const policy = createContextPolicy(envious(), rule, 1);
  const targets: number[] = [];
  for (const [timeS, at] of happens) targets.push((await policy.decide(report(timeS, at))).target[0]);
  return targets;
}

const preparing = { phase: Phase.preparing };
const executing = { phase: Phase.executing, serving: -1 };
const reestablishing = { phase: Phase.reestablishing, serving: -1 };
const there = { serving: 1 };

test("no phone is handed over sooner than the minimum stay after a handover, though nobody serves it in between", async () => {
  expect(
    await decisionsOf(
      [0, {}],
      [0.04, preparing],
      [0.06, executing],
      [0.08, there],
      [1.04, there],
      [1.0799, there],
      [1.081, there],
    ),
  ).toEqual([1, -1, -1, -1, -1, -1, 0]);
});

test("a handover that was not carried out is none: the phone has not come to its cell anew", async () => {
  expect(await decisionsOf([0, {}], [0.04, preparing], [0.08, {}])).toEqual([1, -1, 1]);
});

test("an attempt that fails does not shorten the stay since the handover before it", async () => {
  const [, , tooSoon, longEnough] = await decisionsOf(
    [0, executing],
    [0.04, there],
    [0.08, { ...there, ...preparing }],
    [1.06, there],
  );
  expect([tooSoon, longEnough]).toEqual([-1, 0]);
  expect((await decisionsOf([0, executing], [0.04, there], [0.08, preparing], [0.5, there])).at(-1)).toBe(-1);
});

test.each([
  ["its own cell", {}, 1],
  ["another", there, 0],
])("a phone that re-establishes at %s was not handed over: it need not stay", async (_, at, target) => {
  expect((await decisionsOf([0, {}], [0.04, reestablishing], [0.08, at])).at(-1)).toBe(target);
  expect((await decisionsOf([0, executing], [0.04, reestablishing], [0.08, at])).at(-1)).toBe(target);
});

test("what happens between reports is seen, but nothing is decided on it", async () => {
  const between = { hasReport: false };
  expect(
    await decisionsOf(
      [0, {}],
      [0.01, { ...executing, ...between }],
      [0.04, { ...there, ...between }],
      [0.08, there],
    ),
  ).toEqual([1, -1, -1, -1]);
  expect(await decisionsOf([0, {}], [0.01, between])).toEqual([1, -1]);
});
