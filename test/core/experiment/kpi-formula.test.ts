import fc from "fast-check";
import { expect, test } from "vitest";
import { BadInputError } from "#core";
import { parseFormulas } from "../../../core/experiment/kpi-formula.ts";

const metrics = [
  "handoversPerUeMinute",
  "failuresPerHandover",
  "postHandoverAccuracy.50-250ms",
  "interruptionMs.p50",
].map((metric) => ({ metric }));

async function value(text: string, values: readonly (number | null)[]): Promise<number | null> {
  const [formula] = await parseFormulas([`x = ${text}`], metrics);
  return formula.evaluate(values);
}

async function refusal(text: string): Promise<string> {
  const error = await parseFormulas([text], metrics).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(BadInputError);
  expect((error as BadInputError).code).toBe("bad-formula");
  return (error as BadInputError).message;
}

test("a formula reads its metrics in the order in which they occur, each once", async () => {
  const [formula] = await parseFormulas(
    ["cost = failuresPerHandover * 5 + handoversPerUeMinute * 0.2 - failuresPerHandover"],
    metrics,
  );
  expect(formula.name).toBe("cost");
  expect(formula.metrics).toEqual(["failuresPerHandover", "handoversPerUeMinute"]);
  expect(formula.evaluate([0.5, 10])).toBeCloseTo(4, 12);
});

test("arithmetic and functions have their usual meaning and order", async () => {
  const m = "failuresPerHandover";
  expect(await value(`2 + 3 * ${m} ^ 2`, [2])).toBe(14);
  expect(await value(`-${m} ^ 2`, [3])).toBe(-9);
  expect(await value(`2 ^ 3 ^ ${m}`, [2])).toBe(512);
  expect(await value(`(2 + 3) * ${m}`, [2])).toBe(10);
  expect(await value(`max(${m}, 1, 7) - min(${m}, 1)`, [4])).toBe(6);
  expect(await value(`sqrt(abs(${m})) + log10(100) + median(1, ${m}, 2)`, [-4])).toBe(5);
});

test("names with dots and dashes go through kpi(...)", async () => {
  expect(await value('100 * kpi("postHandoverAccuracy.50-250ms")', [0.75])).toBe(75);
  expect(await refusal("x = 100 * postHandoverAccuracy.50-250ms")).toContain('kpi("');
  expect(await refusal("x = interruptionMs.p50 * 2")).toContain('kpi("interruptionMs.p50")');
});

test("an undefined metric, a division by zero and an overflow are undefined, not numbers", async () => {
  expect(await value("failuresPerHandover + 1", [null])).toBeNull();
  expect(await value("1 / failuresPerHandover", [0])).toBeNull();
  expect(await value("exp(failuresPerHandover)", [1e6])).toBeNull();
  expect(await value("sqrt(failuresPerHandover)", [-1])).toBeNull();
});

test("what would hang, allocate, assign, import or reach out is refused before it runs", async () => {
  for (const text of [
    "x = sum(1:1e9)",
    "x = 1e6!",
    "x = failuresPerHandover!",
    "x = (y = failuresPerHandover)",
    "x = f(a) = a",
    "x = import({})",
    'x = evaluate("1")',
    "x = failuresPerHandover; 1",
    "x = failuresPerHandover\n2",
    "x = [failuresPerHandover]",
    "x = {a: failuresPerHandover}",
    "x = ones(1e5, 1e5)",
    "x = range(1, failuresPerHandover)",
    "x = failuresPerHandover[1]",
    "x = failuresPerHandover.constructor",
    'x = kpi("__proto__")',
    "x = constructor",
    "x = failuresPerHandover ? 1 : 2",
    "x = 'a'",
    "x = 1e400 * failuresPerHandover",
    "x = kpi(failuresPerHandover)",
    "x = abs(failuresPerHandover, 1, 2, 3)",
    "x = abs()",
    "x = failuresPerHandover'",
    "x = 5",
    `x = ${"(".repeat(600)}failuresPerHandover${")".repeat(600)}`,
    `x = ${"-".repeat(900)}failuresPerHandover`,
    `x = ${"2^".repeat(400)}failuresPerHandover`,
    `x = failuresPerHandover${"+1".repeat(480)}`,
    "= failuresPerHandover",
    "a b = failuresPerHandover",
    "x == failuresPerHandover",
    "failuresPerHandover",
  ]) {
    expect([text, await refusal(text)]).toEqual([text, expect.not.stringContaining("\n")]);
  }
});

test("an unknown metric is refused with the nearest one, a name that is taken with itself", async () => {
  expect(await refusal("x = handoversPerUEminute * 2")).toContain("did you mean handoversPerUeMinute?");
  expect(await refusal("x = interruptionMs * 2")).toContain('did you mean kpi("interruptionMs.p50")?');
  expect(await refusal("failuresPerHandover = failuresPerHandover")).toContain("no metric");
  await expect(
    parseFormulas(["x = failuresPerHandover", "x = 2 * failuresPerHandover"], metrics),
  ).rejects.toThrow("no other formula");
});

test("no text whatever does anything but give a formula or one line of refusal", async () => {
  const word = fc.constantFrom(
    ...'failuresPerHandover|kpi("|")|(|)|+|-|*|/|^|!|:|;|,|=|.|1|2e3|sum|max|[|]|{|}|\'|\n|#| |import|x|i|to|mod|%'.split(
      "|",
    ),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(word, { maxLength: 12 }), async (words) => {
      const text = `x = ${words.join("")}`;
      try {
        const [formula] = await parseFormulas([text], metrics);
        const result = formula.evaluate(formula.metrics.map(() => 0.5));
        expect(result === null || Number.isFinite(result)).toBe(true);
      } catch (error) {
        expect([text, error]).toEqual([text, expect.any(BadInputError)]);
      }
    }),
    { numRuns: 2000 },
  );
});
