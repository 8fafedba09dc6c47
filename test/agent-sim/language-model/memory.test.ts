import { describe, expect, it } from "vitest";
import {
  createHandOff,
  createLink,
  createStream,
  linkParametersSchema,
  payloadHeaderBytes,
  stateBatch,
} from "#core";
import { createGraph, initialParameters } from "#core/model";
import { openOnnxSession } from "#core/node";
import {
  declareMemory,
  type MemoryKind,
  memoryKinds,
} from "../../../agent-sim/language-model/memory-network.ts";
import { memorySteps, senderState, senderStateSize } from "../../../agent-sim/language-model/memory-steps.ts";
import { memoryShape } from "../../../agent-sim/language-model/weights.ts";

const WIDTH = 16;
const random = createStream(4, "memory test");

/** Returns a memory that nobody trained. */
function untrained(kind: MemoryKind) {
  const shape = memoryShape(kind, { width: WIDTH });
  const graph = createGraph();
  declareMemory(graph, shape, 1);
  return {
    modelId: `untrained-${kind}`,
    shape,
    parameters: initialParameters(graph, 1),
    tokenRms: 0.4,
    contextTokens: 48,
  };
}

const hidden = (tokens: number, of = 0): Float32Array =>
  Float32Array.from({ length: tokens * WIDTH }, (_, i) => random.normal(i, of));

describe.each(memoryKinds)("the memory %s", (kind) => {
  const model = untrained(kind);
  const valueAt = [3, 9, 14];
  const open = (bytes: number) => memorySteps(model, { bytes, slots: 3 }, openOnnxSession);

  it("is handed over by core's three steps, in as many bytes as it says", async () => {
    const { compressor, projector, vectors } = open(32);
    const link = createLink(linkParametersSchema.parse({}), random);
    const handOff = createHandOff({ compressor, projector, precision: "int8", link });
    const state = senderState(model, hidden(20), valueAt);
    const [sent] = await handOff.send(stateBatch(1, state.length, state), [{ entity: 1, sequence: 1 }], 0);
    expect(sent.bytes.length).toBe(payloadHeaderBytes + 32);
    const empty = stateBatch(1, vectors * WIDTH, new Float32Array(vectors * WIDTH));
    const { states, outcomes } = await handOff.receive([sent], empty, 1);
    expect(outcomes).toEqual(["warm"]);
    // Vectors are as long as a token's: what a trained length would scale is 1 here.
    for (let i = 0; i < vectors; i++) {
      const vector = states.values.subarray(i * WIDTH, (i + 1) * WIDTH);
      const rms = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0) / WIDTH);
      expect(rms).toBeCloseTo(model.tokenRms, 3);
    }
  });

  it("sends the beginning of one latent, whatever the size", async () => {
    const state = senderState(model, hidden(20), valueAt);
    const [short, long] = await Promise.all(
      [8, 64].map((bytes) => open(bytes).compressor.compress(stateBatch(1, state.length, state))),
    );
    expect(short.values).toEqual(long.values.subarray(0, 8));
    expect(long.size).toBe(64);
  });

  it("does not depend on what stands in a batch beside it, nor on room behind the document", async () => {
    const { compressor } = open(64);
    const [one, two] = [senderState(model, hidden(20), valueAt), senderState(model, hidden(40, 1), valueAt)];
    const both = await compressor.compress(stateBatch(2, one.length, Float32Array.of(...one, ...two)));
    const alone = await compressor.compress(stateBatch(1, two.length, two));
    expect(both.values.subarray(64)).toEqual(alone.values);
  });

  it("differs with the document, and refuses latents of another model", async () => {
    const { compressor, projector, vectors } = open(64);
    const of = (seed: number) => {
      const state = senderState(model, hidden(20, seed), valueAt);
      return compressor.compress(stateBatch(1, state.length, state));
    };
    const [a, b] = [await of(0), await of(1)];
    expect(a.values).not.toEqual(b.values);
    const empty = stateBatch(1, vectors * WIDTH, new Float32Array(vectors * WIDTH));
    await expect(projector.project({ ...a, modelId: "other" }, empty)).rejects.toThrow(/latents of other/);
  });
});

describe("a sender's state", () => {
  const model = untrained("slots");

  it("holds each token's hidden state and a mark", () => {
    const state = senderState(model, hidden(2), [1]);
    expect(state).toHaveLength(senderStateSize(model));
    expect([state[WIDTH], state[2 * WIDTH + 1], state[3 * WIDTH + 2]]).toEqual([1, 2, 0]);
  });

  it("refuses a document longer than the context", () => {
    expect(() => senderState(model, hidden(49), [])).toThrow(/49 states, expected at most 48/);
  });

  it("has as many slots as values", async () => {
    const { compressor } = memorySteps(model, { bytes: 32, slots: 4 }, openOnnxSession);
    const state = senderState(model, hidden(20), [1, 2]);
    await expect(compressor.compress(stateBatch(1, state.length, state))).rejects.toThrow(
      /2 facts, expected 4/,
    );
  });
});
