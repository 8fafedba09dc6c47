import fc from "fast-check";
import { sampleCorrelation, sampleKurtosis, sampleSkewness } from "simple-statistics";
import { describe, expect, test } from "vitest";
import { philox4x32 } from "../../../core/random/philox.ts";
import { createStream, type RandomStream } from "../../../core/random/stream.ts";

const word = fc.integer({ min: 0, max: 0xffffffff });
const COUNT = 20_000;
/** Four standard errors of a correlation or a mean of COUNT independent standardised draws. */
const FOUR_SIGMA = 4 / Math.sqrt(COUNT);

describe("createStream", () => {
  test("gives equal numbers for equal seed, purpose, entity, step and index", () => {
    fc.assert(
      fc.property(word, fc.string(), word, word, word, (seed, purpose, entity, step, index) => {
        const first = createStream(seed, purpose);
        const second = createStream(seed, purpose);
        second.uniform(step, index, entity); // an unrelated draw changes nothing
        expect(second.uniform(entity, step, index)).toBe(first.uniform(entity, step, index));
        expect(second.normal(entity, step, index)).toBe(first.normal(entity, step, index));
      }),
    );
  });

  test("is the Philox block of (entity, step, index, 0) under (seed, FNV-1a of the purpose)", () => {
    // FNV-1a of the empty text is its offset basis, 0x811c9dc5 (Fowler, Noll, Vo: 32-bit parameters).
    const block = new Uint32Array(4);
    philox4x32(3, 5, 7, 0, 42, 0x811c9dc5, block);
    const bits = (BigInt(block[0] >>> 5) << 26n) | BigInt(block[1] >>> 6);
    expect(createStream(42, "").uniform(3, 5, 7)).toBe(Number(bits) / 2 ** 53);
  });

  test("takes step and index as 0 when they are left out", () => {
    const stream = createStream(1, "fading");
    expect(stream.uniform(9)).toBe(stream.uniform(9, 0, 0));
    expect(stream.normal(9, 2)).toBe(stream.normal(9, 2, 0));
    expect(stream.integer(10, 9, 2)).toBe(stream.integer(10, 9, 2, 0));
  });

  test.each([-1, 1.5, Number.NaN, Infinity, 2 ** 32])("refuses %s as a seed", (seed) => {
    expect(() => createStream(seed, "x")).toThrow(
      new RangeError(`seed must be an unsigned 32-bit integer, got ${seed}`),
    );
  });

  test("takes the smallest and the largest seed", () => {
    expect(createStream(0, "x").uniform(1)).not.toBe(createStream(2 ** 32 - 1, "x").uniform(1));
  });
});

describe("uniform", () => {
  test("lies in [0, 1) for every seed, purpose and counter", () => {
    fc.assert(
      fc.property(word, fc.string(), word, word, word, (seed, purpose, entity, step, index) => {
        const value = createStream(seed, purpose).uniform(entity, step, index);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThan(1);
      }),
    );
  });

  test("fills 20 equal bins evenly", () => {
    const stream = createStream(11, "bins");
    const counts = new Array<number>(20).fill(0);
    for (let i = 0; i < COUNT; i++) counts[Math.floor(stream.uniform(i) * 20)]++;
    const expected = COUNT / 20;
    const chiSquared = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // 0.1 % point of chi-squared with 19 degrees of freedom (Abramowitz and Stegun, table 26.8).
    expect(chiSquared).toBeLessThan(43.82);
    // 0.1 % from below: suspiciously even counts are not random either.
    expect(chiSquared).toBeGreaterThan(5.407);
  });

  test("has mean 1/2 and variance 1/12 along steps and along indices", () => {
    const stream = createStream(12, "moments");
    for (const draw of [(i: number) => stream.uniform(0, i), (i: number) => stream.uniform(0, 0, i)]) {
      const { mean, variance } = momentsOf(draw);
      expect(Math.abs(mean - 0.5)).toBeLessThan(FOUR_SIGMA * Math.sqrt(1 / 12));
      // Variance of a squared deviation of a uniform number: 1/80 - 1/144.
      expect(Math.abs(variance - 1 / 12)).toBeLessThan(FOUR_SIGMA * Math.sqrt(1 / 80 - 1 / 144));
    }
  });
});

