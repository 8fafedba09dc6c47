// A decoder that cannot answer questions: what its hand-offs cost, and how well it goes on with a text, by what it was handed.
import {
  BadInputError,
  createStream,
  type Experiment,
  type MetricDefinition,
  requireName,
  type ShardResult,
  type UnitResult,
} from "#core";
import { continuationArms } from "../hand-off/arm-lists.ts";
import { armRules, type MeasuredArm } from "../hand-off/arms.ts";
import { createStepClock } from "../hand-off/clock.ts";
import { type ArmHandOffs, createHandOffs, handToStage } from "../hand-off/exchange.ts";
import { firstSender, type Holding, type Source } from "../hand-off/holding.ts";
import type { Ask, Vocabulary } from "../hand-off/prompt.ts";
import { faultyLink } from "../hand-off/transport.ts";
import type { LanguageModel, ModelOutput } from "../language-model/language-model.ts";
import { agentArmNamesOf } from "../pipeline/former-arms.ts";
import type { PipelineGraph } from "../pipeline/graph.ts";
import type { AgentScenario } from "../scenario.ts";
import { generateDocument } from "../workload/document.ts";
import { measuredMetrics } from "./metrics.ts";
import { createReader, type Reader } from "./reader.ts";
import { requireRead, requireRunnable } from "./requirements.ts";
import { type HopCost, hopCosts } from "./units.ts";

/** A decoder with the tokens of its texts. */
export interface TextModel {
  readonly model: LanguageModel;
  readonly vocabulary: Vocabulary;
}

type ContinuationArm = (typeof continuationArms)[number];

/** The receiver's own prompt: the first tokens behind the context. */
const OWN_TOKENS = 8;
/** Tokens whose loss is taken. */
const CONTINUATION_TOKENS = 24;

export const continuationMetrics: readonly MetricDefinition[] = [
  { metric: "continuationLoss", unit: "nat", pooling: { by: "ratio" } },
  ...measuredMetrics.filter(({ metric }) => !/exactMatch|rereadFactor|^projectMs/i.test(metric)),
];

/**
 * Returns the experiment: `measured.documents` texts a seed, each handed from stage to stage in every arm. A text is a piece
 * of the scenario's (`document.text`) or generated; its context is cut to what the model and the scenario's `document.tokens`
 * allow. A text that is given has so many pieces as fit, side by side; they are taken in turn, and each is a group of the
 * intervals: what is said twice is known once.
 *
 * Throws BadInputError for an arm that is not one of {@link continuationArms}: the others need answers, or encoders that were
 * trained through the model; for a latent arm it names `inputs_embeds` first, where the model does not take them;
 * and for a part of the scenario that a measured run does not read.
 */
export function createContinuationExperiment(options: {
  readonly scenario: AgentScenario;
  readonly arms?: readonly string[];
  readonly seeds: readonly number[];
  readonly text: TextModel;
  readonly nowS: () => number;
}): Experiment<"agent"> {
  const { scenario, seeds, text, nowS } = options;
  const asked = agentArmNamesOf(options.arms ?? continuationArms);
  const known = asked.filter((arm) => arm in armRules) as MeasuredArm[];
  requireRunnable(text, known);
  requireRead(scenario, { text: true });
  const arms = asked.map(
    (arm) =>
      requireName(
        "unknown-arm",
        `arm for ${text.model.modelId}, which was not trained on the document language`,
        arm,
        continuationArms,
      ) as ContinuationArm,
  );
  const reader = createReader(text.model, text.vocabulary);
  const { measured, relay, summary, kv, text: encoding, cache, document } = scenario;
  const pieces = document.text === undefined ? null : piecesOf(document.text, scenario, text);
  return {
    name: "agent-run-continuation",
    domain: "agent",
    kind: "measured",
    arms,
    metrics: continuationMetrics,
    shards: seeds.map((seed) => ({ key: `${scenario.name}/seed=${seed}`, scenario: scenario.name, seed })),
    inputs: [],
    config: {
      scenario: {
        name: scenario.name,
        documents: measured.documents,
        document,
        relay,
        summary,
        kv,
        text: encoding,
        cache,
      },
      model: { id: text.model.modelId, ...text.model.shape },
      arms,
    },
    async runShard({ seed }, { pause = () => Promise.resolve() } = {}): Promise<ShardResult<"agent">> {
      const units: UnitResult<"agent">[] = [];
      for (let index = 0; index < measured.documents; index++) {
        const place = seeds.indexOf(seed ?? 0) * measured.documents + index;
        const piece = pieces === null ? null : place % pieces.length;
        const passage = cutPassage(
          pieces === null || piece === null
            ? drawText(scenario, text, { seed: seed ?? 0, index })
            : pieces[piece],
        );
        const clock = createStepClock(nowS);
        const { cache: read } = await reader.read(passage.context, clock);
        const source: Source = {
          entity: index,
          tokens: passage.context,
          cache: read,
          read: { states: new Float32Array(0), positions: 0, document: null },
        };
        for (const arm of arms) {
          const link = faultyLink(measured.link, createStream(seed ?? 0, "measured link"));
          const handOffs = createHandOffs({ reader, scenario, arm, link, latent: null });
          const hops = await runHops({ graph: scenario.graph, reader, handOffs, nowS }, source, passage);
          const group = piece === null ? `seed=${seed}/document=${index}` : `piece=${piece}`;
          const names = { domain: "agent", arm, seed, unit: `document=${index}`, group } as const;
          const lossOf = (of: readonly ContinuedHop[]) => ({
            sum: of.reduce((sum, { loss }) => sum + loss, 0),
            weight: of.length * passage.target.length,
          });
          units.push({
            ...names,
            scenario: scenario.name,
            tallies: { continuationLoss: lossOf(hops), ...hopCosts(hops, clock.times.prefill) },
          });
          for (const hop of hops) {
            units.push({
              ...names,
              scenario: `${scenario.name}/hop=${hop.hop}`,
              tallies: { continuationLoss: lossOf([hop]), ...hopCosts([hop], null) },
            });
          }
          await pause();
        }
      }
      return { units, tables: {} };
    },
  };
}

