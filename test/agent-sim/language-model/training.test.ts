import { describe, expect, it } from "vitest";
import type { TrainingRecord, TrainingState } from "#core/model";
import { openOnnxSession } from "#core/node";
import { type DecoderShape, standardShape } from "../../../agent-sim/language-model/decoder.ts";
import { probeStates } from "../../../agent-sim/language-model/probe.ts";
import { judgeDecoder, trainDecoder } from "../../../agent-sim/language-model/train-decoder.ts";
import { judgeMemory, trainMemory } from "../../../agent-sim/language-model/train-memory.ts";
import {
  decoderModel,
  decoderParameterCount,
  memoryShape,
} from "../../../agent-sim/language-model/weights.ts";

const tiny: DecoderShape = { ...standardShape, heads: 4, headSize: 4, rotated: 2, width: 16, hidden: 8 };
const stages = [
  { rows: 2, length: 48, leastFacts: 1, mostFacts: 2, questions: 2, steps: 3 },
  { rows: 2, length: 64, leastFacts: 2, mostFacts: 4, questions: 2, steps: 3 },
];
const training = { shape: tiny, stages, learningRate: 1e-2, seed: 3 };

/** A decoder of six steps: it knows nothing, which is enough to run what is trained through it. */
async function beginner() {
  const parameters = await trainDecoder(training, { open: openOnnxSession });
  if (parameters === null) throw new Error("stopped");
  return decoderModel("beginner", parameters.slice(0, decoderParameterCount(tiny)), tiny);
}

describe("training in stages", () => {
  it("gives the same decoder twice, and when it was stopped and resumed in the middle of a stage", async () => {
    const straight = await trainDecoder(training, { open: openOnnxSession });
    expect(await trainDecoder(training, { open: openOnnxSession })).toEqual(straight);
    const kept = new Map<number, TrainingState>();
    const checkpoint = (stage: number) => ({
      load: async () => kept.get(stage) ?? null,
      save: async (state: TrainingState) => void kept.set(stage, state),
    });
    const onRecord = ({ step }: TrainingRecord) => (step === 4 ? ("stop" as const) : undefined);
    expect(await trainDecoder(training, { open: openOnnxSession, checkpoint, onRecord })).toBeNull();
    expect(kept.get(1)?.step).toBe(4);
    expect(await trainDecoder(training, { open: openOnnxSession, checkpoint })).toEqual(straight);
  });
});

describe("judging", () => {
  it("asks a decoder of every role, on documents that it was not trained on", async () => {
    const { parameters } = await beginner();
    const tally = await judgeDecoder(parameters, {
      shape: tiny,
      stage: { rows: 8, length: 112, leastFacts: 4, mostFacts: 4, questions: 5, steps: 0 },
      split: "validation",
      seed: 9,
      batches: 4,
      open: openOnnxSession,
    });
    for (const { asked, exact } of Object.values(tally)) {
      expect(asked).toBeGreaterThan(0);
      expect(exact).toBeLessThanOrEqual(asked);
    }
  });

  it("probes each layer at the value and at the separator", async () => {
    const results = await probeStates(await beginner(), { seed: 1, documents: 32, open: openOnnxSession });
    expect(results.map(({ layer, place }) => `${layer} ${place}`)).toEqual([
      "0 value",
      "0 separator",
      "1 value",
      "1 separator",
      "2 value",
      "2 separator",
    ]);
    // A token says itself after the first layer, whoever has trained it.
    expect(results[0].accuracy.value).toBeGreaterThan(results[1].accuracy.value);
  });

  it.each(["published", "attention", "slots"] as const)(
    "asks behind memories of %s and behind those of other documents, at each size",
    async (kind) => {
      const decoder = await beginner();
      const shape = memoryShape(kind, tiny);
      const parameters = await trainMemory(
        {
          shape,
          decoder,
          learningRate: 1e-3,
          seed: 1,
          stages: [{ rows: 2, leastFacts: 1, mostFacts: 2, questions: 2, steps: 2 }],
        },
        { open: openOnnxSession },
      );
      const scores = await judgeMemory(parameters as Float32Array, {
        shape,
        decoder,
        facts: 2,
        bytes: [8, 128],
        split: "validation",
        seed: 9,
        batches: 1,
        open: openOnnxSession,
      });
      expect(scores).toHaveLength(2);
      for (const { own, wrongDocument } of scores) {
        expect(own.retriever.asked).toBeGreaterThan(0);
        expect(wrongDocument.retriever.asked).toBe(own.retriever.asked);
      }
    },
  );
});
