import { existsSync } from "node:fs";
import { join } from "node:path";
import { bench, describe } from "vitest";
import { createHandOff, createLink, createStream, linkParametersSchema, type StateBatch } from "#core";
import { createGraph, initialParameters } from "#core/model";
import { openOnnxSession } from "#core/node";
import { createContextMemory } from "../../ran-sim/learned/context-memory.ts";
import { createContextRuntime, declareContext } from "../../ran-sim/learned/context-runtime.ts";
import { decideByExpectation } from "../../ran-sim/learned/expectation-rule.ts";
import { contextModel, contextRuntime, SYNTHETIC, weightsFolder } from "../../ran-sim/learned/weights.ts";
import type { UeBatch } from "../../ran-sim/policy/policy.ts";
import { parseRanScenario } from "../../ran-sim/scenario.ts";
import { Phase } from "../../ran-sim/state.ts";

// How long a hand-off of the learned memory takes, for phones that all leave on one tick: 128 bytes in int8, 21 cells.
// Sessions run on one thread. On a machine that others use, times of a clock are also theirs: the median of the processor's
// time, in all threads of this process, says more than p99. Phones leave for another cell each time, so that their slots
// are put in a new order.

const CELLS = 21;
const LATENT = { carried: "latent", bytes: 128 } as const;
const TRAINING = { seed: 1, on: SYNTHETIC };
const model = contextModel(LATENT, TRAINING);
const trained = existsSync(join(weightsFolder, `${model.modelId}.onnx`));
const { rule } = parseRanScenario({}, "bench").network;

/** Returns what runs the committed weights, or random ones where there are none: the operators are the same. */
function runtimeFor(ueCount: number) {
  if (trained) return contextRuntime(LATENT, TRAINING, ueCount);
  const readWeights = async () => {
    const graph = createGraph();
    declareContext(graph, model);
    return initialParameters(graph, 1);
  };
  return createContextRuntime(model, ueCount, { readWeights, open: openOnnxSession });
}

/** Returns the two things that are timed, for `count` phones that have been measured for half a second. */
async function phones(count: number) {
  const runtime = runtimeFor(count);
  if (runtime.steps === null) throw new Error("the model sends no latent");
  const memory = createContextMemory(runtime, {
    ueCount: count,
    cellCount: CELLS,
    sameSite: new Uint8Array(CELLS * CELLS),
    reportPeriodMs: 40,
  });
  const random = createStream(1, "bench");
  const link = createLink(linkParametersSchema.parse({}), random);
  const handOff = createHandOff({ ...runtime.steps, precision: "int8", link });
  const ues = Array.from({ length: count }, (_, ue) => ue);
  const changedAtS = new Float64Array(count);
  const decisions = { target: new Int32Array(count), cancel: new Uint8Array(count) };
  let timeS = 0;
  const report = (): UeBatch => {
    timeS += 0.04;
    const tick = Math.round(timeS / 0.01);
    const levels = Float64Array.from(
      { length: count * CELLS },
      (_, i) => -85 - (i % CELLS) + 4 * random.normal(i, tick),
    );
    return {
      tick,
      timeS,
      tickMs: 10,
      ueCount: count,
      cellCount: CELLS,
      phase: new Uint8Array(count).fill(Phase.connected),
      serving: new Int32Array(count),
      target: new Int32Array(count).fill(-1),
      l3RsrpDbm: levels,
      l1RsrpDbm: levels,
      candidatePhase: null,
      reportedRsrpDbm: levels,
      reportedSinrDb: levels.map((level) => level + 90),
      hasReport: true,
    };
  };
  for (let i = 0; i < 12; i++) await memory.observe(report());
  const reports = Array.from({ length: 8 }, report);
  const leaving = [1, 2, 3, 4].map((target) => ues.map((ue) => ({ ue, source: 0, target })));
  const shipments = ues.map((entity) => ({ entity, sequence: 1 }));
  const start: StateBatch = {
    count,
    size: memory.stateSize,
    values: new Float32Array(count * memory.stateSize),
  };
  let next = 0;
  let left = 0;
  return {
    async handOff() {
      memory.depart?.(leaving[left++ % leaving.length]);
      const sent = await handOff.send(memory.read(ues), shipments, 0);
      const { states } = await handOff.receive(sent, start, 1);
      await memory.write(ues, states);
      decideByExpectation(rule, memory, reports[0], changedAtS, decisions);
    },
    async report() {
      const observations = { ...reports[next % reports.length], timeS: timeS + 0.04 * ++next };
      await memory.observe(observations);
      decideByExpectation(rule, memory, observations, changedAtS, decisions);
    },
  };
}

/** Prints the quantiles that the mark is stated in, by the clock and of the processor; the table of the runner has no median. */
function quantiles(name: string, clockMs: number[], processorMs: number[]): void {
  const line = (timesMs: number[]): string => {
    const sorted = timesMs.toSorted((a, b) => a - b);
    const at = (q: number): string => sorted[Math.ceil(q * sorted.length) - 1].toFixed(3);
    return `min ${sorted[0].toFixed(3)} ms, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`;
  };
  const figures = `clock ${line(clockMs)}; processor ${line(processorMs)}; n ${clockMs.length}`;
  process.stdout.write(`${name}: ${figures}\n`);
}

/** Returns the time that the processor has spent on this process, all threads. */
function processorTimeMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

describe(`decisions with ${trained ? "the committed" : "random"} weights`, async () => {
  for (const [count, iterations] of [
    [1, 1000],
    [1000, 100],
  ] as const) {
    const run = await phones(count);
    for (const [what, decide] of [
      ["encode, send, decode, project, decide", run.handOff],
      ["a report taken in, decide", run.report],
    ] as const) {
      const name = `${what}: ${count} at once`;
      const clockMs: number[] = [];
      const processorMs: number[] = [];
      bench(
        name,
        async () => {
          const from = performance.now();
          const fromProcessor = processorTimeMs();
          await decide();
          clockMs.push(performance.now() - from);
          processorMs.push(processorTimeMs() - fromProcessor);
        },
        {
          iterations,
          time: 0,
          warmupIterations: 20,
          warmupTime: 0,
          setup: () => {
            clockMs.length = 0;
            processorMs.length = 0;
          },
          teardown: (_, mode) => {
            if (mode === "run") quantiles(name, clockMs, processorMs);
          },
        },
      );
    }
  }
});
