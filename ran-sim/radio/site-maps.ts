/** Every site's line of sight and shadowing on one grid: what of the radio environment is drawn from the seed. */

import { createStream } from "#core";
import { createFourierPlane } from "./fourier-plane.ts";
import type { SitePositions, Torus } from "./layout.ts";
import { losStates, softenPair } from "./los-map.ts";
import type { RadioParameters } from "./radio-parameters.ts";
import { createFieldPair, createFieldSpectrum, createRandomField } from "./random-field.ts";
import type { TorusGrid } from "./torus-grid.ts";
import { LOS_CORRELATION_DISTANCE_M, SHADOW_CORRELATION_DISTANCE, SHADOW_SIGMA } from "./tr38901-tables.ts";

/** Numbers per node and site in `SiteMaps.values`. */
export const MAP_FIELDS = 3;

export interface SiteMaps {
  readonly grid: TorusGrid;
  /**
   * [node, site, field]: field 0 the LOS share (0..1), 1 the LOS shadowing in dB, 2 the NLOS shadowing in dB, both
   * positive for more loss. Interleaved because one user reads all sites at the same four nodes.
   */
  readonly values: Float32Array;
}

/** Grid steps per correlation distance of the roughest field, and the bounds of the grid's size. */
const STEPS_PER_CORRELATION = 8;
const LEAST_SIZE = 64;
const GREATEST_SIZE = 1024;

/**
 * Returns the maps of all sites. Entity = site, purposes "radio/los", "radio/shadow-los", "radio/shadow-nlos": a
 * site's maps do not depend on how many others there are. Sites are independent; the sectors of a site share.
 * LOS and NLOS shadowing are independent fields with sigma of Table 7.4.1-1 and distances of Table 7.5-6.
 */
export function createSiteMaps(
  parameters: RadioParameters,
  torus: Torus,
  sites: SitePositions,
  seed: number,
): SiteMaps {
  const { environment } = parameters;
  const correlation = SHADOW_CORRELATION_DISTANCE[environment];
  const siteCount = sites.xM.length;
  const grid = { torus, size: gridSize(torus, Math.min(correlation.losM, correlation.nlosM)) };
  const values = new Float32Array(grid.size * grid.size * siteCount * MAP_FIELDS);
  const write = (site: number, field: number, map: Float32Array, scale: number): void => {
    for (let node = 0; node < map.length; node++) {
      values[(node * siteCount + site) * MAP_FIELDS + field] = scale * map[node];
    }
  };
  const fourier = createFourierPlane(grid.size);

  if (parameters.lineOfSight === "always") {
    for (let site = 0; site < siteCount; site++) write(site, 0, new Float32Array(grid.size ** 2).fill(1), 1);
  } else if (parameters.lineOfSight === "stochastic") {
    const distanceM = LOS_CORRELATION_DISTANCE_M[environment];
    // Read at nodes only; smooth, so that a LOS boundary is a curve rather than a dust of points.
    const spectrum = createFieldSpectrum(
      grid,
      fourier,
      { shape: "gaussian", distanceM },
      { interpolated: false },
    );
    const source = { spectrum, stream: createStream(seed, "radio/los") };
    const states = (site: number): Float32Array => {
      const place = { xM: sites.xM[site], yM: sites.yM[site] };
      const field = createRandomField(source, site, fourier);
      return losStates(grid, place, field, environment, parameters.hUtM);
    };
    for (let site = 0; site < siteCount; site += 2) {
      const first = states(site);
      const second = site + 1 < siteCount ? states(site + 1) : first;
      const soft = softenPair(grid, first, second, parameters.losTransitionM, fourier);
      write(site, 0, soft[0], 1);
      if (site + 1 < siteCount) write(site + 1, 0, soft[1], 1);
    }
  }

  if (parameters.shadowing) {
    const sigma = SHADOW_SIGMA[environment];
    const source = (distanceM: number, purpose: string) => ({
      spectrum: createFieldSpectrum(
        grid,
        fourier,
        { shape: "exponential", distanceM },
        { interpolated: true },
      ),
      stream: createStream(seed, purpose),
    });
    const los = source(correlation.losM, "radio/shadow-los");
    const nlos = source(correlation.nlosM, "radio/shadow-nlos");
    for (let site = 0; site < siteCount; site++) {
      const [losField, nlosField] = createFieldPair([los, nlos], site, fourier);
      write(site, 1, losField, sigma.losDb);
      write(site, 2, nlosField, sigma.nlosDb);
    }
  }
  return { grid, values };
}

/** Returns the least power of two that gives the roughest field its steps per correlation distance, within bounds. */
function gridSize(torus: Torus, correlationDistanceM: number): number {
  const steps = (torus.sideM / correlationDistanceM) * STEPS_PER_CORRELATION;
  return Math.min(GREATEST_SIZE, Math.max(LEAST_SIZE, 2 ** Math.ceil(Math.log2(steps))));
}
