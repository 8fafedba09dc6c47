import { expect, test } from "vitest";
import { createStream } from "#core";
import { createFourierPlane } from "../../../ran-sim/radio/fourier-plane.ts";
import { hexTorus } from "../../../ran-sim/radio/layout.ts";
import {
  createFieldPair,
  createFieldSpectrum,
  createRandomField,
  type FieldCorrelation,
} from "../../../ran-sim/radio/random-field.ts";
import { valueAt } from "../../../ran-sim/radio/torus-grid.ts";

const grid = { torus: hexTorus(1, 500), rows: 256, columns: 256 };
const fourier = createFourierPlane(grid);

function spectrumOf(correlation: FieldCorrelation) {
  return createFieldSpectrum(grid, fourier, correlation, { interpolated: true });
}

/** Positions that are no nodes, for fields that are read in between. */
const positions = Array.from({ length: 6000 }, (_, i) => {
  const draw = createStream(7, "positions");
  const p = draw.uniform(i);
  const q = draw.uniform(i, 1);
  const { torus } = grid;
  return {
    xM: p * torus.t1xM + q * torus.t2xM,
    yM: p * torus.t1yM + q * torus.t2yM,
    turn: draw.uniform(i, 2),
  };
});

/** Returns the mean product of field values `lagM` apart, in random directions, over positions and fields. */
function autocorrelation(fields: readonly Float32Array[], lagM: number): number {
  let sum = 0;
  for (const field of fields) {
    for (const { xM, yM, turn } of positions) {
      const angle = 2 * Math.PI * turn;
      const there = valueAt(grid, field, xM + lagM * Math.cos(angle), yM + lagM * Math.sin(angle));
      sum += valueAt(grid, field, xM, yM) * there;
    }
  }
  return sum / (fields.length * positions.length);
}

// The torus is 1,323 m wide, so that 40 fields of correlation distance 20 m hold about 24,000 independent patches:
// the sampling error of sigma is then 0.5 %, and of the e-folding distance about 1 %.
test.each(["exponential", "gaussian"] as const)(
  "a field of %s correlation has unit variance within 2 % and its e-folding distance within 3 %",
  (shape) => {
    const source = {
      spectrum: spectrumOf({ shape, distanceM: 20 }),
      stream: createStream(1, "field"),
    };
    const fields = Array.from({ length: 40 }, (_, entity) => createRandomField(source, entity, fourier));
    const variance = autocorrelation(fields, 0);
    expect(Math.abs(Math.sqrt(variance) - 1)).toBeLessThan(0.02);
    // The correlation falls through 1/e between 97 % and 103 % of the distance.
    expect(autocorrelation(fields, 20 * 0.97) / variance).toBeGreaterThan(Math.exp(-1));
    expect(autocorrelation(fields, 20 * 1.03) / variance).toBeLessThan(Math.exp(-1));
    const mean = fields.reduce((sum, field) => sum + field.reduce((a, b) => a + b, 0) / field.length, 0) / 40;
    expect(Math.abs(mean)).toBeLessThan(0.03);
  },
  60_000,
);

test("different entities, seeds and purposes are uncorrelated", () => {
  const spectrum = spectrumOf({ shape: "exponential", distanceM: 20 });
  const field = (seed: number, purpose: string, entity: number) =>
    createRandomField({ spectrum, stream: createStream(seed, purpose) }, entity, fourier);
  const one = field(1, "a", 0);
  for (const other of [field(1, "a", 1), field(2, "a", 0), field(1, "b", 0)]) {
    const product = one.reduce((sum, value, node) => sum + value * other[node], 0) / one.length;
    // About 600 patches of 2 pi 20^2 square metres: a standard error of 0.04.
    expect(Math.abs(product)).toBeLessThan(0.16);
  }
});

test("a field is the same alone, first or second of a pair, and every time", () => {
  const spectrum = spectrumOf({ shape: "exponential", distanceM: 37 });
  const a = { spectrum, stream: createStream(1, "a") };
  const b = { spectrum, stream: createStream(1, "b") };
  const [first, second] = createFieldPair([a, b], 3, fourier);
  const alone = createRandomField(a, 3, fourier);
  const turned = createFieldPair([b, a], 3, fourier)[1];
  for (let node = 0; node < alone.length; node += 97) {
    expect(first[node]).toBeCloseTo(alone[node], 5);
    expect(turned[node]).toBeCloseTo(alone[node], 5);
    expect(second[node]).not.toBeCloseTo(alone[node], 3);
  }
  expect(createRandomField(a, 3, fourier)).toEqual(alone);
});

test("a field is periodic and continuous across the wrap-around", () => {
  const spectrum = spectrumOf({ shape: "exponential", distanceM: 37 });
  const field = createRandomField({ spectrum, stream: createStream(1, "a") }, 0, fourier);
  const { torus } = grid;
  for (const { xM, yM } of positions.slice(0, 300)) {
    const here = valueAt(grid, field, xM, yM);
    expect(valueAt(grid, field, xM + torus.t1xM - torus.t2xM, yM + torus.t1yM - torus.t2yM)).toBeCloseTo(
      here,
      6,
    );
    expect(Math.abs(valueAt(grid, field, xM + 1e-4, yM) - here)).toBeLessThan(1e-3);
  }
});

test("the gaussian shape is smooth where the exponential one is rough", () => {
  const step = (shape: FieldCorrelation["shape"]) => {
    const source = { spectrum: spectrumOf({ shape, distanceM: 50 }), stream: createStream(1, "a") };
    const fields = [createRandomField(source, 0, fourier)];
    return 1 - autocorrelation(fields, 10) / autocorrelation(fields, 0);
  };
  // 1 - exp(-(10/50)^2) = 0.039 and 1 - exp(-10/50) = 0.18.
  expect(step("gaussian")).toBeLessThan(0.06);
  expect(step("exponential")).toBeGreaterThan(0.14);
});
