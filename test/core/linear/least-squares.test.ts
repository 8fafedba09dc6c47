import { expect, test } from "vitest";
import { createStream, fitAffineMap, stateBatch } from "#core";

const random = createStream(1, "least-squares test");

function cloud(count: number, size: number, entity: number) {
  const values = Float32Array.from({ length: count * size }, (_, i) => random.normal(entity, i));
  return stateBatch(count, size, values);
}

test("an affine map is found again, and explains all", () => {
  const inputs = cloud(50, 3, 0);
  const weight = [
    [1, -2],
    [0.5, 0],
    [0, 4],
  ];
  const outputs = stateBatch(
    50,
    2,
    Float32Array.from({ length: 100 }, (_, at) => {
      const [row, j] = [Math.floor(at / 2), at % 2];
      return 7 - j + weight.reduce((sum, of, i) => sum + inputs.values[row * 3 + i] * of[j], 0);
    }),
  );
  const map = fitAffineMap(inputs, outputs);
  for (const [i, value] of weight.flat().entries()) expect(map.weight[i]).toBeCloseTo(value, 4);
  expect(map.bias[0]).toBeCloseTo(7, 4);
  expect(map.bias[1]).toBeCloseTo(6, 4);
  for (const share of map.explained) expect(share).toBeCloseTo(1, 6);
});

test("what has nothing to do with the inputs is not explained, and what never varies is its own mean", () => {
  const inputs = cloud(400, 2, 1);
  const noise = cloud(400, 1, 2);
  const outputs = stateBatch(
    400,
    2,
    Float32Array.from({ length: 800 }, (_, at) => (at % 2 === 0 ? noise.values[at / 2] : 3)),
  );
  const { explained, bias, weight } = fitAffineMap(inputs, outputs);
  expect(explained[0]).toBeLessThan(0.05);
  expect(explained[1]).toBe(0);
  expect(bias[1]).toBeCloseTo(3, 5);
  expect(weight[1]).toBeCloseTo(0, 5);
});

test("inputs that say the same, or nothing, do no harm", () => {
  const once = cloud(40, 1, 3);
  const inputs = stateBatch(
    40,
    3,
    Float32Array.from({ length: 120 }, (_, at) => (at % 3 === 2 ? 0 : once.values[Math.floor(at / 3)])),
  );
  const { weight, explained } = fitAffineMap(inputs, once);
  expect(weight[0] + weight[1]).toBeCloseTo(1, 4);
  expect(weight[2]).toBe(0);
  expect(explained[0]).toBeCloseTo(1, 6);
});

test("pairs that do not match, or are too few, are refused", () => {
  expect(() => fitAffineMap(cloud(3, 2, 0), cloud(4, 2, 0))).toThrow(RangeError);
  expect(() => fitAffineMap(cloud(1, 2, 0), cloud(1, 2, 0))).toThrow(RangeError);
});
