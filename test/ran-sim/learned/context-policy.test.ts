import { expect, test } from "vitest";
import type { ContextMemory } from "../../../ran-sim/learned/context-memory.ts";
import { createContextPolicy } from "../../../ran-sim/learned/context-policy.ts";
import { OUTPUTS, output, sinrFeature } from "../../../ran-sim/learned/context-shape.ts";
import type { UeBatch } from "../../../ran-sim/policy/policy.ts";
import { reportOf } from "../support/context.ts";

const rule = { gainDb: 2, lastingDb: -6, urgentDb: -6, urgentGainDb: 3, minimumStayMs: 1000 };

/** A memory that always expects the cell that does not serve to be 10 dB better. */
function envious(): ContextMemory {
  let serving = 0;
  return {
    stateSize: 1,
    cellsOf: () => Int16Array.from([0, 1]),
    expectation(_, cell) {
      const levels = new Float32Array(OUTPUTS).fill(sinrFeature(cell === serving ? 5 : 15));
      levels[output.logit] = 0;
      return levels;
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

const report = (timeS: number, serving: number, hasReport = true): UeBatch => ({
  ...reportOf(timeS, [[-80, -85]], [serving]),
  hasReport,
});

test("no phone is handed over sooner than the minimum stay after a change of cells, though nobody serves it in between", async () => {
  const policy = createContextPolicy(envious(), rule, 1);
  const decide = async (timeS: number, serving: number) =>
    (await policy.decide(report(timeS, serving))).target[0];
  expect(await decide(0, 0)).toBe(1);
  expect(await decide(0.04, -1)).toBe(-1);
  expect(await decide(0.08, 1)).toBe(-1);
  expect(await decide(1.04, 1)).toBe(-1);
  expect(await decide(1.08, 1)).toBe(0);
});

test("a phone that comes back to its own cell after a failure has not changed cells", async () => {
  const policy = createContextPolicy(envious(), rule, 1);
  await policy.decide(report(0, 0));
  await policy.decide(report(0.04, -1));
  expect((await policy.decide(report(0.08, 0))).target[0]).toBe(1);
});

test("between reports nothing is decided", async () => {
  const policy = createContextPolicy(envious(), rule, 1);
  await policy.decide(report(0, 0));
  expect((await policy.decide(report(0.01, 0, false))).target[0]).toBe(-1);
});
