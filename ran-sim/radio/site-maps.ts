/** Every site's line of sight and shadowing on one grid: what of the radio environment is drawn from the seed. */

import { createStream } from "#core";
import { createFourierPlane } from "./fourier-plane.ts";
import { rectangularTorus, type SitePlacement, type Torus } from "./layout.ts";
import { createSoftener, losStates } from "./los-map.ts";
import type { RadioParameters } from "./radio-parameters.ts";
import { userHeightsM } from "./radio-users.ts";
import { createFieldPair, createFieldSpectrum, createFields, createRandomField } from "./random-field.ts";
import { createGridCell, locate, type TorusGrid } from "./torus-grid.ts";
import {
  LOS_CORRELATION_DISTANCE_M,
  O2I_SHADOWING,
  OPTIONAL_NLOS,
  SHADOW_CORRELATION_DISTANCE,
  SHADOW_SIGMA,
} from "./tr38901-tables.ts";

/** Numbers per node and site in `SiteMaps.values`. */
export const MAP_FIELDS = 3;

export interface SiteMaps {
  readonly grid: TorusGrid;
  /**
   * [node, site, field]: field 0 the LOS share (0..1), 1 the LOS shadowing in dB, 2 the NLOS shadowing in dB, both
   * positive for more loss. Interleaved because one user reads all sites at the same four nodes.
   */
  readonly values: Float32Array;
  /** LOS shares [node, site] for users too high for field 0: UMa's LOS probability grows from 13 m up (7.4.2). */
  readonly losAloft: readonly { readonly heightM: number; readonly share: Float32Array }[];
  /** Shadowing of links to indoor users; null when nobody is indoors. */
  readonly indoor: IndoorMaps | null;
}

/** O2I shadowing has a correlation distance of 7 m: it needs a finer grid than the rest. */
export interface IndoorMaps {
  readonly grid: TorusGrid;
  /** [node, site], dB. */
  readonly shadowDb: Float32Array;
}

/** Grid steps per correlation distance of the roughest field, and the bounds of the grid's size. */
const STEPS_PER_CORRELATION = 8;
/** Of a distance law: its 25 m over 57 cells would otherwise take a quarter of a gigabyte a world. */
const STEPS_OF_LAW = 5;
const LEAST_SIZE = 64;
const GREATEST_SIZE = 1024;

/** The entity whose field all sites share where their shadowing is correlated. */
const COMMON = 0xffffffff;
/** C' of 7.4.2 is 0 up to this terminal height. */
const ALOFT_M = 13;

/**
 * Returns the maps of all sites. Entity = site, purposes "radio/los", "radio/shadow-los", "radio/shadow-nlos",
 * "radio/shadow-indoor", "radio/shadow-extra": a site's maps do not depend on how many others there are, nor on the
 * carrier. The sectors of a site share. LOS, NLOS and indoor shadowing are independent fields with sigma of Table
 * 7.4.1-1 (indoor: 7.5-6) and distances of Table 7.5-6.
 *
 * A correlation r between sites makes each field sqrt(r) times one common field plus sqrt(1 - r) times the site's
 * own: sigma and distance stay, and two sites correlate by r at one place. The extra field is the site's own.
 */
