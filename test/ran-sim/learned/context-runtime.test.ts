import crc from "crc-32";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  createHandOff,
  createStream,
  encodePayload,
  type Link,
  payloadHeaderBytes,
  rowOf,
  type StateBatch,
} from "#core";
import { openOnnxSession } from "#core/node";
import { createContextRuntime } from "../../../ran-sim/learned/context-runtime.ts";
import { FEATURES, stateLimits } from "../../../ran-sim/learned/context-shape.ts";
import { seededRuntime, seededWeights, smallModel, smallShape } from "../support/context.ts";

const { slots } = smallShape;
const random = createStream(1, "context-runtime-test");
const runtime = seededRuntime(1);
const { stateSize } = runtime;
const latentSize = smallModel.latentBytes ?? 0;
const limits = stateLimits(smallShape);

function stepsOf() {
  if (runtime.steps === null) throw new Error("a model with a latent has steps");
  return runtime.steps;
}

const statesOf = (count: number): StateBatch => ({
  count,
  size: stateSize,
  values: Float32Array.from({ length: count * stateSize }, (_, i) => 0.3 * random.normal(i)),
});

const worst = (a: Float32Array, b: Float32Array) =>
  Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i])));

test("many phones are stepped as each would be alone, to 1e-5", async () => {
  const count = 3;
  const many = seededRuntime(count);
  const states = statesOf(count).values;
  const features = Float32Array.from({ length: count * slots * FEATURES }, (_, i) =>
    i % FEATURES === 3 ? 1 : random.normal(i, 1),
  );
  const xn = new Float32Array(count * slots * slots).fill(1);
  const together = await many.step({ features, xn, states });
  for (let ue = 0; ue < count; ue++) {
    const part = (values: Float32Array, width: number) => values.subarray(ue * width, (ue + 1) * width);
    const alone = await runtime.step({
      features: part(features, slots * FEATURES),
      xn: part(xn, slots * slots),
      states: part(states, stateSize),
    });
    expect(worst(alone.states, part(together.states, stateSize))).toBeLessThan(1e-5);
    expect(worst(alone.expected, part(together.expected, alone.expected.length))).toBeLessThan(1e-5);
  }
});

test("what is sent of a phone does not depend on how many are sent with it", async () => {
  const { compressor, projector } = stepsOf();
  const states = statesOf(170);
  const together = await compressor.compress(states);
  const projected = await projector.project(together, states);
  for (const i of [0, 7, 8, 127, 128, 169]) {
    const own = { count: 1, size: stateSize, values: rowOf(states, i) };
    const alone = await compressor.compress(own);
    expect(worst(alone.values, rowOf(together, i))).toBeLessThan(1e-5);
    expect(worst((await projector.project(alone, own)).values, rowOf(projected, i))).toBeLessThan(1e-5);
  }
});

test("whatever finite latent arrives, the target's state is finite and inside the range of states", async () => {
  const { projector } = stepsOf();
  const { modelId } = projector;
  const value = fc.oneof(
    fc.float({ min: -10, max: 10, noNaN: true }),
    fc.constantFrom(1e30, -1e30, 3e38, -3e38, 1e5, 0),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(value, { minLength: latentSize, maxLength: latentSize }), async (values) => {
      const latents = { modelId, count: 1, size: latentSize, values: Float32Array.from(values) };
      const state = (await projector.project(latents, statesOf(1))).values;
      for (const [j, held] of state.entries()) {
        if (!(held >= limits.low[j] && held <= limits.high[j])) throw new Error(`value ${j} is ${held}`);
      }
    }),
    { numRuns: 60 },
  );
});

/** Returns the outcome of a hand-off whose link delivers these bytes, or what was sent, and the target's states. */
async function receive(bytes?: Uint8Array) {
  const link: Link = {
    label: "a wire",
    send: (messages) => messages.map((message) => [{ arrivesAtS: 0, bytes: bytes ?? message.bytes }]),
  };
  const handOff = createHandOff({ ...stepsOf(), precision: "int8", link });
  const own = statesOf(1);
  const sent = await handOff.send(statesOf(1), [{ entity: 0, sequence: 1 }], 0);
  const { outcomes, states } = await handOff.receive(sent, own, 1);
  return { outcome: outcomes[0], changed: worst(states.values, own.values) > 0 };
}

const payload = (modelId: string) =>
  encodePayload(new Float32Array(latentSize).fill(1), { modelId, precision: "fp32", sequence: 1 });

/** Returns a payload whose third value is no number, under a checksum that is right (core/payload.ts has the layout). */
function notANumber(): Uint8Array {
  const bytes = payload(smallModel.modelId);
  const view = new DataView(bytes.buffer);
  view.setFloat32(payloadHeaderBytes + 8, Number.NaN, true);
  const head = crc.buf(bytes.subarray(0, 20));
  view.setUint32(20, crc.buf(bytes.subarray(payloadHeaderBytes), head) >>> 0, true);
  return bytes;
}

test("a latent that arrives whole warms the target; what is no latent of this model leaves it cold and says why", async () => {
  expect(await receive()).toEqual({ outcome: "warm", changed: true });
  expect(await receive(payload(smallModel.modelId))).toEqual({ outcome: "warm", changed: true });
  expect(await receive(notANumber())).toEqual({ outcome: "not-finite", changed: false });
  expect(await receive(payload("context-other"))).toEqual({ outcome: "wrong-model", changed: false });
  expect(await receive(payload(smallModel.modelId).subarray(0, 30))).toEqual({
    outcome: "truncated",
    changed: false,
  });
});

test("reports that were never made are replayed as nothing: only those that were made count", async () => {
  const width = slots * FEATURES;
  const made = Float32Array.from({ length: width }, (_, i) => (i % FEATURES === 3 ? 1 : 0.1 * i));
  const late = new Float32Array(3 * width);
  late.set(made, 2 * width);
  expect(await runtime.replay(late, 1)).toEqual(await runtime.replay(made, 1));
  expect(await runtime.replay(new Float32Array(2 * width), 1)).toEqual(await runtime.initial());
});

test("weights are read when a model is first run, and once", async () => {
  let reads = 0;
  const lazy = createContextRuntime(smallModel, 1, {
    readWeights: async () => {
      reads++;
      return seededWeights(smallModel);
    },
    open: openOnnxSession,
  });
  expect(reads).toBe(0);
  await lazy.initial();
  await lazy.replay(new Float32Array(slots * FEATURES), 1);
  expect(reads).toBe(1);
});
