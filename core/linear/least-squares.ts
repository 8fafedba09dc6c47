import { Matrix, solve } from "ml-matrix";
import { rowOf, type StateBatch } from "../latent.ts";
import { columnMeans } from "./pca.ts";

/** The affine map of least squares from one kind of vectors to another: y = x weight + bias. */
export interface AffineMap {
  /** [inputs, outputs] row-major */
  readonly weight: Float64Array;
  /** [outputs] */
  readonly bias: Float64Array;
  /** [outputs], 0...1: the share of each output's variance that the map explains; 0 for one that never varied. */
  readonly explained: Float64Array;
}

/** Of the mean variance of the inputs: enough that inputs which never vary, or say the same, do no harm. */
const RIDGE = 1e-6;

/**
 * Returns the map of least squares from `inputs` to `outputs`, row by row, with a small ridge (Hoerl and Kennard 1970). Throws
 * RangeError when their numbers differ, or there are fewer than two.
 */
export function fitAffineMap(inputs: StateBatch, outputs: StateBatch): AffineMap {
  const { count } = inputs;
  if (outputs.count !== count || count < 2) {
    throw new RangeError(`fitAffineMap: expected two or more pairs, got ${count} and ${outputs.count}`);
  }
  const [meanIn, meanOut] = [columnMeans(inputs), columnMeans(outputs)];
  const [x, y] = [centred(inputs, meanIn), centred(outputs, meanOut)];
  const covariance = x.transpose().mmul(x);
  const ridge = RIDGE * Math.max(Number.MIN_VALUE, covariance.trace() / inputs.size);
  for (let i = 0; i < inputs.size; i++) covariance.set(i, i, covariance.get(i, i) + ridge);
  const weight = solve(covariance, x.transpose().mmul(y));
  const left = Matrix.sub(y, x.mmul(weight));
  const squares = (of: Matrix, column: number): number => {
    let sum = 0;
    for (let row = 0; row < count; row++) sum += of.get(row, column) ** 2;
    return sum;
  };
  return {
    weight: Float64Array.from(weight.to1DArray()),
    bias: meanOut.map(
      (mean, j) => mean - meanIn.reduce((sum, value, i) => sum + value * weight.get(i, j), 0),
    ),
    explained: Float64Array.from({ length: outputs.size }, (_, j) => {
      const all = squares(y, j);
      return all > 0 ? Math.max(0, 1 - squares(left, j) / all) : 0;
    }),
  };
}

function centred(batch: StateBatch, mean: Float64Array): Matrix {
  const rows = Array.from({ length: batch.count }, (_, i) =>
    Array.from(rowOf(batch, i), (value, j) => value - mean[j]),
  );
  return new Matrix(rows);
}
