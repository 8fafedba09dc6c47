import { beforeAll, describe, expect, it } from "vitest";
import { createStream } from "#core";
import { createGraph, gradients, initialParameters, toOnnx } from "#core/model";
import { openOnnxSession } from "#core/node";
import {
  type DecoderShape,
  declareDecoder,
  standardShape,
} from "../../../agent-sim/language-model/decoder.ts";
import {
  decoderObjective,
  lastOf,
  sequenceFeeds,
  sequenceInputs,
} from "../../../agent-sim/language-model/decoder-objective.ts";
import { createDecoderRuntime } from "../../../agent-sim/language-model/decoder-runtime.ts";
import { drawDocument, END } from "../../../agent-sim/language-model/language.ts";
import { decodeGreedily, type LanguageModel } from "../../../agent-sim/language-model/language-model.ts";
import {
  createSequenceBatch,
  drawSequence,
  fillSequences,
} from "../../../agent-sim/language-model/sequences.ts";

const tiny: DecoderShape = {
  ...standardShape,
  layers: 2,
  heads: 2,
  headSize: 6,
  rotated: 4,
  width: 12,
  hidden: 10,
  contextTokens: 64,
};
const SIZE = { rows: 2, length: 40 };

/** Returns parameters of a decoder that nobody trained. */
function untrained(shape: DecoderShape): Float32Array {
  const graph = createGraph();
  declareDecoder(graph, shape);
  return initialParameters(graph, 3);
}

const ids = (count: number): Int32Array => {
  const random = createStream(5, "tokens");
  return Int32Array.from({ length: count }, (_, i) => random.integer(tiny.vocabulary, i));
};

const farthest = (a: Float32Array, b: Float32Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), Math.abs(a.length - b.length));

describe("the decoder behind a cache", () => {
  let model: LanguageModel;
  beforeAll(() => {
    model = createDecoderRuntime(
      { modelId: "untrained", shape: tiny, parameters: untrained(tiny), layer: 0, endToken: END },
      openOnnxSession,
    );
    return () => model.close();
  });

  it.each([
    ["two pieces", [17, 20]],
    ["pieces as long as graphs", [8, 16, 13]],
    ["tokens one by one", new Array<number>(37).fill(1)],
  ])("reads a prompt in %s as it reads it whole, to 1e-4", async (_, pieces) => {
    const prompt = ids(37);
    const whole = await model.run({ ids: prompt }, null);
    let at = 0;
    let last: Awaited<ReturnType<typeof model.run>> | null = null;
    const hidden: number[] = [];
    for (const piece of pieces) {
      last = await model.run({ ids: prompt.subarray(at, at + piece) }, last?.cache ?? null);
      hidden.push(...(last.hidden as Float32Array));
      at += piece;
    }
    if (last === null) throw new Error("no piece");
    expect(farthest(whole.logits, last.logits)).toBeLessThan(1e-4);
    expect(farthest(whole.hidden as Float32Array, Float32Array.from(hidden))).toBeLessThan(1e-4);
    expect(last.cache.tokens).toBe(37);
    for (const [i, { key, value }] of whole.cache.layers.entries()) {
      expect(key).toHaveLength(tiny.heads * 37 * tiny.headSize);
      expect(farthest(key, last.cache.layers[i].key)).toBeLessThan(1e-4);
      expect(farthest(value, last.cache.layers[i].value)).toBeLessThan(1e-4);
    }
  });

  it("reads embeddings as it reads their ids", async () => {
    const prompt = ids(9);
    const [byIds, byEmbeddings] = [
      await model.run({ ids: prompt }, null),
      await model.run({ embeds: model.embed(prompt) }, null),
    ];
    expect(byEmbeddings).toEqual(byIds);
  });

  it("leaves the cache it was given as it was", async () => {
    const { cache } = await model.run({ ids: ids(5) }, null);
    const before = structuredClone(cache);
    await model.run({ ids: ids(3) }, cache);
    expect(cache).toEqual(before);
  });

  it("sees the order of tokens, and no token behind", async () => {
    const prompt = ids(12);
    const { hidden } = await model.run({ ids: prompt }, null);
    const other = await model.run({ ids: Int32Array.of(...prompt.subarray(0, 11), 7) }, null);
    const width = tiny.width;
    expect(other.hidden?.subarray(0, 11 * width)).toEqual(hidden?.subarray(0, 11 * width));
    const swapped = await model.run(
      { ids: Int32Array.of(prompt[1], prompt[0], ...prompt.subarray(2)) },
      null,
    );
    const [a, b] = [swapped.logits, (await model.run({ ids: prompt }, null)).logits];
    expect(farthest(a, b)).toBeGreaterThan(1e-3);
  });

  it("refuses no token, a token that it does not know, and more than its context", async () => {
    await expect(model.run({ ids: new Int32Array() }, null)).rejects.toThrow(/0 positions behind 0/);
    await expect(model.run({ ids: ids(65) }, null)).rejects.toThrow(/64 in all/);
    expect(() => model.embed(Int32Array.of(tiny.vocabulary))).toThrow(RangeError);
  });

  it("decodes no further than the end token or the limit", async () => {
    const from = await model.run({ ids: ids(4) }, null);
    const { ids: found, cache } = await decodeGreedily(model, from, 6);
    expect(found.length).toBeLessThanOrEqual(6);
    expect(cache.tokens).toBe(4 + found.length - 1);
    const ended = { ...from, logits: from.logits.map((_, id) => (id === END ? 1 : 0)) };
    expect((await decodeGreedily(model, ended, 6)).ids).toEqual([END]);
    await expect(decodeGreedily(model, from, 0)).rejects.toThrow(RangeError);
  });
});

