/**
 * Line of sight as a map: for one site, the share of line of sight at every node of the torus, from 0 (none) to 1.
 *
 * A node has line of sight where the standard normal field G, smooth with the LOS correlation distance (TR 38.901
 * 7.6.3), satisfies Phi(G) < P_LOS(d2D) of 7.4.2: every place is in LOS with the probability of the table, and
 * places near each other agree. The soft transition is a Gaussian blur of that map. Unlike a function of the
 * distance to the boundary, a blur keeps the mean share of LOS, and no shape of boundary can make the map
 * steeper than a straight one: 1 / (sqrt(2 pi) s) per metre.
 */

import { errorFunction } from "simple-statistics";
import type { FourierPlane } from "./fourier-plane.ts";
import { losProbability } from "./los-probability.ts";
import { type TorusGrid, visitNodes } from "./torus-grid.ts";
import type { Environment } from "./tr38901-tables.ts";

/** Standard deviations between the 10 % and the 90 % point of a normal distribution. */
const TEN_TO_NINETY = 2.5631031310892007;

/** Returns the 0-or-1 map of LOS, [node], of a site at (siteXM, siteYM) whose LOS field is `field`, [node]. */
export function losStates(
  grid: TorusGrid,
  site: { readonly xM: number; readonly yM: number },
  field: Float32Array,
  environment: Environment,
  hUtM: number,
): Float32Array {
  const states = new Float32Array(grid.rows * grid.columns);
  visitNodes(grid, site.xM, site.yM, (node, dxM, dyM) => {
    const probability = losProbability(environment, Math.sqrt(dxM * dxM + dyM * dyM), hUtM);
    states[node] = isQuantileBelow(field[node], probability) ? 1 : 0;
  });
  return states;
}

/** Phi of a standard normal number. */
function quantileOf(normal: number): number {
  return 0.5 + 0.5 * errorFunction(normal / Math.SQRT2);
}

const LEAST_NORMAL = -6;
const STEPS_PER_UNIT = 128;
/** Phi at steps from `LEAST_NORMAL` to its negative: bounds that settle nearly every comparison without an exponential. */
const quantiles = Float64Array.from({ length: -2 * LEAST_NORMAL * STEPS_PER_UNIT + 1 }, (_, step) =>
  quantileOf(LEAST_NORMAL + step / STEPS_PER_UNIT),
);
/** More than what `errorFunction`, an approximation within 1.2e-7, could stray from growing. */
const MARGIN = 1e-6;

/** Returns whether Phi(normal) < probability, as `quantileOf` would. */
function isQuantileBelow(normal: number, probability: number): boolean {
  const step = Math.floor((normal - LEAST_NORMAL) * STEPS_PER_UNIT);
  if (step >= 0 && step + 1 < quantiles.length) {
    if (quantiles[step + 1] < probability - MARGIN) return true;
    if (quantiles[step] > probability + MARGIN) return false;
  }
  return quantileOf(normal) < probability;
}

/** Blurs two maps at once, as `createSoftener` says. */
export type Softener = (first: Float32Array, second: Float32Array) => [Float32Array, Float32Array];

/**
 * Returns a function that blurs one or two maps so that a straight boundary goes from 10 % to 90 % over `transitionM`
 * metres. A transition shorter than about two grid steps comes out as long as the grid allows: the map stays continuous.
 */
export function createSoftener(grid: TorusGrid, transitionM: number, fourier: FourierPlane): Softener {
  const { rows, columns, torus } = grid;
  const deviationM = transitionM / TEN_TO_NINETY;
  const gains = new Float64Array(rows * columns);
  for (let m = 0; m < rows; m++) {
    const mSigned = m < rows / 2 ? m : m - rows;
    for (let n = 0; n < columns; n++) {
      const nSigned = n < columns / 2 ? n : n - columns;
      // The mode's wave vector, in radians per metre.
      const kx = 2 * Math.PI * (mSigned * torus.pxPerM + nSigned * torus.qxPerM);
      const ky = 2 * Math.PI * (mSigned * torus.pyPerM + nSigned * torus.qyPerM);
      gains[m * columns + n] = Math.exp(-0.5 * deviationM * deviationM * (kx * kx + ky * ky));
    }
  }
  return (first, second) => {
    const plane = fourier.scratch;
    for (let node = 0; node < first.length; node++) {
      plane[2 * node] = first[node];
      plane[2 * node + 1] = second[node];
    }
    fourier.forward(plane);
    for (let mode = 0; mode < gains.length; mode++) {
      plane[2 * mode] *= gains[mode];
      plane[2 * mode + 1] *= gains[mode];
    }
    fourier.inverse(plane);
    const soft: [Float32Array, Float32Array] = [
      new Float32Array(first.length),
      new Float32Array(first.length),
    ];
    for (let node = 0; node < first.length; node++) {
      soft[0][node] = clampShare(plane[2 * node]);
      soft[1][node] = clampShare(plane[2 * node + 1]);
    }
    return soft;
  };
}

/** Rounding leaves shares a hair outside 0..1, and a little inside it where all around is LOS or all is not. */
function clampShare(share: number): number {
  if (share < 1e-6) return 0;
  return share > 1 - 1e-6 ? 1 : share;
}