export function createSiteMaps(
  parameters: RadioParameters,
  { torus, sites, reachM }: SitePlacement,
  seed: number,
): SiteMaps {
  const { environment } = parameters;
  const shadowing = shadowingOf(parameters);
  const lineOfSight = parameters.distanceLaw === undefined ? parameters.lineOfSight : "never";
  const siteCount = sites.xM.length;
  const extra = parameters.extraShadowing;
  const distancesM = [
    shadowing.los.distanceM,
    shadowing.nlos.distanceM,
    ...(extra === undefined ? [] : [extra.decorrelationM]),
  ];
  const fields = fieldTorus(torus, reachM, Math.max(...distancesM, LOS_CORRELATION_DISTANCE_M[environment]));
  const grid = gridOf(
    fields,
    Math.min(...distancesM),
    parameters.distanceLaw === undefined ? STEPS_PER_CORRELATION : STEPS_OF_LAW,
  );
  const nodes = grid.rows * grid.columns;
  const values = new Float32Array(nodes * siteCount * MAP_FIELDS);
  const writeLos = (site: number, map: Float32Array): void => {
    for (let node = 0; node < map.length; node++) values[(node * siteCount + site) * MAP_FIELDS] = map[node];
  };
  const fourier = createFourierPlane(grid);
  const losAloft = userHeightsM(parameters)
    .filter((heightM) => environment === "UMa" && heightM > ALOFT_M)
    .map((heightM) => ({ heightM, share: new Float32Array(nodes * siteCount) }));
  const writeShare = (share: Float32Array, site: number, map: Float32Array): void => {
    for (let node = 0; node < map.length; node++) share[node * siteCount + site] = map[node];
  };

  if (lineOfSight === "always") {
    for (const { share } of losAloft) share.fill(1);
    for (let site = 0; site < siteCount; site++) writeLos(site, new Float32Array(nodes).fill(1));
  } else if (lineOfSight === "stochastic") {
    const distanceM = LOS_CORRELATION_DISTANCE_M[environment];
    // Read at nodes only; smooth, so that a LOS boundary is a curve rather than a dust of points.
    const spectrum = createFieldSpectrum(
      grid,
      fourier,
      { shape: "gaussian", distanceM },
      { interpolated: false },
    );
    const source = { spectrum, stream: createStream(seed, "radio/los") };
    const states = (site: number, field: Float32Array, heightM: number): Float32Array =>
      losStates(grid, { xM: sites.xM[site], yM: sites.yM[site] }, field, environment, heightM);
    const soften = createSoftener(grid, parameters.losTransitionM, fourier);
    for (let site = 0; site < siteCount; site += 2) {
      const both = site + 1 < siteCount;
      const firstField = createRandomField(source, site, fourier);
      const secondField = both ? createRandomField(source, site + 1, fourier) : firstField;
      const soft = (heightM: number): [Float32Array, Float32Array] => {
        const first = states(site, firstField, heightM);
        const second = both ? states(site + 1, secondField, heightM) : first;
        return soften(first, second);
      };
      const ground = soft(parameters.hUtM);
      writeLos(site, ground[0]);
      if (both) writeLos(site + 1, ground[1]);
      for (const { heightM, share } of losAloft) {
        const aloft = soft(heightM);
        writeShare(share, site, aloft[0]);
        if (both) writeShare(share, site + 1, aloft[1]);
      }
    }
  }

  const source = (distanceM: number, purpose: string) => ({
    spectrum: createFieldSpectrum(grid, fourier, { shape: "exponential", distanceM }, { interpolated: true }),
    stream: createStream(seed, purpose),
  });
  if (parameters.shadowing) {
    const los = source(shadowing.los.distanceM, "radio/shadow-los");
    const nlos = source(shadowing.nlos.distanceM, "radio/shadow-nlos");
    const correlate = createCorrelator(parameters, () => createFieldPair([los, nlos], COMMON, fourier));
    const pair = createFields(nodes);
    const { los: ofLos, nlos: ofNlos } = shadowing;
    for (let site = 0; site < siteCount; site++) {
      createFieldPair([los, nlos], site, fourier, pair);
      correlate(pair);
      for (let node = 0; node < nodes; node++) {
        const at = (node * siteCount + site) * MAP_FIELDS;
        values[at + 1] = ofLos.sigmaDb * pair[0][node];
        values[at + 2] = ofNlos.sigmaDb * pair[1][node];
      }
    }
  }
  const extraMaps: Float32Array[] = [];
  if (extra !== undefined && extra.sigmaDb > 0) {
    const own = source(extra.decorrelationM, "radio/shadow-extra");
    for (let site = 0; site < siteCount; site++) {
      const map = createRandomField(own, site, fourier).map((value) => extra.sigmaDb * value);
      extraMaps.push(map);
      for (let node = 0; node < map.length; node++) {
        const at = (node * siteCount + site) * MAP_FIELDS;
        values[at + 1] += map[node];
        values[at + 2] += map[node];
      }
    }
  }
  const indoor = indoorMaps(parameters, fields, siteCount, seed);
  if (indoor !== null) addTo(indoor, grid, extraMaps);
  return { grid, values, losAloft, indoor };
}

interface Shadowing {
  readonly sigmaDb: number;
  readonly distanceM: number;
}

/** Returns the two shadowings of outdoor links; those of a distance law, which has one state, are alike. */
function shadowingOf({ environment, nlosFormula, distanceLaw }: RadioParameters): {
  readonly los: Shadowing;
  readonly nlos: Shadowing;
} {
  if (distanceLaw !== undefined) {
    const { sigmaDb, correlationDistanceM: distanceM } = distanceLaw.shadowing;
    return { los: { sigmaDb, distanceM }, nlos: { sigmaDb, distanceM } };
  }
  const { losDb, nlosDb } = SHADOW_SIGMA[environment];
  const { losM, nlosM } = SHADOW_CORRELATION_DISTANCE[environment];
  const optional = nlosFormula === "optional" ? OPTIONAL_NLOS[environment] : null;
  return {
    los: { sigmaDb: losDb, distanceM: losM },
    nlos: { sigmaDb: optional?.sigmaDb ?? nlosDb, distanceM: nlosM },
  };
}

