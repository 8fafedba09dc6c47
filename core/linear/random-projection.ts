import type { StateBatch } from "../latent.ts";
import { createStream } from "../random/stream.ts";
import { fingerprint, requireSamples } from "./checks.ts";
import type { LinearModel } from "./linear-model.ts";
import { columnDeviations, columnMeans } from "./pca.ts";

/**
 * Returns a seeded random projection to `latentSize` values: Gaussian rows made orthonormal (modified Gram-Schmidt).
 * Only mean and scale are fitted, and their hash is in the model id, since they decide what a latent means. It is the control of PCA: equal bytes, a basis that knows nothing of the data.
 *
 * The gate is latentSize / stateSize, the share of variance that a random subspace keeps on average.
 * Source: Johnson and Lindenstrauss 1984. Throws RangeError as {@link fitPca} does.
 */
export function fitRandomProjection(samples: StateBatch, latentSize: number, seed: number): LinearModel {
  const { size } = samples;
  requireSamples("fitRandomProjection", samples, latentSize);
  const mean = columnMeans(samples);
  const scale = columnDeviations(samples, mean).map((deviation) => (deviation > 0 ? deviation : 1));
  return {
    modelId: `random-projection-${size}-${latentSize}@seed${seed}-${fingerprint(mean, scale)}`,
    label: `random projection, ${latentSize} of ${size}`,
    stateSize: size,
    latentSize,
    mean,
    scale,
    basis: orthonormalRows(latentSize, size, seed),
    gate: new Float64Array(size).fill(latentSize / size),
  };
}

/** [rows, columns] row-major; rows <= columns. */
function orthonormalRows(rows: number, columns: number, seed: number): Float64Array {
  const random = createStream(seed, "random-projection");
  const basis = new Float64Array(rows * columns);
  for (let k = 0; k < rows; k++) {
    const row = basis.subarray(k * columns, (k + 1) * columns);
    for (let j = 0; j < columns; j++) row[j] = random.normal(k, j);
    for (let earlier = 0; earlier < k; earlier++) {
      const other = basis.subarray(earlier * columns, (earlier + 1) * columns);
      const along = dot(row, other);
      for (let j = 0; j < columns; j++) row[j] -= along * other[j];
    }
    const length = Math.sqrt(dot(row, row));
    for (let j = 0; j < columns; j++) row[j] /= length;
  }
  return basis;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
