import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeSeconds } from "../../../agent-sim/cost/decode.ts";
import { costFigures } from "../../../agent-sim/cost/figures.ts";
import {
  type AgentArm,
  loadAgentScenario,
  parseAgentScenario,
  prefillFlops,
} from "../../../agent-sim/index.ts";
import { planTask } from "../../../agent-sim/pipeline/plan.ts";
import { createTaskSource, drawTask } from "../../../agent-sim/pipeline/task.ts";
import type { AgentScenario } from "../../../agent-sim/scenario.ts";

async function plansOf(scenario: AgentScenario, seed = 1, index = 0) {
  const source = await createTaskSource(scenario, null);
  const task = drawTask(source, seed, index);
  return (arm: AgentArm) => planTask(source, task, arm, costFigures(scenario));
}

const stage = (name: string, after: string[], roleTokens: number, outputTokens: number) => ({
  name,
  role: name,
  roleTokens,
  outputTokens,
  after,
});
const text = "Copper wire lies on the quay of Keld. ".repeat(20).trim();
const diamond = {
  name: "diamond",
  outputSpread: 0,
  document: { text },
  stages: [
    stage("start", [], 11, 20),
    stage("left", ["start"], 12, 30),
    stage("right", ["start"], 13, 40),
    stage("join", ["right", "left"], 14, 50),
  ],
};

test("what each arm prefills is the table of the specification, over a fan-out and a fan-in", async () => {
  const scenario = parseAgentScenario(diamond, "diamond");
  const plan = await plansOf(scenario);
  const t = plan("text").task.document.tokens.length;
  const full = Math.floor(t / 16) * 16;
  expect(t % 16).not.toBe(0);
  // s = role prompt + outputs of the direct predecessors: left 12 + 20, right 13 + 20, join 14 + 30 + 40.
  const own = [32, 33, 84];
  const prefilled = (arm: AgentArm) =>
    plan(arm)
      .hops.slice(1)
      .map((hop) => hop?.prefillTokens);
  expect(prefilled("cold")).toEqual(own);
  expect(prefilled("kv")).toEqual(own);
  expect(prefilled("text")).toEqual(own.map((s) => t + s));
  expect(prefilled("prefix-miss")).toEqual(own.map((s) => t + s));
  expect(prefilled("prefix-cache")).toEqual(own.map((s) => t - full + s));
  expect(prefilled("single")).toEqual([0, 0, 0]);
  expect(plan("single").stages[0].prefillTokens).toBe(t + 11 + 12 + 13 + 14);
  // The carrier of a fan-in is the first stage that it names.
  expect(plan("kv").hops[3]?.parts.map(({ from }) => from)).toEqual([2, 1]);
});

test("each hop's FLOPs are those of its prefill behind its cache", async () => {
  const scenario = parseAgentScenario(diamond, "diamond");
  const plan = await plansOf(scenario);
  const t = plan("kv").task.document.tokens.length;
  expect(plan("kv").hops[1]?.flops).toBe(prefillFlops(scenario.model, 32, t));
  expect(plan("text").hops[1]?.flops).toBe(prefillFlops(scenario.model, t + 32, 0));
});

test("bytes on the wire: the text in UTF-8, 57,344 a token for the cache, nothing for none and single", async () => {
  const plan = await plansOf(parseAgentScenario(diamond, "diamond"));
  const values = (arm: AgentArm) => {
    const message = plan(arm).hops[1]?.parts[0].message;
    return message === undefined ? null : message.wireBytes - message.headerBytes;
  };
  expect(values("text")).toBe(text.length);
  expect(values("kv")).toBe(57_344 * plan("kv").task.document.tokens.length);
  expect([values("cold"), values("single")]).toEqual([0, 0]);
  expect(plan("text").hops[1]?.parts[0].message.headerBytes).toBeGreaterThan(12);
});

