/** Maps made once for all worlds of a process that read the same: those of a sweep, of arms apart, of a run and its replay. */

import { checkRadioParameters } from "./check-radio-parameters.ts";
import { placementOf, type RadioParameters } from "./radio-parameters.ts";
import { createSiteMaps, type SiteMaps } from "./site-maps.ts";

/** What maps that are kept may take together: four hexagons of seven sites, or one of nineteen. */
const GREATEST_KEPT_BYTES = 96 * 2 ** 20;

/** By what they depend on, the last used last. */
const kept = new Map<string, SiteMaps>();

/**
 * Returns the maps of `parameters` under `seed`, for radios that share them: those that differ in carrier, antenna,
 * power, bandwidth, noise or load only. They are for reading. Throws BadInputError ("radio-parameter") for parameters out
 * of range.
 */
export function createRadioMaps(parameters: RadioParameters, seed: number): SiteMaps {
  checkRadioParameters(parameters);
  const key = keyOf(parameters, seed);
  const maps = kept.get(key) ?? createSiteMaps(parameters, placementOf(parameters), seed);
  kept.delete(key);
  kept.set(key, maps);
  let bytes = 0;
  for (const one of kept.values()) bytes += bytesOf(one);
  for (const [oldest, one] of kept) {
    if (bytes <= GREATEST_KEPT_BYTES) break;
    kept.delete(oldest);
    bytes -= bytesOf(one);
  }
  return maps;
}

/** Returns all that maps depend on as text: every parameter but those that are known to be of no account. */
function keyOf(parameters: RadioParameters, seed: number): string {
  const {
    carrierGhz,
    antenna,
    txPowerDbm,
    bandwidthMhz,
    subcarrierSpacingKhz,
    noiseFigureDb,
    load,
    ...others
  } = parameters;
  const { torus, sites, reachM } = placementOf(parameters);
  const placement = { torus, reachM, xM: [...sites.xM], yM: [...sites.yM] };
  // JSON writes every number that is not finite as null.
  return JSON.stringify({ ...others, placement, seed }, (_, value: unknown) =>
    typeof value === "number" && !Number.isFinite(value) ? `${value}` : value,
  );
}

function bytesOf({ values, losAloft, indoor }: SiteMaps): number {
  return losAloft.reduce(
    (sum, { share }) => sum + share.byteLength,
    values.byteLength + (indoor?.shadowDb.byteLength ?? 0),
  );
}
