import { expect, test } from "vitest";
import { identitySteps, type LinearModel, linearSteps, rowOf, stateBatch } from "#core";

/** Two values in, one out: z = 0.6 (x0 - 10) / 2 + 0.8 (x1 - 20) / 5. */
const model: LinearModel = {
  modelId: "by-hand",
  label: "by hand",
  stateSize: 2,
  latentSize: 1,
  mean: Float64Array.of(10, 20),
  scale: Float64Array.of(2, 5),
  basis: Float64Array.of(0.6, 0.8),
  gate: Float64Array.of(0.5, 0),
};
const { compressor, projector } = linearSteps(model);

test("compress and project are the formulas of the header, row by row", async () => {
  const latents = await compressor.compress(stateBatch(2, 2, Float32Array.of(12, 25, 10, 20)));
  expect(latents).toMatchObject({ modelId: "by-hand", count: 2, size: 1 });
  // 0.6 * 1 + 0.8 * 1
  expect(latents.values[0]).toBeCloseTo(1.4, 6);
  expect(latents.values[1]).toBe(0);
  const { values } = await projector.project(latents, stateBatch(2, 2, Float32Array.of(100, 200, 100, 200)));
  // 0.5 (10 + 2 * 0.6 * 1.4) + 0.5 * 100; a gate of 0 leaves the receiver's value.
  expect(values[0]).toBeCloseTo(0.5 * 11.68 + 50, 5);
  expect(values[1]).toBe(200);
  expect([...rowOf({ count: 2, size: 2, values }, 1)]).toEqual([55, 200]);
});

const identity = identitySteps("x", 2);

test("the identity changes nothing, and takes nothing of the receiver", async () => {
  const sent = stateBatch(1, 2, Float32Array.of(3, 4));
  const latents = await identity.compressor.compress(sent);
  expect(latents.modelId).toBe("identity-x-2");
  expect(await identity.projector.project(latents, stateBatch(1, 2, new Float32Array(2)))).toEqual(sent);
});

test.each([
  ["a linear model", compressor, projector, 1],
  ["the identity", identity.compressor, identity.projector, 2],
] as const)("%s refuses states, latents and receivers that do not fit", (_name, compress, project, size) => {
  const { modelId } = compress;
  const own = stateBatch(1, 2, new Float32Array(2));
  const latents = { modelId, ...stateBatch(1, size, new Float32Array(size)) };
  const wide = { modelId, ...stateBatch(1, 5, new Float32Array(5)) };
  const two = { modelId, ...stateBatch(2, size, new Float32Array(2 * size)) };
  expect(() => compress.compress(stateBatch(1, 3, new Float32Array(3)))).toThrow("state of 2 values, got 3");
  expect(() => project.project({ ...latents, modelId: "other" }, own)).toThrow('of model "other"');
  expect(() => project.project(wide, own)).toThrow(`latent of ${size} values, got 5`);
  expect(() => project.project(latents, stateBatch(1, 3, new Float32Array(3)))).toThrow(
    "receiver state of 2 values, got 3",
  );
  expect(() => project.project(two, own)).toThrow("expected 1 latents, one a receiver, got 2");
});
