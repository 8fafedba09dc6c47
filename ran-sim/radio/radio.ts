/**
 * The radio environment: RSRP and SINR of every user and cell from positions, and nothing else. All randomness is in
 * maps made once from the seed, so the same position always gives the same values: no state, no order.
 */

import { checkRadioParameters } from "./check-radio-parameters.ts";
import { createLinks } from "./links.ts";
import { sweepPowers } from "./power-sweep.ts";
import { createRadioMaps } from "./radio-maps.ts";
import { boresightsOf, placementOf, type RadioParameters } from "./radio-parameters.ts";
import type { LinkChanges, Radio } from "./radio-types.ts";
import type { SiteMaps } from "./site-maps.ts";

export type { Radio, RadioOutput, RadioPowers } from "./radio-types.ts";

/**
 * Returns the radio environment of `parameters` under `seed`; its maps take about 0.1 s a site to make, once.
 *
 * Loss of a link: w (PL_LOS + X_LOS) + (1 - w) (PL_NLOS + X_NLOS) in dB, w its share of line of sight; so it is
 * continuous in position. Throws BadInputError ("radio-parameter") for parameters out of range.
 */
export function createRadio(
  parameters: RadioParameters,
  seed: number,
  maps: SiteMaps = createRadioMaps(parameters, seed),
): Radio {
  checkRadioParameters(parameters);
  const { sites, torus } = placementOf(parameters);
  const siteCount = sites.xM.length;
  const boresights = boresightsOf(parameters);
  const cellSite = Int32Array.from(boresights.flatMap((sectors, site) => sectors.map(() => site)));
  const links = createLinks(parameters, seed, maps);
  const { cellCount, firstCell, noiseMw, powerDbm, powerMw, interferingMw, kernel } = links;
  const { beamCount, beamsDb } = links.gains;

  /** Writes a value of every user and site. */
  const writePerSite = (
    xM: Float64Array,
    yM: Float64Array,
    out: Float32Array,
    value: (site: number, d2dM: number) => number,
  ): void => {
    requireLength("site values", out, xM.length * siteCount);
    if (links.walled) links.growUsers(xM.length);
    for (let ue = 0; ue < xM.length; ue++) {
      links.locate(ue, xM[ue], yM[ue]);
      for (let site = 0; site < siteCount; site++) {
        out[ue * siteCount + site] = value(site, links.distanceM(site));
      }
    }
  };

  /** Returns the load of each cell, having checked the changes and drawn the users. */
  const loadOf = (ueCount: number, changes: LinkChanges | undefined): Float64Array => {
    const { load = links.load, gainDb, lossDb: addedDb } = changes ?? {};
    requireLength("changes.load", load, cellCount);
    if (gainDb !== undefined) requireLength("changes.gainDb", gainDb, ueCount * cellCount);
    if (addedDb !== undefined) requireLength("changes.lossDb", addedDb, ueCount * siteCount);
    if (links.walled) links.growUsers(ueCount);
    return load instanceof Float64Array ? load : Float64Array.from(load);
  };

  /** Returns what disturbs a cell. Noise is the least that others can add up to: that removes the rounding of the difference. */
  const othersMw = (one: number, totalMw: number, load: Float64Array): number =>
    Math.max(noiseMw, totalMw - load[one] * interferingMw[one]);

  return {
    parameters,
    siteCount,
    cellCount,
    sites,
    torus,
    cellSite,
    cellAzimuthDeg: Float64Array.from(boresights.flat()),
    noiseDbm: links.noiseDbm,
    users(count) {
      links.growUsers(count);
      return links.users.slice(0, count);
    },
    rsrpDbm(xM, yM, out, changes) {
      requireLength("out.rsrpDbm", out.rsrpDbm, xM.length * cellCount);
      requireLength("out.sinrDb", out.sinrDb, xM.length * cellCount);
      const { rsrqDb } = out;
      if (rsrqDb !== undefined) requireLength("out.rsrqDb", rsrqDb, xM.length * cellCount);
      const load = loadOf(xM.length, changes);
      for (let ue = 0; ue < xM.length; ue++) {
        const row = ue * cellCount;
        const totalMw = links.hear(ue, xM[ue], yM[ue], load, changes);
        for (let one = 0; one < cellCount; one++) {
          out.rsrpDbm[row + one] = powerDbm[one];
          out.sinrDb[row + one] = powerDbm[one] - 10 * Math.log10(othersMw(one, totalMw, load));
        }
        if (rsrqDb !== undefined) {
          const rssiDb = 10 * Math.log10(12 * totalMw);
          for (let one = 0; one < cellCount; one++) rsrqDb[row + one] = powerDbm[one] - rssiDb;
        }
      }
    },
    powers(xM, yM, { rsrpMw, sinr }, changes) {
      requireLength("out.rsrpMw", rsrpMw, xM.length * cellCount);
      requireLength("out.sinr", sinr, xM.length * cellCount);
      const load = loadOf(xM.length, changes);
      if (kernel !== null && changes?.gainDb === undefined && changes?.lossDb === undefined) {
        sweepPowers(kernel, xM, yM, load, { rsrpMw, sinr });
        return;
      }
      for (let ue = 0; ue < xM.length; ue++) {
        const row = ue * cellCount;
        const totalMw = links.hear(ue, xM[ue], yM[ue], load, changes);
        for (let one = 0; one < cellCount; one++) {
          rsrpMw[row + one] = powerMw[one];
          sinr[row + one] = powerMw[one] / othersMw(one, totalMw, load);
        }
      }
    },
    beamCount,
    beamRsrpDbm(xM, yM, out) {
      requireLength("out", out, xM.length * cellCount * beamCount);
      if (beamCount === 0) return;
      if (links.walled) links.growUsers(xM.length);
      for (let ue = 0; ue < xM.length; ue++) {
        links.locate(ue, xM[ue], yM[ue]);
        for (let site = 0; site < siteCount; site++) {
          const baseDbm = links.hearSite(site, links.distanceM(site));
          const start = (ue * cellCount + firstCell[site]) * beamCount;
          const beams = (firstCell[site + 1] - firstCell[site]) * beamCount;
          for (let beam = 0; beam < beams; beam++) out[start + beam] = baseDbm + beamsDb[beam];
        }
      }
    },
    losWeight: (xM, yM, out) => writePerSite(xM, yM, out, links.losShare),
    siteLossDb: (xM, yM, out) => writePerSite(xM, yM, out, links.lossDb),
  };
}

function requireLength(name: string, array: ArrayLike<unknown>, expected: number): void {
  if (array.length !== expected)
    throw new RangeError(`${name}: expected ${expected} numbers, got ${array.length}`);
}