/** Returns a function that mixes the common fields into a site's own, in place; it does nothing without correlation. */
function createCorrelator(
  parameters: RadioParameters,
  common: () => readonly Float32Array[],
): (fields: readonly Float32Array[]) => void {
  const share = parameters.interSiteCorrelation ?? 0;
  if (share === 0) return () => {};
  const shared = common();
  return (fields) => {
    for (const [index, field] of fields.entries()) {
      const other = shared[index];
      for (let node = 0; node < field.length; node++) {
        field[node] = Math.sqrt(share) * other[node] + Math.sqrt(1 - share) * field[node];
      }
    }
  };
}

/** Returns the shadowing of indoor users; null when there are none, a map of zeros with shadowing off. */
function indoorMaps(
  parameters: RadioParameters,
  torus: Torus,
  siteCount: number,
  seed: number,
): IndoorMaps | null {
  const { environment, users } = parameters;
  if (users === undefined || users.indoorShare === 0) return null;
  if (environment === "InH-mixed" || environment === "InH-open") return null;
  const { sigmaDb, distanceM } = O2I_SHADOWING[environment];
  const grid = gridOf(torus, Math.min(distanceM, parameters.extraShadowing?.decorrelationM ?? distanceM));
  const shadowDb = new Float32Array(grid.rows * grid.columns * siteCount);
  if (!parameters.shadowing) return { grid, shadowDb };
  const fourier = createFourierPlane(grid);
  const spectrum = createFieldSpectrum(
    grid,
    fourier,
    { shape: "exponential", distanceM },
    { interpolated: true },
  );
  const source = { spectrum, stream: createStream(seed, "radio/shadow-indoor") };
  const correlate = createCorrelator(parameters, () => [createRandomField(source, COMMON, fourier)]);
  for (let site = 0; site < siteCount; site++) {
    const field = createRandomField(source, site, fourier);
    correlate([field]);
    for (let node = 0; node < field.length; node++) shadowDb[node * siteCount + site] = sigmaDb * field[node];
  }
  return { grid, shadowDb };
}

/** Adds fields [site][node] of a grid no finer than the indoor one to the indoor shadowing. */
function addTo({ grid, shadowDb }: IndoorMaps, coarse: TorusGrid, fields: readonly Float32Array[]): void {
  const siteCount = fields.length;
  const { torus, rows, columns } = grid;
  const cell = createGridCell();
  for (let node = 0; siteCount > 0 && node < rows * columns; node++) {
    const p = Math.floor(node / columns) / rows;
    const q = (node % columns) / columns;
    locate(coarse, p * torus.t1xM + q * torus.t2xM, p * torus.t1yM + q * torus.t2yM, cell);
    for (let site = 0; site < siteCount; site++) {
      for (let corner = 0; corner < 4; corner++) {
        shadowDb[node * siteCount + site] += cell.weight[corner] * fields[site][cell.node[corner]];
      }
    }
  }
}

/** What lies beyond the reach of a field on its own torus, in correlation distances: an image then adds exp(-6), 0.25 %. */
const APART = 6;

/**
 * Returns the torus of the maps: that of the sites, but along an axis on which phones come no farther than `reachM` from any
 * site no wider than keeps what a phone can meet apart from its own image. A motorway needs a strip, not a square.
 */
function fieldTorus(torus: Torus, reachM: SitePlacement["reachM"], longestM: number): Torus {
  if (torus.lattice !== "rectangular" || reachM === undefined) return torus;
  const enough = (reach: number): number => 2 * reach + APART * longestM;
  return rectangularTorus(Math.min(torus.t1xM, enough(reachM.xM)), Math.min(torus.t2yM, enough(reachM.yM)));
}

/** Returns the grid of the least powers of two that give the roughest field its steps per correlation distance, within bounds. */
function gridOf(
  torus: Torus,
  correlationDistanceM: number,
  stepsPerCorrelation = STEPS_PER_CORRELATION,
): TorusGrid {
  const size = (lengthM: number): number => {
    const steps = (lengthM / correlationDistanceM) * stepsPerCorrelation;
    return Math.min(GREATEST_SIZE, Math.max(LEAST_SIZE, 2 ** Math.ceil(Math.log2(steps))));
  };
  return {
    torus,
    rows: size(Math.hypot(torus.t1xM, torus.t1yM)),
    columns: size(Math.hypot(torus.t2xM, torus.t2yM)),
  };
}