test("a fan-in is sent the document once, by its carrier; what the others say crosses in any case", async () => {
  const plan = await plansOf(parseAgentScenario(diamond, "diamond"));
  for (const arm of ["text", "prefix-cache", "summary", "kv"] as const) {
    const { hops } = plan(arm);
    const [carrier, other] = hops[3]?.parts ?? [];
    expect([carrier.isCarrier, other.isCarrier]).toEqual([true, false]);
    // The carrier holds the same document as start did: it sends it whole, under a header with its own name.
    const body = ({ message }: typeof carrier) => message.wireBytes - message.headerBytes;
    expect(body(carrier)).toBe(body(hops[1]?.parts[0] as typeof carrier));
    expect(other.message.wireBytes).toBe(0);
    expect(hops[3]?.wireBytes).toBe(carrier.message.wireBytes);
    expect(hops[1]?.wireBytes).toBe(hops[1]?.parts[0].message.wireBytes);
    expect(carrier.linkS).toBeCloseTo(0.001 + carrier.message.wireBytes / 1.25e9, 12);
    expect(other.linkS).toBe(0.001);
  }
  expect(plan("cold").hops[3]?.wireBytes).toBe(0);
});

test("of the predecessors of a fan-in only the carrier writes a summary again", async () => {
  const settings = { relay: "reencode", summary: { method: "generated" } };
  const plan = await plansOf(parseAgentScenario({ ...diamond, ...settings }, "diamond"));
  const { hops, usd } = plan("summary");
  expect(hops[3]?.parts.map(({ compressS }) => compressS > 0)).toEqual([true, false]);
  const written = hops.flatMap((hop) => hop?.parts.map(({ compressS }) => compressS) ?? []);
  const forward = await plansOf(parseAgentScenario({ ...diamond, ...settings, relay: "forward" }, "diamond"));
  const once = forward("summary").hops.flatMap((hop) => hop?.parts.map((d) => d.compressS) ?? []);
  expect(once.filter((seconds) => seconds > 0)).toHaveLength(1);
  // Start writes one for left and one for right, right one for join.
  expect(written.filter((seconds) => seconds > 0)).toHaveLength(3);
  expect(usd).toBeGreaterThan(0);
});

test("a stage decodes behind its prompt, and one agent behind all that it has read and said", async () => {
  const scenario = parseAgentScenario(diamond, "diamond");
  const plan = await plansOf(scenario);
  const { decode } = costFigures(scenario);
  const t = plan("text").task.document.tokens.length;
  // Join: the document, 14 of its role, 30 + 40 from left and right; the first of its 50 tokens is the prefill's.
  for (const arm of ["text", "prefix-cache", "kv"] as const)
    expect(plan(arm).stages[3].decodeS).toBeCloseTo(decodeSeconds(decode, 49, t + 14 + 70 + 1), 12);
  expect(plan("cold").stages[3].decodeS).toBeCloseTo(decodeSeconds(decode, 49, 14 + 70 + 1), 12);
  expect(plan("text").stages[3].decodeS).toBeGreaterThan(plan("cold").stages[3].decodeS);
  const single = plan("single").stages[3];
  expect(single.firstTokenS).toBeCloseTo(decodeSeconds(decode, 1, t + 50 + 20 + 30 + 40), 12);
});

test("the price adds up by hand: prefix-cache writes once and reads at a tenth", async () => {
  const plan = await plansOf(parseAgentScenario(diamond, "diamond"));
  const t = plan("text").task.document.tokens.length;
  const full = Math.floor(t / 16) * 16;
  const outputs = 5 * (20 + 30 + 40 + 50);
  const entry = t - full + 11 + 1.25 * full;
  const receivers = 3 * (t - full) + (32 + 33 + 84) + 3 * 0.1 * full;
  expect(plan("prefix-cache").usd).toBeCloseTo((entry + receivers + outputs) / 1e6, 12);
  expect(plan("text").usd).toBeCloseTo((4 * t + 11 + 32 + 33 + 84 + outputs) / 1e6, 12);
});

