import { type KpiRow, wilsonInterval } from "#core";
import type { Checkpoint, OpenSession, TrainingRecord } from "#core/model";
import { type DecoderShape, standardShape } from "./decoder.ts";
import type { DecoderModel } from "./decoder-runtime.ts";
import type { ExactMatchTally } from "./exact-match.ts";
import { roles } from "./language.ts";
import { payloadSizes } from "./memory-batch.ts";
import type { MemoryKind, MemoryShape } from "./memory-network.ts";
import { type ProbeResult, probeStates } from "./probe.ts";
import { type DecoderStage, judgeDecoder, trainDecoder } from "./train-decoder.ts";
import { judgeMemory, type MemoryStage, trainMemory } from "./train-memory.ts";
import { trainingData } from "./training-data.ts";
import {
  DECODER,
  decoderModel,
  decoderOnnx,
  decoderParameterCount,
  memoryModel,
  memoryName,
  memoryOnnx,
  memoryShape,
} from "./weights.ts";

/** Trains the decoder and memories, one after another, and says how each does on documents that it has not seen. */

/** What can be trained, as `--kinds` names it. */
export type LanguageKind = "decoder" | MemoryKind;

export interface LanguagePlan {
  readonly kinds: readonly LanguageKind[];
  readonly seed: number;
  readonly shape: DecoderShape;
  readonly decoder: { readonly stages: readonly DecoderStage[]; readonly learningRate: number };
  readonly memory: {
    readonly stages: readonly MemoryStage[];
    readonly learningRate: number;
  };
  /** Numbers of facts that models are judged at, and payload sizes of memories. */
  readonly judged: { readonly facts: readonly number[]; readonly bytes: readonly number[] };
}

export const standardLanguagePlan: Omit<LanguagePlan, "kinds" | "seed"> = {
  shape: standardShape,
  decoder: {
    learningRate: 3e-3,
    stages: [
      { rows: 24, length: 96, leastFacts: 2, mostFacts: 6, questions: 8, steps: 300 },
      { rows: 12, length: 224, leastFacts: 1, mostFacts: 16, questions: 10, steps: 900 },
    ],
  },
  memory: {
    learningRate: 3e-3,
    stages: [
      { rows: 32, leastFacts: 1, mostFacts: 4, questions: 6, steps: 400 },
      { rows: 24, leastFacts: 1, mostFacts: 16, questions: 8, steps: 2000 },
    ],
  },
  judged: { facts: [1, 2, 4, 8, 16], bytes: payloadSizes },
};

/** Enough to see that training works, in two minutes on one core. */
export const smokeLanguagePlan: Omit<LanguagePlan, "seed"> = {
  kinds: ["decoder", "slots"],
  shape: { ...standardShape, width: 64, headSize: 16, hidden: 64, rotated: 8 },
  decoder: {
    learningRate: 4e-3,
    stages: [{ rows: 32, length: 64, leastFacts: 1, mostFacts: 2, questions: 6, steps: 400 }],
  },
  memory: {
    learningRate: 3e-3,
    stages: [{ rows: 32, leastFacts: 1, mostFacts: 2, questions: 6, steps: 600 }],
  },
  judged: { facts: [2], bytes: [128] },
};

/** What of a trained model is kept. */
export interface TrainedLanguageModel {
  readonly kind: LanguageKind;
  readonly name: string;
  readonly onnx: Uint8Array;
  /** What stands for the training data: first documents of the seed; for a memory the decoder's weights before them. */
  readonly data: Uint8Array;
  readonly steps: number;
  readonly normalisation: Readonly<Record<string, number>>;
  readonly metrics: readonly KpiRow<"agent">[];
  readonly log: readonly TrainingRecord[];
}

export interface LanguageListener {
  onRecord?(model: string, record: TrainingRecord, steps: number): "stop" | undefined;
  /** Called before the first memory is trained. */
  onProbe?(results: readonly ProbeResult[]): void;
  /** Called when a model is done, before the next is begun. */
  onModel?(model: TrainedLanguageModel): Promise<void>;
  readonly checkpoint?: (model: string, stage: number) => Checkpoint;
}

/** Returns a plan with `steps` optimiser steps in each stage, or as it is for null. */
export function withSteps(plan: LanguagePlan, steps: number | null): LanguagePlan {
  if (steps === null) return plan;
  const cut = <S extends { readonly steps: number }>(stages: readonly S[]): readonly S[] =>
    stages.map((stage) => ({ ...stage, steps }));
  return {
    ...plan,
    decoder: { ...plan.decoder, stages: cut(plan.decoder.stages) },
    memory: { learningRate: plan.memory.learningRate, stages: cut(plan.memory.stages) },
  };
}

/** Every so many steps one record is kept. */
const RECORD_EVERY = 20;
/** Documents of validation are drawn under seeds of their own. */
const FIRST_VALIDATION_SEED = 2_000_000;
const JUDGED_BATCHES = 8;
const PROBED_DOCUMENTS = 128;

/**
 * Returns the trained models, in the order of the plan's kinds; fewer when it was stopped. `loadDecoder` gives the decoder when
 * the plan trains memories alone.
 */
