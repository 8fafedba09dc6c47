/** A smooth function of one number as a table of cubics: for kernels that read an antenna's cut on every link. */

/** Made by `createCubicTable`. Read in place: a call for each link would cost more than the reading. */
export interface CubicTable {
  /** [interval, 4]: coefficients of the powers 0 to 3 of the place within an interval, 0..1. */
  readonly coefficients: Float64Array;
  /** The place of `x` is (x - first) * perUnit: its whole part is the interval, the rest the place within. */
  readonly first: number;
  readonly perUnit: number;
}

/**
 * Returns `of` from `first` to `last` in `intervals` equal parts, each the cubic through four equidistant points, so that it is
 * continuous. One more interval follows `last`, for what rounding leaves beyond it. Where both ends are one, any x reads its value.
 */
export function createCubicTable(
  of: (x: number) => number,
  first: number,
  last: number,
  intervals: number,
): CubicTable {
  const step = (last - first) / intervals;
  const coefficients = new Float64Array(4 * (intervals + 1));
  for (let interval = 0; interval <= intervals; interval++) {
    const [a, b, c, d] = [0, 1, 2, 3].map((third) => of(first + step * (interval + third / 3)));
    coefficients.set(
      [
        a,
        (-11 * a + 18 * b - 9 * c + 2 * d) / 2,
        (9 / 2) * (2 * a - 5 * b + 4 * c - d),
        (9 / 2) * (d - a + 3 * (b - c)),
      ],
      4 * interval,
    );
  }
  return { coefficients, first, perUnit: step === 0 ? 0 : 1 / step };
}