/** A text in three parts: what is handed over, what the receiver begins with, and what it should go on with. */
interface Passage {
  readonly context: Int32Array;
  readonly ask: Ask;
  readonly target: Int32Array;
}

/** Tokens of a text that are not its context. */
const BEHIND = OWN_TOKENS + CONTINUATION_TOKENS;

/** Returns how many tokens a text may have. Throws RangeError where the model has no room for a context. */
function mostTokens({ document }: AgentScenario, { model, vocabulary }: TextModel): number {
  // Two tokens in reserve: a text that is decoded and encoded again may come out longer.
  const room = model.shape.contextTokens - BEHIND - vocabulary.begin.length - 2;
  if (room < 1) throw new RangeError(`${model.modelId} has no room for a context`);
  return Math.min(document.tokens, room) + BEHIND;
}

/** Returns the pieces of a text that is given, at least one. Throws BadInputError for a text that leaves no context. */
function piecesOf(given: string, scenario: AgentScenario, text: TextModel): readonly Int32Array[] {
  const size = mostTokens(scenario, text);
  const tokens = text.vocabulary.encode(given);
  if (tokens.length <= BEHIND) {
    throw new BadInputError("bad-parameter", {
      subject: `${scenario.name}, document`,
      expected: `a text of more than ${BEHIND} tokens: what is handed over, and ${BEHIND} behind it to go on with`,
      got: `${tokens.length} tokens of ${text.model.modelId}`,
    });
  }
  const count = Math.max(1, Math.floor(tokens.length / size));
  return Array.from({ length: count }, (_, i) => tokens.subarray(i * size, (i + 1) * size));
}

/** Returns the generated text `index` of a seed. */
function drawText(
  scenario: AgentScenario,
  text: TextModel,
  { seed, index }: { readonly seed: number; readonly index: number },
): Int32Array {
  const { model, vocabulary } = text;
  const size = mostTokens(scenario, text);
  const words = {
    name: "o200k_base" as const,
    vocabularySize: model.shape.vocabulary,
    encode: (part: string): number[] => [...vocabulary.encode(part)],
    decode: (ids: readonly number[]): string => vocabulary.decode(ids),
  };
  const drawn = generateDocument(words, { seed, task: index, tokens: 2 * size });
  return vocabulary.encode(drawn.text).subarray(0, size);
}

function cutPassage(tokens: Int32Array): Passage {
  const context = tokens.subarray(0, Math.max(1, tokens.length - BEHIND));
  return {
    context,
    ask: { role: new Int32Array(0), question: tokens.subarray(context.length, context.length + OWN_TOKENS) },
    target: tokens.subarray(context.length + OWN_TOKENS),
  };
}

interface ContinuedHop extends HopCost {
  /** Summed over the tokens that should follow. */
  readonly loss: number;
}

/** Takes a text through the pipeline: each stage hands it to those behind it, and each receiver goes on with it. */
async function runHops(
  run: {
    readonly graph: PipelineGraph;
    readonly reader: Reader;
    readonly handOffs: ArmHandOffs;
    readonly nowS: () => number;
  },
  source: Source,
  { ask, target }: Passage,
): Promise<readonly ContinuedHop[]> {
  const { graph, reader, handOffs } = run;
  const holdings: Holding[] = graph.names.map(() => firstSender(source));
  const hops: ContinuedHop[] = [];
  for (const [at, stage] of graph.receivers.entries()) {
    const { taken, wireBytes, clock } = await handToStage(run, { holdings, hop: at + 1, stage, ask });
    const reading = await reader.ask(taken.context, ask, clock);
    holdings[stage] = handOffs.hold(taken, source, reading.output);
    hops.push({
      hop: at + 1,
      to: graph.names[stage],
      wireBytes,
      prefillTokens: reading.prefillTokens,
      cachedTokens: reading.cachedTokens,
      rereadTokens: reading.contextTokens,
      flops: reading.flops,
      outcome: taken.outcome,
      times: clock.times,
      loss: await lossOf(reader.model, reading.output, target),
    });
  }
  return hops;
}

/** Returns the sum of -ln p over the tokens that should follow, each behind those before it. */
async function lossOf(model: LanguageModel, behind: ModelOutput, target: Int32Array): Promise<number> {
  let output: Pick<ModelOutput, "logits" | "cache"> = behind;
  let loss = 0;
  for (const [i, id] of target.entries()) {
    loss += crossEntropy(output.logits, id);
    if (i < target.length - 1) output = await model.run({ ids: Int32Array.of(id) }, output.cache);
  }
  return loss;
}

function crossEntropy(logits: Float32Array, id: number): number {
  const largest = logits.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const total = logits.reduce((sum, value) => sum + Math.exp(value - largest), 0);
  return Math.log(total) + largest - logits[id];
}