describe("normal", () => {
  test("has the moments of the standard normal distribution", () => {
    const stream = createStream(13, "shadowing");
    const values = Array.from({ length: COUNT }, (_, i) => stream.normal(i, 1));
    const { mean, variance } = momentsOf((i) => values[i]);
    // Standard errors: mean 1, variance sqrt(2), skewness sqrt(6), excess kurtosis sqrt(24), each over sqrt(n).
    expect(Math.abs(mean)).toBeLessThan(FOUR_SIGMA);
    expect(Math.abs(variance - 1)).toBeLessThan(FOUR_SIGMA * Math.sqrt(2));
    expect(Math.abs(sampleSkewness(values))).toBeLessThan(FOUR_SIGMA * Math.sqrt(6));
    expect(Math.abs(sampleKurtosis(values))).toBeLessThan(FOUR_SIGMA * Math.sqrt(24));
  });

  test("is finite for every counter", () => {
    fc.assert(
      fc.property(word, word, (seed, entity) => {
        expect(Number.isFinite(createStream(seed, "x").normal(entity))).toBe(true);
      }),
    );
  });
});

describe("integer", () => {
  test("lies in 0..count-1 for every count", () => {
    fc.assert(
      fc.property(word, fc.integer({ min: 1, max: 2 ** 32 }), word, (seed, count, entity) => {
        const value = createStream(seed, "x").integer(count, entity);
        expect(Number.isInteger(value) && value >= 0 && value < count).toBe(true);
      }),
    );
  });

  test("reaches every value about equally often", () => {
    const stream = createStream(14, "dice");
    const counts = new Array<number>(6).fill(0);
    for (let i = 0; i < COUNT; i++) counts[stream.integer(6, i)]++;
    const expected = COUNT / 6;
    const chiSquared = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // 0.1 % point of chi-squared with 5 degrees of freedom (Abramowitz and Stegun, table 26.8).
    expect(chiSquared).toBeLessThan(20.52);
  });
});

describe("independence", () => {
  const base = createStream(21, "shadowing");
  test.each<[string, (i: number) => number]>([
    ["another purpose", (i) => createStreamOnce(21, "fading").uniform(i)],
    ["a purpose that differs in one letter", (i) => createStreamOnce(21, "shadowinh").uniform(i)],
    ["the next seed", (i) => createStreamOnce(22, "shadowing").uniform(i)],
    ["the next entity", (i) => base.uniform(i + 1)],
    ["the next step", (i) => base.uniform(i, 1)],
    ["the next index", (i) => base.uniform(i, 0, 1)],
    ["entity and step exchanged", (i) => base.uniform(0, i)],
  ])("draws are uncorrelated with those of %s", (_, other) => {
    // i = 0 is left out: exchanging entity 0 and step 0 is the same draw.
    const a = Array.from({ length: COUNT }, (_, i) => base.uniform(i + 1));
    const b = Array.from({ length: COUNT }, (_, i) => other(i + 1));
    expect(Math.abs(sampleCorrelation(a, b))).toBeLessThan(FOUR_SIGMA);
  });
});

const streams = new Map<string, RandomStream>();

function createStreamOnce(seed: number, purpose: string): RandomStream {
  const key = `${seed} ${purpose}`;
  const stream = streams.get(key) ?? createStream(seed, purpose);
  streams.set(key, stream);
  return stream;
}

function momentsOf(draw: (i: number) => number): { mean: number; variance: number } {
  let sum = 0;
  for (let i = 0; i < COUNT; i++) sum += draw(i);
  const mean = sum / COUNT;
  let squares = 0;
  for (let i = 0; i < COUNT; i++) squares += (draw(i) - mean) ** 2;
  return { mean, variance: squares / COUNT };
}
