/**
 * Gaussian random fields on a torus: zero mean, unit variance, a given autocorrelation, periodic, made in the Fourier
 * domain. One field belongs to one (site, purpose): every user of a site reads the same map, which is what makes
 * shadowing and line of sight consistent in space and between users (TR 38.901 7.4.4 and 7.6.3).
 */

import type { RandomStream } from "#core";
import type { FourierPlane } from "./fourier-plane.ts";
import { type TorusGrid, visitNodes } from "./torus-grid.ts";

/**
 * Autocorrelation at distance d: "exponential" exp(-d / distance), continuous but rough, as 7.4.4 asks of shadowing;
 * "gaussian" exp(-(d / distance)^2), differentiable. Both fall to 1/e at `distanceM`.
 */
export interface FieldCorrelation {
  readonly shape: "exponential" | "gaussian";
  readonly distanceM: number;
}

/** The amplitude of every Fourier mode of a field: [rows, columns], same order as the transform of the nodes. */
export interface FieldSpectrum {
  readonly grid: TorusGrid;
  readonly amplitude: Float64Array;
  /** The greatest amplitude. */
  readonly peak: number;
}

/**
 * Returns the spectrum of a field on `grid`.
 *
 * With `interpolated`, the field is meant to be read between nodes: bilinear interpolation smooths, which costs
 * variance and lengthens the correlation. Averaged over positions in a grid cell, it multiplies the spectrum by
 * (2 + cos a)(2 + cos b) / 9 (the cubic B-spline at the nodes), so dividing by that beforehand makes variance and
 * autocorrelation at whole grid steps exact. Without it they are exact at the nodes themselves.
 */
export function createFieldSpectrum(
  grid: TorusGrid,
  fourier: FourierPlane,
  correlation: FieldCorrelation,
  { interpolated }: { readonly interpolated: boolean },
): FieldSpectrum {
  const { rows, columns } = grid;
  const plane = fourier.scratch.fill(0);
  visitNodes(grid, 0, 0, (node, dxM, dyM) => {
    plane[2 * node] = periodicCorrelation(grid, correlation, dxM, dyM);
  });
  const varianceAtZero = plane[0];
  fourier.forward(plane);
  const amplitude = new Float64Array(rows * columns);
  const columnLoss = Float64Array.from({ length: columns }, (_, n) =>
    interpolated ? 2 + Math.cos((2 * Math.PI * n) / columns) : 1,
  );
  let peak = 0;
  for (let m = 0; m < rows; m++) {
    const rowLoss = (2 + Math.cos((2 * Math.PI * m) / rows)) / 3;
    for (let n = 0; n < columns; n++) {
      const loss = interpolated ? (rowLoss * columnLoss[n]) / 3 : 1;
      // A sampled correlation has no negative powers but for rounding and the images left out of the sum.
      const power = Math.max(0, plane[2 * (m * columns + n)]) / varianceAtZero;
      const root = Math.sqrt(power / loss);
      amplitude[m * columns + n] = root;
      if (root > peak) peak = root;
    }
  }
  return { grid, amplitude, peak };
}

/** Returns the sum of the correlation over the images of a displacement, which keeps it a correlation on the torus. */
function periodicCorrelation(
  { torus }: TorusGrid,
  { shape, distanceM }: FieldCorrelation,
  dxM: number,
  dyM: number,
): number {
  let sum = 0;
  for (let a = -1; a <= 1; a++) {
    for (let b = -1; b <= 1; b++) {
      const xM = dxM + a * torus.t1xM + b * torus.t2xM;
      const yM = dyM + a * torus.t1yM + b * torus.t2yM;
      const ratio = Math.sqrt(xM * xM + yM * yM) / distanceM;
      if (ratio < 30) sum += Math.exp(shape === "exponential" ? -ratio : -ratio * ratio);
    }
  }
  return sum;
}

/** What one field is drawn from: its spectrum and its stream of random numbers. */
export interface FieldSource {
  readonly spectrum: FieldSpectrum;
  readonly stream: RandomStream;
}

/** Returns the field of `entity` at the nodes, [node]. The same (seed, purpose, entity) gives the same field. */
export function createRandomField(source: FieldSource, entity: number, fourier: FourierPlane): Float32Array {
  return createFieldPair([source], entity, fourier)[0];
}

/**
 * Returns one or two independent fields of `entity`, each [node], for the price of one transform: the first is the
 * real part of the plane, the second its imaginary part. A field is the same alone and in a pair. They are written to `into`
 * where it is given.
 */
export function createFieldPair(
  sources: readonly [FieldSource] | readonly [FieldSource, FieldSource],
  entity: number,
  fourier: FourierPlane,
  into?: FieldPair,
): FieldPair {
  const nodes = fourier.rows * fourier.columns;
  const plane = fourier.scratch.fill(0);
  for (const [part, source] of sources.entries()) addModes(plane, source, entity, part === 1);
  fourier.inverse(plane);
  const [real, imaginary] = into ?? createFields(nodes);
  for (let node = 0; node < real.length; node++) {
    real[node] = plane[2 * node];
    imaginary[node] = plane[2 * node + 1];
  }
  return [real, imaginary];
}

/** Two fields, each [node]. */
export type FieldPair = [first: Float32Array, second: Float32Array];

/** Returns memory for two fields of `nodes` nodes. */
export function createFields(nodes: number): FieldPair {
  return [new Float32Array(nodes), new Float32Array(nodes)];
}

/** Modes below this share of the strongest are left out: together they carry less than 1e-6 of the variance. */
const NEGLIGIBLE_AMPLITUDE = 1e-7;

/**
 * Adds a real field's random modes to `plane`, or sqrt(-1) times them. A real field's modes k and -k are conjugate,
 * so each pair takes two normals: index 0 and 1 of step k, where k is the lower of the two mode numbers.
 */
function addModes(
  plane: Float64Array,
  { spectrum, stream }: FieldSource,
  entity: number,
  imaginary: boolean,
): void {
  const { amplitude, peak } = spectrum;
  const { rows, columns } = spectrum.grid;
  const ofTransform = Math.sqrt(rows * columns);
  const floor = NEGLIGIBLE_AMPLITUDE * peak;
  // sqrt(-1) (re + sqrt(-1) im) = -im + sqrt(-1) re.
  const reTo = imaginary ? 1 : 0;
  const imTo = imaginary ? 0 : 1;
  const imSign = imaginary ? -1 : 1;
  // Beyond half of the rows every mode is the conjugate of one before.
  for (let m = 0; m <= rows / 2; m++) {
    const conjugateRow = ((rows - m) & (rows - 1)) * columns;
    for (let n = 0; n < columns; n++) {
      const mode = m * columns + n;
      const conjugate = conjugateRow + ((columns - n) & (columns - 1));
      if (mode > conjugate || amplitude[mode] < floor) continue;
      if (mode === conjugate) {
        plane[2 * mode + reTo] += amplitude[mode] * ofTransform * stream.normal(entity, mode, 0);
        continue;
      }
      const scale = amplitude[mode] * ofTransform * Math.SQRT1_2;
      const re = scale * stream.normal(entity, mode, 0);
      const im = scale * stream.normal(entity, mode, 1) * imSign;
      plane[2 * mode + reTo] += re;
      plane[2 * mode + imTo] += im;
      plane[2 * conjugate + reTo] += re;
      plane[2 * conjugate + imTo] -= im;
    }
  }
}