export async function trainLanguage(
  plan: LanguagePlan,
  {
    open,
    loadDecoder,
    listener = {},
  }: {
    readonly open: OpenSession;
    readonly loadDecoder: () => Promise<DecoderModel>;
    readonly listener?: LanguageListener;
  },
): Promise<readonly TrainedLanguageModel[]> {
  const { kinds, seed, shape } = plan;
  const { checkpoint } = listener;
  const models: TrainedLanguageModel[] = [];
  let decoder: DecoderModel | null = null;
  let probed = false;
  for (const kind of kinds) {
    const name = kind === "decoder" ? DECODER : memoryName(kind, seed);
    const log: TrainingRecord[] = [];
    const options = {
      open,
      onRecord(record: TrainingRecord, steps: number) {
        if (record.step % RECORD_EVERY === 0 || record.step === 1) log.push(record);
        return listener.onRecord?.(name, record, steps);
      },
      ...(checkpoint === undefined ? {} : { checkpoint: (stage: number) => checkpoint(name, stage) }),
    };
    let made: Pick<TrainedLanguageModel, "onnx" | "steps" | "normalisation" | "metrics">;
    if (kind === "decoder") {
      const parameters = await trainDecoder({ shape, seed, ...plan.decoder }, options);
      if (parameters === null) break;
      decoder = decoderModel(name, parameters.slice(0, decoderParameterCount(shape)), shape);
      made = {
        onnx: decoderOnnx(decoder),
        steps: stepsOf(plan.decoder.stages),
        normalisation: {},
        metrics: await decoderRows(decoder, plan, open),
      };
    } else {
      decoder ??= await loadDecoder();
      if (!probed) {
        probed = true;
        listener.onProbe?.(await probeStates(decoder, { seed, documents: PROBED_DOCUMENTS, open }));
      }
      const sized = memoryShape(kind, shape);
      const { learningRate, stages } = plan.memory;
      const parameters = await trainMemory({ shape: sized, decoder, seed, stages, learningRate }, options);
      if (parameters === null) break;
      const memory = memoryModel(name, sized, parameters, decoder);
      made = {
        onnx: memoryOnnx(memory),
        steps: stepsOf(stages),
        normalisation: { tokenRms: memory.tokenRms },
        metrics: await memoryRows(sized, parameters, decoder, plan, open),
      };
    }
    const data = trainingData(kind === "decoder" ? null : (decoder as DecoderModel), seed);
    const model = { kind, name, log, data, ...made };
    await listener.onModel?.(model);
    models.push(model);
  }
  return models;
}

function stepsOf(stages: readonly { readonly steps: number }[]): number {
  return stages.reduce((sum, { steps }) => sum + steps, 0);
}

/** Exact match of the decoder with the full text, for each number of facts and role. */
async function decoderRows(
  decoder: DecoderModel,
  { judged, seed }: LanguagePlan,
  open: OpenSession,
): Promise<readonly KpiRow<"agent">[]> {
  const rows: KpiRow<"agent">[] = [];
  for (const facts of judged.facts) {
    const tally = await judgeDecoder(decoder.parameters, {
      shape: decoder.shape,
      stage: {
        rows: 16,
        length: 64 + 12 * facts,
        leastFacts: facts,
        mostFacts: facts,
        questions: 5,
        steps: 0,
      },
      split: "validation",
      seed: FIRST_VALIDATION_SEED + seed,
      batches: 2 * JUDGED_BATCHES,
      open,
    });
    rows.push(...tallyRows("text", `facts=${facts}`, "exactMatch", tally));
  }
  return rows;
}

/** Exact match behind memories, of the right document and of another, for each number of facts and payload size. */
async function memoryRows(
  shape: MemoryShape,
  parameters: Float32Array,
  decoder: DecoderModel,
  { judged, seed }: LanguagePlan,
  open: OpenSession,
): Promise<readonly KpiRow<"agent">[]> {
  const rows: KpiRow<"agent">[] = [];
  for (const facts of judged.facts) {
    const scores = await judgeMemory(parameters, {
      shape,
      decoder,
      facts,
      bytes: judged.bytes,
      split: "validation",
      seed: FIRST_VALIDATION_SEED + seed,
      batches: JUDGED_BATCHES,
      open,
    });
    for (const [i, { own, wrongDocument }] of scores.entries()) {
      const at = `facts=${facts}/bytes=${judged.bytes[i]}`;
      rows.push(
        ...tallyRows(shape.kind, at, "exactMatch", own),
        ...tallyRows(shape.kind, at, "wrongDocumentExactMatch", wrongDocument),
      );
    }
  }
  return rows;
}

/** One row a role that asked. */
function tallyRows(
  arm: string,
  at: string,
  metric: string,
  tally: ExactMatchTally,
): readonly KpiRow<"agent">[] {
  return roles
    .filter((role) => tally[role].asked > 0)
    .map((role) => {
      const { exact, asked } = tally[role];
      const { lo, hi } = wilsonInterval(exact, asked);
      const rounded = (value: number | null): number => Math.round((value ?? 0) * 1e4) / 1e4;
      return {
        experiment: "agent-train",
        domain: "agent",
        kind: "measured",
        scenario: `validation/${at}/role=${role}`,
        arm,
        metric,
        unit: "1",
        value: rounded(exact / asked),
        ci95: [rounded(lo), rounded(hi)] as const,
        n: asked,
        seeds: 1,
      };
    });
}
