import fc from "fast-check";
import { expect, test } from "vitest";
import { createStream, fitRandomProjection, stateBatch } from "#core";

const random = createStream(1, "random projection test");

function cloud(count: number, size: number, shift = 0) {
  return stateBatch(
    count,
    size,
    Float32Array.from({ length: count * size }, (_, i) => shift + random.normal(i)),
  );
}

test("the basis is orthonormal, whatever the size and seed, and the gate is the share of values sent", () => {
  const sizes = fc
    .integer({ min: 1, max: 20 })
    .chain((size) => fc.tuple(fc.constant(size), fc.integer({ min: 1, max: size })));
  fc.assert(
    fc.property(sizes, fc.nat(0xffffffff), ([size, latentSize], seed) => {
      const { basis, gate } = fitRandomProjection(cloud(3, size), latentSize, seed);
      for (let a = 0; a < latentSize; a++) {
        for (let b = 0; b <= a; b++) {
          let dot = 0;
          for (let j = 0; j < size; j++) dot += basis[a * size + j] * basis[b * size + j];
          expect(dot).toBeCloseTo(a === b ? 1 : 0, 8);
        }
      }
      expect(gate).toEqual(new Float64Array(size).fill(latentSize / size));
    }),
    { numRuns: 50 },
  );
});

test("a seed names one projection, and another seed another one", () => {
  const samples = cloud(10, 5);
  expect(fitRandomProjection(samples, 2, 7)).toEqual(fitRandomProjection(samples, 2, 7));
  const other = fitRandomProjection(samples, 2, 8);
  expect(other.basis).not.toEqual(fitRandomProjection(samples, 2, 7).basis);
  expect(other.modelId).not.toBe(fitRandomProjection(samples, 2, 7).modelId);
});

test("the basis knows nothing of the data, but the model id does: mean and scale decide what a latent means", () => {
  const one = fitRandomProjection(cloud(10, 5), 2, 7);
  const moved = fitRandomProjection(cloud(10, 5, 3), 2, 7);
  expect(moved.basis).toEqual(one.basis);
  expect(moved.mean).not.toEqual(one.mean);
  expect(moved.modelId).not.toBe(one.modelId);
});

test.each([
  ["one sample", cloud(1, 2), 1, "at least 2 samples, got 1"],
  ["no component", cloud(5, 3), 0, "1 to 3 components, got 0"],
  ["more components than values", cloud(5, 3), 4, "1 to 3 components, got 4"],
])("a fit of %s is refused", (_what, samples, latentSize, message) => {
  expect(() => fitRandomProjection(samples, latentSize, 1)).toThrow(message);
});
