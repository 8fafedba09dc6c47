import { expect, test } from "vitest";
import { loadAgentScenario } from "../../../agent-sim/index.ts";
import { declareDecoder, standardShape } from "../../../agent-sim/language-model/decoder.ts";
import { declareMemory, memoryKinds } from "../../../agent-sim/language-model/memory-network.ts";
import { decoderModel, memoryModel, memoryShape } from "../../../agent-sim/language-model/weights.ts";
import { createMeasuredExperiment } from "../../../agent-sim/measured/experiment.ts";
import { createMeasuredModel } from "../../../agent-sim/measured/open-model.ts";
import { poolUnits } from "../../../core/index.ts";
import { createGraph, initialParameters } from "../../../core/model/index.ts";

const shape = { ...standardShape, layers: 2, width: 32, heads: 2, hidden: 32, rotated: 8 };

/** Weights as training begins with: nothing was learned, and everything runs. */
function untrained() {
  const graph = createGraph();
  declareDecoder(graph, shape);
  const decoder = decoderModel("untrained", initialParameters(graph, 1), shape);
  return createMeasuredModel(decoder, async (kind) => {
    const memory = createGraph();
    declareMemory(memory, memoryShape(kind, shape), 1);
    const parameters = initialParameters(memory, 2);
    return memoryModel(`untrained-${kind}`, memoryShape(kind, shape), parameters, decoder);
  });
}

const settings = [
  { path: "measured.facts", value: [2] },
  { path: "measured.documents", value: 2 },
];

test("every arm runs on the real decoder, and arms that give it the same positions give the same answers", async () => {
  const measured = untrained();
  const experiment = createMeasuredExperiment({
    scenario: loadAgentScenario("default", settings),
    arms: ["cold", "text", "prefix-cache", "kv", "single", ...memoryKinds, "another"],
    seeds: [1],
    measured,
    nowS: () => performance.now() / 1000,
  });
  const { units } = await experiment.runShard(experiment.shards[0]);
  const rows = poolUnits(experiment, units as Parameters<typeof poolUnits<"agent">>[1]);
  const value = (arm: string, metric: string): number =>
    rows.find((row) => row.arm === arm && row.metric === metric && row.scenario === "default")?.value ?? -1;
  for (const arm of ["prefix-cache", "kv", "single"]) {
    expect(value(arm, "exactMatch"), arm).toBe(value("text", "exactMatch"));
  }
  // Two slots of the 64 bytes that they can fill; 16 vectors of 128 bytes.
  expect(value("latent", "prefillTokensPerHop") - value("cold", "prefillTokensPerHop")).toBeCloseTo(16);
  expect(value("slots", "prefillTokensPerHop") - value("cold", "prefillTokensPerHop")).toBeCloseTo(2);
  expect(value("latent", "wireBytesPerHop") - value("slots", "wireBytesPerHop")).toBe(65);
  expect(value("latent", "coldStartShare")).toBe(0);
  await measured.model.close();
}, 60_000);