test("prefix-cache prefills s and up to one block, whatever the block", async () => {
  const source = await createTaskSource(loadAgentScenario("default"), null);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 64 }), fc.nat(500), (blockTokens, index) => {
      const scenario = { ...source.scenario, cache: { blockTokens } };
      const task = drawTask(source, 1, index);
      const figures = costFigures(scenario);
      const cached = planTask({ ...source, scenario }, task, "prefix-cache", figures);
      const none = planTask({ ...source, scenario }, task, "cold", figures);
      for (const [i, hop] of cached.hops.entries()) {
        const extra = (hop?.prefillTokens ?? 0) - (none.hops[i]?.prefillTokens ?? 0);
        expect(extra).toBeGreaterThanOrEqual(0);
        expect(extra).toBeLessThan(blockTokens);
      }
    }),
    { numRuns: 20 },
  );
});

test("a forwarded summary is made once; re-encoding shrinks it at every hop", async () => {
  const of = async (settings: Record<string, string>) => {
    const list = Object.entries(settings).map(([path, value]) => ({ path, value }));
    const plan = await plansOf(loadAgentScenario("default", list));
    return plan("summary")
      .hops.slice(1)
      .map((hop) => hop as NonNullable<typeof hop>);
  };
  const bytes = (hops: Awaited<ReturnType<typeof of>>) =>
    hops.map(({ parts: [{ message }] }) => message.wireBytes - message.headerBytes);
  const forward = bytes(await of({ relay: "forward" }));
  expect(new Set(forward).size).toBe(1);
  const again = bytes(await of({ relay: "reencode" }));
  expect(again[0]).toBe(forward[0]);
  for (let hop = 1; hop < again.length; hop++) expect(again[hop]).toBeLessThan(again[hop - 1]);
});

test("only a generated summary takes the sender's time, and only where it is made", async () => {
  const hopsOf = async (relay: string, method: string) => {
    const settings = [
      { path: "relay", value: relay },
      { path: "summary.method", value: method },
    ];
    return (await plansOf(loadAgentScenario("default", settings)))("summary").hops.slice(1);
  };
  const seconds = async (relay: string, method: string) =>
    (await hopsOf(relay, method)).map((hop) => hop?.parts[0].compressS ?? Number.NaN);
  expect(await seconds("forward", "extractive")).toEqual([0, 0, 0, 0, 0]);
  const forward = await seconds("forward", "generated");
  expect(forward.map((compressS) => compressS > 0)).toEqual([true, false, false, false, false]);
  expect((await seconds("reencode", "generated")).every((compressS) => compressS > 0)).toBe(true);
});

test("token ids take four bytes each in a vocabulary of 200,000", async () => {
  const plan = await plansOf(loadAgentScenario("default", [{ path: "text.encoding", value: "ids" }]));
  const { hops, task } = plan("text");
  const message = hops[1]?.parts[0].message;
  expect((message?.wireBytes ?? 0) - (message?.headerBytes ?? 0)).toBe(4 * task.document.tokens.length);
});

test("a cache that was measured takes its time to become a message and to be opened, and nothing else does", async () => {
  const scenario = parseAgentScenario(diamond, "diamond");
  const source = await createTaskSource(scenario, null);
  const task = drawTask(source, 1, 0);
  const figures = costFigures(scenario);
  const tokens = task.document.tokens.length;
  const slow = { ...figures, cacheCodec: { write: [{ tokens, ms: 30 }], open: [{ tokens, ms: 20 }] } };
  const linkS = (arm: AgentArm, of: typeof figures) =>
    planTask(source, task, arm, of).hops[1]?.parts[0].linkS ?? Number.NaN;
  expect(linkS("kv", slow) - linkS("kv", figures)).toBeCloseTo(0.05, 12);
  expect(linkS("text", slow)).toBe(linkS("text", figures));
});
