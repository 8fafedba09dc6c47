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
  /** One plane of scratch memory, left as the last user left it. */
  readonly scratch: Float64Array;
}

/** By shape, the last used last: plans hold twiddle factors and scratch memory, and are as good for the next world. */
const plans = new Map<string, FourierPlane>();
const GREATEST_PLAN_COUNT = 4;

/**
 * Returns transforms for planes of `rows` x `columns`; equal shapes share one plan, so their users take turns. Throws
 * RangeError unless both are powers of two above 1.
 */
export function createFourierPlane({ rows, columns }: Pick<FourierPlane, "rows" | "columns">): FourierPlane {
  const shape = `${rows}x${columns}`;
  const plan = plans.get(shape) ?? planOf(rows, columns);
  plans.delete(shape);
  plans.set(shape, plan);
  for (const oldest of plans.keys()) if (plans.size > GREATEST_PLAN_COUNT) plans.delete(oldest);
  return plan;
}

/** Columns that are read and written together: one step down a plane then meets whole cache lines. A power of two. */
const COLUMNS_TOGETHER = 8;

function planOf(rows: number, columns: number): FourierPlane {
  const alongRow = createLine(columns);
  const alongColumn = columns === rows ? alongRow : createLine(rows);
  const result = new Float64Array(2 * columns);
  const together = Math.min(COLUMNS_TOGETHER, columns);
  const linesOf = (): Float64Array[] => Array.from({ length: together }, () => new Float64Array(2 * rows));
  const lines = linesOf();
  const results = linesOf();

  const transform = (plane: Float64Array, inverse: boolean): void => {
    if (plane.length !== 2 * rows * columns) {
      throw new RangeError(`fourier plane: expected ${2 * rows * columns} numbers, got ${plane.length}`);
    }
    for (let row = 0; row < rows; row++) {
      const start = 2 * columns * row;
      const line = plane.subarray(start, start + 2 * columns);
      // Most rows of a smooth field's modes are empty.
      if (isZero(line)) continue;
      alongRow(line, result, inverse);
      line.set(result);
    }
    for (let column = 0; column < columns; column += together) {
      for (let row = 0; row < rows; row++) {
        const at = 2 * (row * columns + column);
        for (let one = 0; one < together; one++) {
          const line = lines[one];
          line[2 * row] = plane[at + 2 * one];
          line[2 * row + 1] = plane[at + 2 * one + 1];
        }
      }
      for (let one = 0; one < together; one++) alongColumn(lines[one], results[one], inverse);
      for (let row = 0; row < rows; row++) {
        const at = 2 * (row * columns + column);
        for (let one = 0; one < together; one++) {
          const line = results[one];
          plane[at + 2 * one] = line[2 * row];
          plane[at + 2 * one + 1] = line[2 * row + 1];
        }
      }
    }
  };
  return {
    rows,
    columns,
    forward: (plane) => transform(plane, false),
    inverse: (plane) => transform(plane, true),
    scratch: new Float64Array(2 * rows * columns),
  };
}

/** Transforms `size` complex numbers from `line` to `result`. */
type LineTransform = (line: Float64Array, result: Float64Array, inverse: boolean) => void;

function createLine(size: number): LineTransform {
  if (!Number.isInteger(size) || size < 2 || (size & (size - 1)) !== 0) {
    throw new RangeError(`createFourierPlane: expected a power of two above 1, got ${size}`);
  }
  const fft = new FFT(size);
  return (line, result, inverse) => {
    if (inverse) fft.inverseTransform(result, line);
    else fft.transform(result, line);
  };
}

function isZero(line: Float64Array): boolean {
  for (let i = 0; i < line.length; i++) if (line[i] !== 0) return false;
  return true;
}
