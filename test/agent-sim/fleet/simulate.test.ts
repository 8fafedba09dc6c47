import { expect, test } from "vitest";
import { decodeSeconds } from "../../../agent-sim/cost/decode.ts";
import { costFigures } from "../../../agent-sim/cost/figures.ts";
import { hasFleet } from "../../../agent-sim/fleet/experiment.ts";
import { createFleetRuns, type FleetScenario } from "../../../agent-sim/fleet/params.ts";
import { simulateFleet } from "../../../agent-sim/fleet/simulate.ts";
import { fleetArmNames } from "../../../agent-sim/hand-off/arm-lists.ts";
import type { FleetArm } from "../../../agent-sim/hand-off/arms.ts";
import { loadAgentScenario, prefillSeconds } from "../../../agent-sim/index.ts";
import { planTask } from "../../../agent-sim/pipeline/plan.ts";
import { createTaskSource, drawTask } from "../../../agent-sim/pipeline/task.ts";

function scenarioOf(settings: Readonly<Record<string, unknown>> = {}): FleetScenario {
  const scenario = loadAgentScenario(
    "fleet",
    Object.entries(settings).map(([path, value]) => ({ path, value })),
  );
  if (!hasFleet(scenario)) throw new Error("the scenario has no fleet");
  return scenario;
}

async function simulate(arm: FleetArm, settings: Readonly<Record<string, unknown>> = {}, seed = 1) {
  const scenario = scenarioOf({ tasksPerSeed: 60, ...settings });
  const source = await createTaskSource(scenario, null);
  const runs = createFleetRuns(scenario, source);
  const traffic = runs.traffic(seed);
  const params = runs.params(traffic, arm);
  return { scenario, source, traffic, params, state: simulateFleet(params) };
}

type Simulated = Awaited<ReturnType<typeof simulate>>;

const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0);
const mean = (values: ArrayLike<number>): number => sum(values) / values.length;
const latenciesS = ({ state, traffic }: Simulated): Float64Array =>
  state.taskDoneS.map((doneS, task) => doneS - traffic.arrivalS[task]);

// A fan-out whose joins wait for several, so that no request may be lost between messages.
const diamond = {
  stages: [
    { name: "a", role: "Begin.", outputTokens: 20 },
    { name: "b", role: "Go left.", outputTokens: 60, after: ["a"] },
    { name: "c", role: "Go right.", outputTokens: 90, after: ["a"] },
    { name: "d", role: "End.", outputTokens: 40, after: ["b", "c"] },
  ],
};
const busy = { "fleet.arrivals.tasksPerS": 3, "fleet.cache.capacityTokens": 20_000, "document.tokens": 1500 };

test.each(fleetArmNames)(
  "%s: every task ends, and tokens computed and cached are the tokens of all prompts",
  async (arm) => {
    for (const settings of [
      busy,
      { ...busy, ...diamond, "summary.method": "generated", relay: "reencode" },
      {
        ...busy,
        "fleet.batching.tokensPerIteration": 80,
        "fleet.link.sharing": "fifo",
        "fleet.link.scope": "fleet",
      },
    ]) {
      const { params, state } = await simulate(arm, settings);
      const { plan } = params;
      expect(state.taskDoneS.every(Number.isFinite)).toBe(true);
      expect(sum(state.computedTokens) + sum(state.cachedTokens)).toBe(sum(plan.segments.tokens));
      for (const left of [state.remainingTokens, state.running, state.present, state.pendingTokens])
        expect(left.every((value) => value === 0)).toBe(true);
      for (let request = 0; request < state.doneS.length; request++) {
        expect(state.readyS[request]).toBeLessThan(state.firstTokenS[request]);
        expect(state.firstTokenS[request]).toBeLessThanOrEqual(state.doneS[request]);
        expect(state.promptTokens[request] - state.cachedTokens[request]).toBeGreaterThan(0);
      }
      // Nothing begins before what it waits for has been said.
      for (const [from, to] of plan.edges) {
        for (let task = 0; task < plan.taskCount; task++) {
          const first = task * plan.stageCount;
          expect(state.firstTokenS[first + to]).toBeGreaterThan(state.firstTokenS[first + from]);
        }
      }
    }
  },
);

test("equal seeds give the same run bit for bit, other seeds another", async () => {
  const one = await simulate("prefix-cache", busy);
  const again = await simulate("prefix-cache", busy);
  const other = await simulate("prefix-cache", busy, 2);
  for (const column of ["firstTokenS", "doneS", "cachedTokens", "serverOf", "busyS"] as const) {
    expect(Buffer.from(again.state[column].buffer).equals(Buffer.from(one.state[column].buffer))).toBe(true);
    expect(Buffer.from(other.state[column].buffer).equals(Buffer.from(one.state[column].buffer))).toBe(false);
  }
});

test("all arms meet the same tasks at the same times", async () => {
  const [text, kv] = [await simulate("text"), await simulate("kv")];
  expect(kv.traffic).toEqual(text.traffic);
  expect(kv.params.plan.outputTokens).toEqual(text.params.plan.outputTokens);
});

