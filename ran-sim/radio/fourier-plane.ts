/** Two-dimensional Fourier transforms of square complex planes, on fft.js's radix-4 transform. */

import FFT from "fft.js";

/** Transforms planes of one size in place: `plane` is [row, column] complex, real and imaginary parts interleaved. */
export interface FourierPlane {
  readonly size: number;
  /** Sum over (i, j) of plane[i, j] exp(-2 pi sqrt(-1) (i m + j n) / size). */
  forward(plane: Float64Array): void;
  /** The inverse of `forward`, with its factor 1 / size^2. */
  inverse(plane: Float64Array): void;
}

/** Returns transforms for planes of `size` x `size`. Throws RangeError unless `size` is a power of two above 1. */
export function createFourierPlane(size: number): FourierPlane {
  if (!Number.isInteger(size) || size < 2 || (size & (size - 1)) !== 0) {
    throw new RangeError(`createFourierPlane: size must be a power of two above 1, got ${size}`);
  }
  const fft = new FFT(size);
  // Plain arrays of doubles, which fft.js is tuned for.
  const line: number[] = new Array(2 * size).fill(0);
  const result: number[] = new Array(2 * size).fill(0);
  const along = (plane: Float64Array, start: number, stride: number, inverse: boolean): void => {
    for (let i = 0; i < size; i++) {
      line[2 * i] = plane[start + i * stride];
      line[2 * i + 1] = plane[start + i * stride + 1];
    }
    if (inverse) fft.inverseTransform(result, line);
    else fft.transform(result, line);
    for (let i = 0; i < size; i++) {
      plane[start + i * stride] = result[2 * i];
      plane[start + i * stride + 1] = result[2 * i + 1];
    }
  };
  const transform = (plane: Float64Array, inverse: boolean): void => {
    if (plane.length !== 2 * size * size) {
      throw new RangeError(`fourier plane: expected ${2 * size * size} numbers, got ${plane.length}`);
    }
    for (let row = 0; row < size; row++) along(plane, 2 * size * row, 2, inverse);
    for (let column = 0; column < size; column++) along(plane, 2 * column, 2 * size, inverse);
  };
  return {
    size,
    forward: (plane) => transform(plane, false),
    inverse: (plane) => transform(plane, true),
  };
}
