/** Two-dimensional Fourier transforms of complex planes, on fft.js's radix-4 transform. */

import FFT from "fft.js";

/** Transforms planes of one shape in place: `plane` is [row, column] complex, real and imaginary parts interleaved. */
export interface FourierPlane {
  readonly rows: number;
  readonly columns: number;
  /** Sum over (i, j) of plane[i, j] exp(-2 pi sqrt(-1) (i m / rows + j n / columns)). */
  forward(plane: Float64Array): void;
  /** The inverse of `forward`, with its factor 1 / (rows columns). */
  inverse(plane: Float64Array): void;
}

/** Returns transforms for planes of `rows` x `columns`. Throws RangeError unless both are powers of two above 1. */
export function createFourierPlane({ rows, columns }: Pick<FourierPlane, "rows" | "columns">): FourierPlane {
  const alongRow = createLine(columns);
  const alongColumn = columns === rows ? alongRow : createLine(rows);
  const transform = (plane: Float64Array, inverse: boolean): void => {
    if (plane.length !== 2 * rows * columns) {
      throw new RangeError(`fourier plane: expected ${2 * rows * columns} numbers, got ${plane.length}`);
    }
    for (let row = 0; row < rows; row++) alongRow(plane, 2 * columns * row, 2, inverse);
    for (let column = 0; column < columns; column++) alongColumn(plane, 2 * column, 2 * columns, inverse);
  };
  return {
    rows,
    columns,
    forward: (plane) => transform(plane, false),
    inverse: (plane) => transform(plane, true),
  };
}

/** Transforms, in place, the numbers of a plane that start somewhere and lie `stride` apart. */
type LineTransform = (plane: Float64Array, start: number, stride: number, inverse: boolean) => void;

function createLine(size: number): LineTransform {
  if (!Number.isInteger(size) || size < 2 || (size & (size - 1)) !== 0) {
    throw new RangeError(`createFourierPlane: expected a power of two above 1, got ${size}`);
  }
  const fft = new FFT(size);
  // Plain arrays of doubles, which fft.js is tuned for.
  const line: number[] = new Array(2 * size).fill(0);
  const result: number[] = new Array(2 * size).fill(0);
  return (plane, start, stride, inverse) => {
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
}