// One server, one task in an hour and a budget that holds every prompt: nothing waits and nothing is cut.
const alone = {
  tasksPerSeed: 8,
  "fleet.servers": 1,
  "fleet.arrivals.tasksPerS": 1 / 3600,
  "fleet.batching.tokensPerIteration": 200_000,
};

test.each([
  ["cold", () => 0, () => 0, () => 0],
  ["text", (t: number) => t, () => 0, (t: number) => 4 * t],
  [
    "prefix-cache",
    (t: number) => t - 16 * Math.floor(t / 16),
    (t: number) => 16 * Math.floor(t / 16),
    (t: number) => 4 * t,
  ],
  ["kv", () => 0, (t: number) => t, (t: number) => 57_344 * t],
  ["latent", () => 4, () => 0, () => 128],
  ["slots", () => 16, () => 0, () => 128],
] as const)(
  "%s: a hop that nothing disturbs takes delay, transmission and prefill as spec/agents.md section 2 says",
  async (arm, computed, cached, bytes) => {
    // A cache that is to be moved needs somewhere to go: a server a stage.
    const apart = arm === "kv" ? { "fleet.routing": "by-stage", "fleet.servers": 6 } : {};
    const { scenario, source, traffic, state } = await simulate(arm, { ...alone, ...apart });
    const { model, calibration } = scenario;
    const figures = costFigures(scenario);
    for (let task = 0; task < traffic.taskCount; task++) {
      const tokens = traffic.documentTokens[task];
      for (const stage of scenario.graph.receivers) {
        const request = task * 6 + stage;
        const own = source.roleTokens[stage] + traffic.outputTokens[request - 1];
        const prefillS = prefillSeconds(model, figures.prefill, computed(tokens) + own, cached(tokens));
        const sent = state.sentBytes[task * 5 + stage - 1];
        // Headers are some 250 bytes, and 28 + 4 for each frame of a cache; text has about 4 bytes a token.
        expect(sent).toBeGreaterThanOrEqual(bytes(tokens) * 0.9);
        expect(sent).toBeLessThan(bytes(tokens) * 1.25 + 300);
        const expectedS = calibration.linkDelayMs / 1000 + sent / figures.linkBytesPerS + prefillS;
        expect(state.firstTokenS[request] - state.readyS[request]).toBeCloseTo(expectedS, 7);
        const behind = computed(tokens) + own + cached(tokens) + 1;
        const decodeS = decodeSeconds(figures.decode, traffic.outputTokens[request] - 1, behind);
        expect(state.doneS[request] - state.firstTokenS[request]).toBeCloseTo(decodeS, 7);
      }
    }
  },
);

test("a generated summary keeps the sender before it is sent, and its receiver's clock runs", async () => {
  const extracted = await simulate("summary", alone);
  const generated = await simulate("summary", { ...alone, "summary.method": "generated" });
  const firstHopS = ({ state }: Simulated, task: number): number =>
    state.firstTokenS[task * 6 + 1] - state.readyS[task * 6 + 1];
  for (let task = 0; task < 8; task++) {
    const summaryTokens = Math.floor(0.25 * generated.traffic.documentTokens[task]);
    const { decode } = costFigures(generated.scenario);
    const behind = generated.state.promptTokens[task * 6] + generated.traffic.outputTokens[task * 6];
    expect(firstHopS(generated, task) - firstHopS(extracted, task)).toBeCloseTo(
      decodeSeconds(decode, summaryTokens, behind),
      7,
    );
    expect(generated.state.firstTokenS[task * 6 + 2] - generated.state.readyS[task * 6 + 2]).toBeCloseTo(
      extracted.state.firstTokenS[task * 6 + 2] - extracted.state.readyS[task * 6 + 2],
      7,
    );
  }
});

// Not `kv`: with a second server its cache has a link to cross.
test.each(["text", "cold"] as const)(
  "%s: more servers never make tasks slower in the mean at light load",
  async (arm) => {
    for (const seed of [1, 2, 3]) {
      let beforeS = Number.POSITIVE_INFINITY;
      for (const servers of [1, 2, 4, 8]) {
        const settings = {
          "fleet.servers": servers,
          "fleet.routing": "least-loaded",
          "fleet.arrivals.tasksPerS": 0.05,
        };
        const meanS = mean(latenciesS(await simulate(arm, settings, seed)));
        expect(meanS).toBeLessThanOrEqual(beforeS + 1e-9);
        beforeS = meanS;
      }
    }
  },
);

test("a larger prefix cache has more hits where the order of prompts does not depend on it", async () => {
  const hits: number[] = [];
  for (const capacityTokens of [0, 8000, 16_000, 64_000, 1_000_000]) {
    const { state } = await simulate("prefix-cache", {
      "fleet.servers": 1,
      "fleet.arrivals.tasksPerS": 0.1,
      "fleet.cache.capacityTokens": capacityTokens,
    });
    hits.push(sum(state.cachedTokens));
  }
  expect(hits[0]).toBe(0);
  expect(hits.toSorted((a, b) => a - b)).toEqual(hits);
  expect(hits[4]).toBeGreaterThan(hits[1]);
});

