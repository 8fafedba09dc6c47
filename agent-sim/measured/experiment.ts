// The pipeline through a language model that really runs: all arms on the same documents.
import type { Experiment, Pause, ShardResult, TableRow } from "#core";
import { requireMeasuredArm } from "../hand-off/arm-lists.ts";
import { armRules, armsOfRun, type MeasuredArm } from "../hand-off/arms.ts";
import { stepNames } from "../hand-off/clock.ts";
import { openHandOffs } from "../hand-off/exchange.ts";
import type { MeasuredModel } from "../hand-off/latents.ts";
import { factVocabulary } from "../hand-off/prompt.ts";
import { agentArmNamesOf } from "../pipeline/former-arms.ts";
import type { AgentScenario } from "../scenario.ts";
import { measuredMetrics } from "./metrics.ts";
import { readSource } from "./read-source.ts";
import { createReader } from "./reader.ts";
import { requireRead, requireRunnable } from "./requirements.ts";
import { runArm } from "./run-arm.ts";
import { drawMeasuredTask } from "./task.ts";
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
  const arms =
    (options.arms && agentArmNamesOf(options.arms))?.map(requireMeasuredArm) ??
    armsOf(measured, scenario.measured.trainingSeeds);
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
    gap: { metric: "exactMatch", floor: "cold", ceiling: "kv" },
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
      const read: Awaited<ReturnType<typeof readSource>>[] = [];
      for (const [entity, { document }] of tasks.entries()) {
        read.push(await readSource(reader, { entity, document }, nowS));
        await pause();
      }
      const units: ReturnType<typeof measuredUnits>[number][] = [];
      const handovers: TableRow[] = [];
      for (const arm of arms) {
        const count = documentsOf(arm, scenario.measured, seedIndex);
        if (count === 0) continue;
        const some = tasks.slice(0, count + 1);
        const sources = read.slice(0, count + 1).map(({ source }) => source);
        for (const training of trainingsOf(arm, scenario.measured)) {
          const parts = { reader, scenario, measured, seed, facts, arm, training, sources };
          const handOffs = await openHandOffs(parts);
          const run = { graph: scenario.graph, reader, handOffs, nowS, pause };
          const hops = await runArm(run, some, sources);
          for (const [i, own] of hops.entries()) {
            const result = { task: tasks[i], arm, training, hops: own, readS: read[i].readS };
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
  return armsOfRun("measured").filter((arm) => {
    const { encoder } = armRules[arm];
    return encoder === undefined || trainingSeeds.every((training) => measured.has(encoder, training));
  });
}

/** Returns the training seeds of the encoders that an arm is run with, one after another; null where nothing was trained. */
function trainingsOf(
  arm: MeasuredArm,
  { trainingSeeds }: AgentScenario["measured"],
): readonly (number | null)[] {
  const { carries, encoder } = armRules[arm];
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
