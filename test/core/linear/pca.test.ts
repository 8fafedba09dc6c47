import fc from "fast-check";
import { expect, test } from "vitest";
import { createStream, fitPca, linearSteps, rowOf, stateBatch } from "#core";
import { columnDeviations, columnMeans } from "../../../core/linear/pca.ts";

const random = createStream(1, "pca test");

/** Returns `count` points in `size` dimensions that lie on a plane of 2 dimensions, off the origin. */
function pointsOnPlane(count: number, size: number) {
  const along = (axis: number, j: number): number => random.normal(axis, j, 1);
  const values = Array.from({ length: count }, (_, i) =>
    Array.from(
      { length: size },
      (_, j) => 5 * j - 3 + 4 * random.normal(i, 0) * along(0, j) + random.normal(i, 1) * along(1, j),
    ),
  );
  return stateBatch(count, size, Float32Array.from(values.flat()));
}

function cloud(count: number, size: number, entity = 0) {
  return stateBatch(
    count,
    size,
    Float32Array.from({ length: count * size }, (_, i) => random.normal(entity, i, 2)),
  );
}

test("two components reconstruct data on a plane, in whatever place and direction it lies", async () => {
  const points = pointsOnPlane(60, 7);
  const { compressor, projector } = linearSteps(fitPca(points, 2));
  const zeros = stateBatch(60, 7, new Float32Array(60 * 7));
  const { values } = await projector.project(await compressor.compress(points), zeros);
  values.forEach((value, i) => {
    expect(value).toBeCloseTo(points.values[i], 3);
  });
});

test("the gate is the share of each value's variance that the components explain", () => {
  const points = pointsOnPlane(60, 7);
  for (const share of fitPca(points, 2).gate) expect(share).toBeCloseTo(1, 6);

  // Two values with correlation r = 0.6: the first component of the correlation matrix explains (1 + r) / 2 of each.
  // The four corners with weights 4, 1, 1, 4 have exactly that correlation.
  const corners = [1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, 1, -1, -1, -1, -1, -1, -1, -1, -1];
  const { gate } = fitPca(stateBatch(10, 2, Float32Array.from(corners)), 1);
  expect(gate[0]).toBeCloseTo(0.8, 12);
  expect(gate[1]).toBeCloseTo(0.8, 12);
});

test("the explained variance is what the reconstruction keeps, measured on the samples", async () => {
  const points = cloud(200, 5);
  const model = fitPca(points, 2);
  const { compressor, projector } = linearSteps({ ...model, gate: new Float64Array(5).fill(1) });
  const back = await projector.project(await compressor.compress(points), points);
  for (let j = 0; j < 5; j++) {
    let lost = 0;
    let all = 0;
    for (let i = 0; i < 200; i++) {
      lost += (rowOf(points, i)[j] - rowOf(back, i)[j]) ** 2;
      all += (rowOf(points, i)[j] - model.mean[j]) ** 2;
    }
    expect(model.gate[j]).toBeCloseTo(1 - lost / all, 4);
  }
});

test("the basis is orthonormal, the gate in 0..1 and grows with the components", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 30 }),
      fc.integer({ min: 1, max: 8 }),
      fc.nat(1000),
      (count, size, entity) => {
        const points = cloud(count, size, entity + 1);
        let previous: Float64Array = new Float64Array(size);
        for (let latentSize = 1; latentSize <= size; latentSize++) {
          const { basis, gate } = fitPca(points, latentSize);
          for (let a = 0; a < latentSize; a++) {
            for (let b = 0; b <= a; b++) {
              let dot = 0;
              for (let j = 0; j < size; j++) dot += basis[a * size + j] * basis[b * size + j];
              expect(dot).toBeCloseTo(a === b ? 1 : 0, 9);
            }
          }
          gate.forEach((share, j) => {
            expect(share).toBeGreaterThanOrEqual(previous[j] - 1e-9);
            expect(share).toBeLessThanOrEqual(1);
          });
          previous = gate;
        }
      },
    ),
    { numRuns: 30 },
  );
});

test("all components are the identity, for states that were not in the samples too", async () => {
  const { compressor, projector } = linearSteps(fitPca(cloud(50, 6), 6));
  const others = cloud(20, 6, 99);
  const own = stateBatch(20, 6, new Float32Array(120).fill(7));
  const { values } = await projector.project(await compressor.compress(others), own);
  values.forEach((value, i) => {
    expect(value).toBeCloseTo(others.values[i], 4);
  });
});

test("a value that never varied is left to the receiver", async () => {
  const points = stateBatch(4, 2, Float32Array.of(1, 5, 2, 5, 3, 5, 4, 5));
  const model = fitPca(points, 1);
  expect([...model.gate].map((share) => Math.round(share * 1e9) / 1e9)).toEqual([1, 0]);
  const { compressor, projector } = linearSteps(model);
  const own = stateBatch(1, 2, Float32Array.of(0, 9));
  const sent = stateBatch(1, 2, Float32Array.of(2, 5));
  const { values } = await projector.project(await compressor.compress(sent), own);
  expect(values[0]).toBeCloseTo(2, 5);
  expect(values[1]).toBeCloseTo(9, 5);
});

test("a fit on other data is another model: moved, stretched or turned; the same data give the same model", () => {
  const points = cloud(30, 4);
  const id = (change: (value: number) => number): string =>
    fitPca(stateBatch(30, 4, points.values.map(change)), 2).modelId;
  const ids = [id((x) => x), id((x) => x + 1), id((x) => 2 * x), fitPca(cloud(30, 4, 9), 2).modelId];
  expect(new Set(ids).size).toBe(4);
  expect(id((x) => x)).toBe(ids[0]);
  expect(ids[0]).toMatch(/^pca-4-2@[0-9a-f]{8}$/);
  expect(fitPca(points, 2, "trend").modelId).toMatch(/^trend-4-2@/);
});

test.each([
  ["one sample", stateBatch(1, 2, Float32Array.of(1, 2)), 1, "at least 2 samples, got 1"],
  ["no component", cloud(5, 3), 0, "1 to 3 components, got 0"],
  ["more components than values", cloud(5, 3), 4, "1 to 3 components, got 4"],
  ["half a component", cloud(5, 3), 1.5, "1 to 3 components, got 1.5"],
  ["a sample that is not finite", stateBatch(2, 2, Float32Array.of(1, 2, Number.NaN, 4)), 1, "got NaN at 2"],
])("a fit of %s is refused", (_what, points, latentSize, message) => {
  expect(() => fitPca(points, latentSize)).toThrow(RangeError);
  expect(() => fitPca(points, latentSize)).toThrow(message);
});

test("means and deviations are those of the samples, with n - 1", () => {
  const points = stateBatch(3, 2, Float32Array.of(1, 10, 2, 10, 6, 10));
  const mean = columnMeans(points);
  expect([...mean]).toEqual([3, 10]);
  expect(columnDeviations(points, mean)[0]).toBeCloseTo(Math.sqrt((4 + 1 + 9) / 2), 12);
  expect(columnDeviations(points, mean)[1]).toBe(0);
});