test("routing decides what the prefix cache is worth: by task all documents are found, by turns hardly any", async () => {
  const shareOf = async (routing: string): Promise<number> => {
    const { state } = await simulate("prefix-cache", { "fleet.routing": routing, "fleet.servers": 8 });
    return sum(state.cachedTokens) / sum(state.promptTokens);
  };
  const [byTask, aware, turns] = [
    await shareOf("by-task"),
    await shareOf("cache-aware"),
    await shareOf("round-robin"),
  ];
  expect(byTask).toBeGreaterThan(0.75);
  expect(aware).toBeGreaterThan(0.75);
  expect(turns).toBeLessThan(0.5);
});

test("by stage, a stage has a server of its own; a link that all share is slower than one a server", async () => {
  const { state, params } = await simulate("kv", { "fleet.routing": "by-stage", "fleet.servers": 6 });
  for (let request = 0; request < state.serverOf.length; request++)
    expect(state.serverOf[request]).toBe(request % params.plan.stageCount);
  const meanS = async (scope: string): Promise<number> =>
    mean(
      latenciesS(
        await simulate("kv", {
          "fleet.link.scope": scope,
          "fleet.routing": "round-robin",
          "calibration.link": "1gbe",
        }),
      ),
    );
  expect(await meanS("fleet")).toBeGreaterThan(await meanS("server"));
});

test("a cache that is on the server crosses no link: the hop takes the delay and its own prompt behind it", async () => {
  const { scenario, source, traffic, state } = await simulate("kv", alone);
  const figures = costFigures(scenario);
  expect(sum(state.sentBytes)).toBe(0);
  for (let task = 0; task < traffic.taskCount; task++) {
    for (const stage of scenario.graph.receivers) {
      const request = task * 6 + stage;
      const own = source.roleTokens[stage] + traffic.outputTokens[request - 1];
      const prefillS = prefillSeconds(scenario.model, figures.prefill, own, traffic.documentTokens[task]);
      expect(state.firstTokenS[request] - state.readyS[request]).toBeCloseTo(0.001 + prefillS, 7);
    }
  }
});

test("a cache is moved to a server once, and what was evicted there is moved again", async () => {
  // Stages 0, 2 and 4 on one server, 1, 3 and 5 on another: only the first hop finds the other without the document.
  const turns = { ...alone, "fleet.routing": "by-stage", "fleet.servers": 2 };
  const { traffic, params, state } = await simulate("kv", turns);
  for (let task = 0; task < traffic.taskCount; task++) {
    const sent = Array.from(state.sentBytes.subarray(5 * task, 5 * task + 5));
    expect(sent).toEqual([params.plan.messageBytes[5 * task], 0, 0, 0, 0]);
  }
  const without = await simulate("kv", { ...turns, "fleet.cache.capacityTokens": 0 });
  expect(without.state.sentBytes).toEqual(without.params.plan.messageBytes);
});

test("a document is sent to a fan-in once, whoever else has it", async () => {
  for (const arm of ["text", "kv"] as const) {
    const { params, state } = await simulate(arm, {
      ...alone,
      ...diamond,
      "fleet.routing": "round-robin",
      "fleet.servers": 4,
    });
    // a to b, a to c, b to d; c says what it has to say.
    expect(params.plan.isCarrier).toEqual([true, true, true, false]);
    for (let task = 0; task < params.plan.taskCount; task++) {
      expect(state.sentBytes[4 * task]).toBeGreaterThan(0);
      expect(state.sentBytes[4 * task + 3]).toBe(0);
    }
  }
});

test("a run by formula and a fleet take the same time for the same task, arm by arm", async () => {
  const { fleet: _, ...formula } = scenarioOf({ ...alone, tasksPerSeed: 3 });
  const source = await createTaskSource(formula, null);
  for (const arm of ["cold", "text", "prefix-cache", "single"] as const) {
    const { traffic, state } = await simulate(arm, { ...alone, tasksPerSeed: 3 });
    for (let task = 0; task < 3; task++) {
      const tokens = Array.from({ length: traffic.documentTokens[task] }, () => 1);
      const withLength = { ...drawTask(source, 1, task), document: { text: "", tokens } };
      const plan = planTask(source, withLength, arm, costFigures(formula));
      const stagesS = plan.stages.reduce(
        (total, { firstTokenS, decodeS }) => total + firstTokenS + decodeS,
        0,
      );
      // The formula encodes real text, a fleet knows its bytes to two percent: the bytes of the fleet.
      const sent = Array.from(state.sentBytes.subarray(5 * task, 5 * task + 5));
      const linksS = arm === "single" ? 0 : sum(sent.map((bytes) => 0.001 + bytes / 1.25e9));
      expect(state.taskDoneS[task] - traffic.arrivalS[task]).toBeCloseTo(stagesS + linksS, 7);
    }
  }
});
