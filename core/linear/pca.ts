import { PCA } from "ml-pca";
import { rowOf, type StateBatch } from "../latent.ts";
import { fingerprint, requireSamples } from "./checks.ts";
import type { LinearModel } from "./linear-model.ts";

/**
 * Returns the PCA of `samples` with the `latentSize` strongest components of the standardised values. The gate of a
 * value is the share of its variance that these components explain (its R squared), so that what the compression
 * loses is left to the receiver.
 *
 * The model id holds a hash of basis, mean and scale: a PCA fitted on other data is another model, and its latents are
 * refused. Throws RangeError when there are fewer than two samples, when one is not finite, or when more components
 * are asked for than there are values.
 *
 * Source: Pearson 1901, Hotelling 1933; the decomposition is ml-pca's (singular values).
 */
export function fitPca(samples: StateBatch, latentSize: number, name = "pca"): LinearModel {
  const { count, size } = samples;
  requireSamples("fitPca", samples, latentSize);
  const mean = columnMeans(samples);
  const scale = columnDeviations(samples, mean).map((deviation) => (deviation > 0 ? deviation : 1));
  const standardised: number[][] = [];
  for (let i = 0; i < count; i++) {
    standardised.push(Array.from(rowOf(samples, i), (value, j) => (value - mean[j]) / scale[j]));
  }
  const pca = new PCA(standardised, { center: false, scale: false, method: "covarianceMatrix" });
  const loadings = pca.getEigenvectors();
  const variances = pca.getEigenvalues();
  const basis = new Float64Array(latentSize * size);
  const gate = new Float64Array(size);
  for (let k = 0; k < latentSize; k++) {
    for (let j = 0; j < size; j++) {
      const loading = loadings.get(j, k);
      basis[k * size + j] = loading;
      gate[j] += Math.max(0, variances[k]) * loading * loading;
    }
  }
  for (let j = 0; j < size; j++) gate[j] = Math.min(1, gate[j]);
  const modelId = `${name}-${size}-${latentSize}@${fingerprint(basis, mean, scale)}`;
  const label = `PCA, ${latentSize} of ${size} components`;
  return { modelId, label, stateSize: size, latentSize, mean, scale, basis, gate };
}

/** [size] */
export function columnMeans(samples: StateBatch): Float64Array {
  const mean = new Float64Array(samples.size);
  for (let i = 0; i < samples.count; i++) {
    const row = rowOf(samples, i);
    for (let j = 0; j < samples.size; j++) mean[j] += row[j];
  }
  return mean.map((sum) => sum / samples.count);
}

/** [size], sample standard deviations (n - 1). */
export function columnDeviations(samples: StateBatch, mean: Float64Array): Float64Array {
  const squares = new Float64Array(samples.size);
  for (let i = 0; i < samples.count; i++) {
    const row = rowOf(samples, i);
    for (let j = 0; j < samples.size; j++) squares[j] += (row[j] - mean[j]) ** 2;
  }
  return squares.map((sum) => Math.sqrt(sum / Math.max(1, samples.count - 1)));
}
