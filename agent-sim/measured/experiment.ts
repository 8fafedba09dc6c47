// The pipeline through a language model that really runs: all arms on the same documents.
import { createStream, type Experiment, type Pause, type ShardResult, type TableRow } from "#core";
import type { AgentScenario } from "../scenario.ts";
import { type MeasuredArm, measuredArms, measuredRules, requireMeasuredArm } from "./arms.ts";
import { createStepClock, stepNames } from "./clock.ts";
import type { Carrier, CarrierParts, Source } from "./hand-over.ts";
import { inAnotherOrder, latentCarrier, meanOfOthers } from "./latent-carrier.ts";
import type { MeasuredModel } from "./latents.ts";
import { createFaultyLink } from "./message-link.ts";
import { measuredMetrics } from "./metrics.ts";
import { createReader, factVocabulary, type Reader } from "./reader.ts";
import { requireRead, requireRunnable } from "./requirements.ts";
import { runArm } from "./run-arm.ts";
import { drawMeasuredTask, type MeasuredTask } from "./task.ts";
import { answerCarrier, cacheCarrier, silentCarrier, textCarrier } from "./text-carriers.ts";
import { type MeasuredHop, type MeasuredTaskResult, measuredUnits } from "./units.ts";

export interface MeasuredExperimentOptions {
  readonly scenario: AgentScenario;
  /** Default all whose encoders there are, in the order of the specification. */
  readonly arms?: readonly string[];
  readonly seeds: readonly number[];
  readonly measured: MeasuredModel;
  /** A clock in seconds; what it says goes to `timings`. */
  readonly nowS: () => number;
}

/**
 * Returns the experiment of a scenario with a model. Shard `<scenario>/seed=<seed>/facts=<facts>` takes
 * `measured.documents` documents through each arm, those of an encoder once for each of its trainings; its units are
 * documents, each a group of its own.
 *
 * Throws BadInputError for an unknown arm, for arms that this model cannot run, naming what it lacks, and
 * for a part of the scenario that a measured run does not read.
 */
export function createMeasuredExperiment(options: MeasuredExperimentOptions): Experiment<"agent"> {
  const { scenario, seeds, measured, nowS } = options;
  const arms = options.arms?.map(requireMeasuredArm) ?? armsOf(measured, scenario.measured.trainingSeeds);
  requireRunnable(measured, arms);
  requireRead(scenario, { text: false });
  const { graph: _graph, measured: parameters, relay, summary, kv, text, cache, stages } = scenario;
  const reader = createReader(measured.model, factVocabulary);
  const places = new Map<string, { seed: number; seedIndex: number; facts: number }>();
  for (const [seedIndex, seed] of seeds.entries()) {
    for (const facts of parameters.facts) {
      places.set(`${scenario.name}/seed=${seed}/facts=${facts}`, { seed, seedIndex, facts });
    }
  }
  return {
    name: "agent-run-measured",
    domain: "agent",
    kind: "measured",
    arms,
    metrics: measuredMetrics,
    kpis: scenario.kpis,
    gap: { metric: "exactMatch", floor: "none", ceiling: "kv" },
    shards: [...places].map(([key, { seed }]) => ({ key, scenario: scenario.name, seed })),
    inputs: [],
    config: {
      scenario: { name: scenario.name, stages, measured: parameters, relay, summary, kv, text, cache },
      model: { id: measured.model.modelId, ...measured.model.shape },
      arms,
    },
    async runShard({ key }, { pause = noPause } = {}): Promise<ShardResult<"agent">> {
      const place = places.get(key);
      if (place === undefined) throw new RangeError(`no shard ${key} in this experiment`);
      const { seed, seedIndex, facts } = place;
      // One more than is counted: the stranger, whose document stands in where a control needs another one.
      const tasks = Array.from({ length: parameters.documents + 1 }, (_, index) =>
        drawMeasuredTask(scenario.graph, { seed, facts, index }),
      );
      const read = await readSources(reader, tasks, nowS, pause);
      const units: ReturnType<typeof measuredUnits>[number][] = [];
      const handovers: TableRow[] = [];
      for (const arm of arms) {
        const count = documentsOf(arm, scenario.measured, seedIndex);
        if (count === 0) continue;
        const [some, sources] = [tasks.slice(0, count + 1), read.sources.slice(0, count + 1)];
        for (const training of trainingsOf(arm, scenario.measured)) {
          const parts = { reader, scenario, measured, seed, facts, arm, training, sources };
          const carrier = await createCarrier(parts);
          const run = { arm, graph: scenario.graph, reader, carrier, nowS, pause };
          const hops = await runArm(run, some, sources);
          for (const [i, own] of hops.entries()) {
            const result = { task: tasks[i], arm, training, hops: own, readS: read.readS[i] };
            units.push(...measuredUnits(result, scenario.name));
            handovers.push(...own.map((hop) => hopRow(hop, result, scenario)));
          }
        }
      }
      return { units, tables: { handovers } };
    },
  };
}

