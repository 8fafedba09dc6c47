/**
 * What a report costs a learned memory, beside onnxruntime's own time on the same rows: reports taken in and decided on, by a network of
 * `count` phones and 21 cells. Interleaved rounds in one process, processor time. `node .ci/enter.mjs test/bench/learned-step.ts [<count>] [<rounds>]`.
 */

import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { createStream } from "#core";
import { createGraph, toOnnx } from "#core/model";
import { openOnnxSession } from "#core/node";
import { createContextMemory } from "../../ran-sim/learned/context-memory.ts";
import { createContextRuntime, declareContext } from "../../ran-sim/learned/context-runtime.ts";
import { FEATURES } from "../../ran-sim/learned/context-shape.ts";
import { decideByExpectation } from "../../ran-sim/learned/expectation-rule.ts";
import { contextModel, readWeights, SYNTHETIC } from "../../ran-sim/learned/weights.ts";
import { parseRanScenario } from "../../ran-sim/scenario.ts";
import { Phase } from "../../ran-sim/state.ts";

const CELLS = 21;
const CALLS = 20;

export interface LearnedStepCost {
  readonly count: number;
  readonly rounds: number;
  /** Processor ms a report of all phones: median of the rounds. */
  readonly batonMs: number;
  readonly onnxruntimeMs: number;
  /** Median of the rounds' own ratios. */
  readonly ratio: number;
  /** Clock, ms: the 99th of 100 reports; says something on an idle machine only. */
  readonly p99Ms: number;
}

/** Returns the cost for `count` phones with the committed weights. */
export async function measureLearnedStep(count: number, rounds = 5): Promise<LearnedStepCost> {
  const model = contextModel({ carried: "nothing" }, { seed: 1, on: SYNTHETIC });
  const weights = await readWeights(model);
  const { slots } = model.shape;
  const runtime = createContextRuntime(model, count, {
    readWeights: async () => weights,
    open: openOnnxSession,
  });
  const memory = createContextMemory(runtime, {
    ...{ ueCount: count, cellCount: CELLS, reportPeriodMs: 40 },
    sameSite: new Uint8Array(CELLS * CELLS),
  });
  const { rule } = parseRanScenario({}, "bench").network;
  const random = createStream(1, "bench");
  const decisions = { target: new Int32Array(count), cancel: new Uint8Array(count) };
  const arrivedAtS = new Float64Array(count);
  const reports = Array.from({ length: 8 }, (_, at) =>
    Float64Array.from({ length: count * CELLS }, (_, i) => -85 - (i % CELLS) + 2 * random.normal(i, at)),
  );
  const sinrDb = reports.map((levels) => levels.map((level) => level + 90));
  const connected = new Uint8Array(count).fill(Phase.connected);
  const serving = new Int32Array(count);
  const none = new Int32Array(count).fill(-1);
  let tick = 0;
  const report = async (): Promise<void> => {
    tick += 4;
    const levels = reports[(tick / 4) % reports.length];
    const observations = {
      ...{ tick, timeS: tick / 100, tickMs: 10, ueCount: count, cellCount: CELLS, hasReport: true },
      ...{ phase: connected, serving, target: none, candidatePhase: null },
      ...{ l3RsrpDbm: levels, l1RsrpDbm: levels, reportedRsrpDbm: levels },
      reportedSinrDb: sinrDb[(tick / 4) % reports.length],
    };
    await memory.observe(observations);
    decideByExpectation(rule, memory, observations, arrivedAtS, decisions);
  };

  const graph = createGraph();
  const { network } = declareContext(graph, model);
  const states = graph.input("states", [count, runtime.stateSize]);
  const [messages] = network.read(graph.input("features", [1, count, slots, FEATURES]));
  const next = network.step(messages, states);
  graph.output("next", next);
  graph.output("expected", network.expect(next, graph.input("xn", [count, slots, slots])));
  const session = await openOnnxSession(toOnnx(graph, weights));
  const feeds = {
    states: memory.read(Array.from({ length: count }, (_, ue) => ue)).values,
    features: new Float32Array(count * slots * FEATURES).fill(0.5),
    xn: new Float32Array(count * slots * slots),
  };
  const run = async (): Promise<void> => void (await session.run(feeds));

  const costMs = async (step: () => Promise<void>): Promise<number> => {
    const before = process.cpuUsage();
    for (let i = 0; i < CALLS; i++) await step();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000 / CALLS;
  };
  for (const step of [report, run]) await costMs(step);
  const measured: { readonly baton: number; readonly onnxruntime: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    measured.push({ baton: await costMs(report), onnxruntime: await costMs(run) });
  }
  const clockMs: number[] = [];
  for (let i = 0; i < 100; i++) {
    const from = performance.now();
    await report();
    clockMs.push(performance.now() - from);
  }
  return {
    ...{ count, rounds },
    batonMs: median(measured.map(({ baton }) => baton)),
    onnxruntimeMs: median(measured.map(({ onnxruntime }) => onnxruntime)),
    ratio: median(measured.map(({ baton, onnxruntime }) => baton / onnxruntime)),
    p99Ms: clockMs.sort((a, b) => a - b)[98],
  };
}

function median(of: readonly number[]): number {
  return [...of].sort((a, b) => a - b)[Math.floor(of.length / 2)];
}

if (import.meta.url === pathToFileURL(resolve(process.argv[1] ?? "")).href) {
  const [count = "1000", rounds = "5"] = process.argv.slice(2);
  process.stdout.write(`${JSON.stringify(await measureLearnedStep(Number(count), Number(rounds)))}\n`);
}