describe("the decoder's training", () => {
  const random = createStream(1, "test sequences");
  const documents = [0, 1].map((index) => drawDocument({ seed: 1, split: "train", index, facts: 3 }));
  const batch = (order: "document-first" | "role-first") =>
    fillSequences(
      createSequenceBatch(SIZE),
      documents.map((document, row) => drawSequence(document, random, 1, row, 2, order)),
    );

  it("has gradients that agree with finite differences", async () => {
    const graph = createGraph();
    const { loss } = decoderObjective(tiny, SIZE)(graph);
    const leaves = graph.parameters.map(({ tensor }) => tensor);
    graph.output("loss", loss);
    for (const [i, gradient] of gradients(loss, leaves).entries()) graph.output(`by ${i}`, gradient);
    const session = await openOnnxSession(toOnnx(graph));
    const parameters = initialParameters(graph, 2);
    const feeds = sequenceFeeds(batch("document-first"));
    const run = (values: Float32Array) => session.run({ ...feeds, parameters: values });
    const results = await run(parameters);
    const analytic = leaves.flatMap((_, i) => [...(results[`by ${i}`] as Float32Array)]);
    // Along random directions: the gradient of each of thousands of parameters would take too long.
    for (let trial = 0; trial < 5; trial++) {
      const direction = parameters.map((_, i) => random.normal(trial, i));
      const moved = async (by: number): Promise<number> =>
        Number((await run(parameters.map((value, i) => value + by * direction[i]))).loss[0]);
      const numeric = ((await moved(1e-3)) - (await moved(-1e-3))) / 2e-3;
      const expected = analytic.reduce((sum, value, i) => sum + value * direction[i], 0);
      expect(Math.abs(numeric - expected)).toBeLessThan(0.02 * Math.max(1, Math.abs(expected)));
    }
    await session.close();
  });

  it.each(["document-first", "role-first"] as const)(
    "reads each question as if it came alone: %s",
    async (order) => {
      const graph = createGraph();
      const decoder = declareDecoder(graph, tiny);
      const { ids: read, places } = sequenceInputs(graph, tiny, SIZE);
      graph.output("logits", decoder.logits(lastOf(decoder.read(decoder.embed(read), places).states)));
      const parameters = untrained(tiny);
      const session = await openOnnxSession(toOnnx(graph, parameters));
      const filled = batch(order);
      const { logits } = await session.run({
        ids: filled.ids,
        positions: filled.positions,
        mask: filled.mask,
      });
      await session.close();
      const alone = createDecoderRuntime(
        { modelId: "untrained", shape: tiny, parameters, layer: 0, endToken: END },
        openOnnxSession,
      );
      expect(filled.asked.length).toBeGreaterThan(1);
      const { promptOf } = await import("../../../agent-sim/language-model/language.ts");
      for (const { row, from, question } of filled.asked) {
        const prompt = promptOf(documents[row].tokens, question, order);
        const { logits: expected } = await alone.run({ ids: prompt }, null);
        const at = (row * SIZE.length + from) * tiny.vocabulary;
        const got = (logits as Float32Array).subarray(at, at + tiny.vocabulary);
        expect(farthest(expected, got)).toBeLessThan(1e-4);
      }
      await alone.close();
    },
  );

  it("never asks the same twice of a document in a sequence", () => {
    const document = drawDocument({ seed: 2, split: "train", index: 0, facts: 8 });
    for (let draw = 0; draw < 50; draw++) {
      const { questions } = drawSequence(document, random, draw, 0, 10);
      const asked = questions.map(({ role, tokens }) => `${role} ${tokens}`);
      expect(new Set(asked).size).toBe(asked.length);
    }
  });
});