/** Returns the arms that a model can run, in the order of the specification. */
function armsOf(measured: MeasuredModel, trainingSeeds: readonly number[]): readonly MeasuredArm[] {
  return measuredArms
    .map(({ name }) => requireMeasuredArm(name))
    .filter((arm) => {
      const { encoder } = measuredRules[arm];
      return encoder === undefined || trainingSeeds.every((training) => measured.has(encoder, training));
    });
}

/** Returns the training seeds of the encoders that an arm is run with, one after another; null where nothing was trained. */
function trainingsOf(
  arm: MeasuredArm,
  { trainingSeeds }: AgentScenario["measured"],
): readonly (number | null)[] {
  const { carries, encoder } = measuredRules[arm];
  return carries === "latent" && encoder !== "oracle" ? trainingSeeds : [null];
}

const noPause: Pause = () => Promise.resolve();

/** Returns how many documents an arm takes of a seed: the oracle those of the first seeds, up to its bound. */
function documentsOf(
  arm: MeasuredArm,
  { documents, oracleDocuments }: AgentScenario["measured"],
  seedIndex: number,
): number {
  if (arm !== "oracle") return documents;
  return Math.max(0, Math.min(documents, oracleDocuments - seedIndex * documents));
}

/** Reads each document once, as the stage that begins does in every arm. */
async function readSources(
  reader: Reader,
  tasks: readonly MeasuredTask[],
  nowS: () => number,
  pause: Pause,
): Promise<{ readonly sources: readonly Source[]; readonly readS: readonly number[] }> {
  const { width } = reader.model.shape;
  const sources: Source[] = [];
  const readS: number[] = [];
  for (const [entity, { document }] of tasks.entries()) {
    const clock = createStepClock(nowS);
    const { cache, hidden } = await reader.read(document.tokens, clock);
    const states = hidden === null ? new Float32Array(0) : hidden.slice(width);
    const positions = document.tokens.length;
    const read = { states, positions, document };
    sources.push({ entity, tokens: document.tokens, cache, read });
    readS.push(clock.times.prefill);
    await pause();
  }
  return { sources, readS };
}

async function createCarrier(parts: {
  readonly reader: Reader;
  readonly scenario: AgentScenario;
  readonly measured: MeasuredModel;
  readonly seed: number;
  readonly facts: number;
  readonly arm: MeasuredArm;
  readonly training: number | null;
  readonly sources: readonly Source[];
}): Promise<Carrier> {
  const { reader, scenario, measured, seed, facts, arm, training, sources } = parts;
  const link = createFaultyLink(scenario.measured.link, createStream(seed, `measured link ${facts}`));
  const shared: CarrierParts = { reader, link, relay: scenario.relay };
  const { carries, encoder: name = "attention", control } = measuredRules[arm];
  switch (carries) {
    case "nothing":
      return silentCarrier(arm === "single" ? "all" : "nothing");
    case "text":
    case "summary":
      return textCarrier(shared, scenario, {
        summarized: carries === "summary",
        order: arm === "prefix-miss" ? "role-first" : "document-first",
        cached: arm === "prefix-cache" || arm === "prefix-miss",
      });
    case "kv":
      return cacheCarrier(shared, scenario);
    case "answer":
      return answerCarrier(shared);
    case "latent": {
      const { bytes } = scenario.measured;
      const encoder = await measured.encoder(name, { bytes, facts, trainingSeed: training });
      await encoder.prepare?.(sources.map(({ read }) => read));
      const replace =
        control === "mean"
          ? await meanOfOthers(encoder, sources)
          : control === "shuffled"
            ? inAnotherOrder(seed)
            : null;
      return latentCarrier(shared, encoder, replace);
    }
  }
}

function hopRow(
  hop: MeasuredHop,
  { task, arm, training }: Pick<MeasuredTaskResult, "task" | "arm" | "training">,
  scenario: AgentScenario,
): TableRow {
  const { graph } = scenario;
  const stage = graph.receivers[hop.hop - 1];
  return {
    scenario: scenario.name,
    arm,
    training_seed: training,
    seed: task.seed,
    facts: task.facts,
    task: task.index,
    hop: hop.hop,
    from_stage: graph.predecessors[stage].map((from) => graph.names[from]).join("+"),
    to_stage: hop.to,
    wire_bytes: hop.wireBytes,
    prefill_tokens: hop.prefillTokens,
    cached_tokens: hop.cachedTokens,
    outcome: hop.outcome ?? "nothing sent",
    answered: hop.own,
    probe_answered: hop.probe,
    time_to_first_token_ms:
      hop.times === null ? null : stepNames.reduce((sum, step) => sum + (hop.times?.[step] ?? 0), 0) * 1000,
  };
}
