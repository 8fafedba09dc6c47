/**
 * Fast fading as a function of the distance travelled: Rayleigh, or Ricean with line of sight, with Jakes' spectrum.
 *
 * Every link is a sum of plane waves whose phases turn with the path: 2 pi cos(angle) metres / wavelength. At constant
 * speed v that is a Doppler of f_D cos(angle), f_D = v f_c / c; at changing speed it stays right, and any moment can be
 * computed without the ones before it.
 */

import { BadInputError, createStream } from "#core";
import { type Environment, PROPAGATION_VELOCITY_MPS, RICEAN_K } from "./tr38901-tables.ts";

/** Off in all named scenarios. */
export interface FadingParameters {
  /** "rayleigh": no dominant path anywhere. "ricean": one as strong as K of Table 7.5-6, where there is line of sight. */
  readonly kind: "rayleigh" | "ricean";
  /** Ricean K in dB instead of a draw per link from Table 7.5-6. */
  readonly kFactorDb?: number;
  /**
   * Independently fading branches whose powers are averaged: receive antennas, and coherence bandwidths within the
   * measured band. 1 is a flat channel and a single antenna, the deepest fading. 1 when left out.
   */
  readonly branches?: number;
  /** Plane waves per branch, 16 when left out. */
  readonly waves?: number;
}

/** Which links there are. */
export interface FadingLinks {
  readonly environment: Environment;
  readonly carrierGhz: number;
  readonly ueCount: number;
  /** [cell]: the site of each cell. The cells of a site fade independently and share K and line of sight. */
  readonly cellSite: ArrayLike<number>;
  readonly siteCount: number;
}

/** Made by `createFading`. */
export interface Fading {
  /** Writes the complex amplitude of one link to `out` [branch, 2], real part first; mean squared magnitude 1. */
  amplitude(ue: number, cell: number, travelledM: number, losShare: number, out: Float64Array): void;
  /**
   * Writes the gain in dB of every link, mean power 1, to `out` [ue, cell].
   *
   * `travelledM` [ue]: metres each user has moved since time 0, speed times time for constant speed. `losShare`
   * [ue, site], 0..1, is needed for "ricean" (`Radio.losWeight`); the dominant path has the share
   * losShare K / (K + 1) of the power.
   */
  gainDb(travelledM: ArrayLike<number>, losShare: ArrayLike<number> | null, out: Float32Array): void;
}

/** Throws BadInputError ("radio-parameter") unless the fading can be simulated. */
export function checkFadingParameters(parameters: FadingParameters, path = "radio.fading"): void {
  const { kind, kFactorDb, branches = 1, waves = 16 } = parameters;
  const require = (legal: boolean, name: string, expected: string, got: unknown): void => {
    if (!legal)
      throw new BadInputError("radio-parameter", { subject: `${path}.${name}`, expected, got: `${got}` });
  };
  require(kind === "rayleigh" || kind === "ricean", "kind", '"rayleigh" or "ricean"', kind);
  require(kFactorDb === undefined ||
    (kFactorDb >= -40 && kFactorDb <= 40), "kFactorDb", "a number from -40 to 40", kFactorDb);
  require(Number.isInteger(branches) && branches >= 1 && branches <= 64, "branches", "1 to 64", branches);
  require(Number.isInteger(waves) && waves >= 8 && waves <= 256, "waves", "8 to 256", waves);
}

/**
 * Returns the fading of all links under `seed`; purposes "radio/fading", "radio/fading-los" and "radio/fading-k".
 *
 * The scattered part is (Xiao, Zheng and Beaulieu, IEEE Trans. Wireless Commun. 5(12), 2006)
 * X = sum over n of exp(i (k d cos((2 pi n + theta_n) / N) + phi_n)) / sqrt(N), theta_n and phi_n uniform over
 * (-pi, pi): over links its autocorrelation is exactly J0(2 pi d / wavelength) for any N; its envelope tends to
 * Rayleigh's with N. The dominant path comes from a uniform angle. K is log-normal per (user, site), Table 7.5-6.
 */
export function createFading(parameters: FadingParameters, links: FadingLinks, seed: number): Fading {
  checkFadingParameters(parameters);
  const { kind, branches = 1, waves = 16 } = parameters;
  const { ueCount, cellSite, siteCount, carrierGhz } = links;
  const cellCount = cellSite.length;
  const radPerM = (2 * Math.PI * carrierGhz * 1e9) / PROPAGATION_VELOCITY_MPS;
  const perLink = branches * waves;
  /** [ue, cell, branch, wave]: phase per metre, and at 0 m. */
  const turn = new Float64Array(ueCount * cellCount * perLink);
  const phase = new Float64Array(turn.length);
  const scattered = createStream(seed, "radio/fading");
  for (let ue = 0; ue < ueCount; ue++) {
    for (let i = 0; i < cellCount * perLink; i++) {
      const theta = 2 * Math.PI * (scattered.uniform(ue, i, 0) - 0.5);
      const at = ue * cellCount * perLink + i;
      turn[at] = radPerM * Math.cos((2 * Math.PI * (i % waves) + theta) / waves);
      phase[at] = 2 * Math.PI * scattered.uniform(ue, i, 1);
    }
  }
  const ricean = kind === "ricean" ? createDominantPaths(parameters, links, radPerM, seed) : null;

  const amplitude: Fading["amplitude"] = (ue, cell, travelledM, losShare, out) => {
    const link = ue * cellCount + cell;
    const dominant = ricean === null ? 0 : losShare * ricean.powerShare[ue * siteCount + cellSite[cell]];
    const weight = Math.sqrt((1 - dominant) / waves);
    for (let branch = 0; branch < branches; branch++) {
      const at = link * branches + branch;
      let re = 0;
      let im = 0;
      for (let i = at * waves; i < (at + 1) * waves; i++) {
        const angle = turn[i] * travelledM + phase[i];
        re += Math.cos(angle);
        im += Math.sin(angle);
      }
      re *= weight;
      im *= weight;
      if (ricean !== null && dominant > 0) {
        const angle = ricean.turn[at] * travelledM + ricean.phase[at];
        re += Math.sqrt(dominant) * Math.cos(angle);
        im += Math.sqrt(dominant) * Math.sin(angle);
      }
      out[2 * branch] = re;
      out[2 * branch + 1] = im;
    }
  };

  const parts = new Float64Array(2 * branches);
  return {
    amplitude,
    gainDb(travelledM, losShare, out) {
      if (travelledM.length !== ueCount || out.length !== ueCount * cellCount) {
        throw new RangeError(`fading: expected ${ueCount} users and ${ueCount * cellCount} links`);
      }
      if (ricean !== null && losShare?.length !== ueCount * siteCount) {
        throw new RangeError(`fading: ricean needs losShare of ${ueCount * siteCount} numbers`);
      }
      for (let ue = 0; ue < ueCount; ue++) {
        for (let cell = 0; cell < cellCount; cell++) {
          amplitude(ue, cell, travelledM[ue], losShare?.[ue * siteCount + cellSite[cell]] ?? 0, parts);
          let power = 0;
          for (let part = 0; part < parts.length; part++) power += parts[part] * parts[part];
          out[ue * cellCount + cell] = 10 * Math.log10(Math.max(power / branches, DEEPEST_FADE));
        }
      }
    },
  };
}

/** A null is no deeper than 100 dB: an exact zero has no logarithm. */
const DEEPEST_FADE = 1e-10;

/** Returns the dominant path: its share of the power [ue, site], its turn per metre and phase [ue, cell, branch]. */
function createDominantPaths(
  { kFactorDb, branches = 1 }: FadingParameters,
  { environment, ueCount, siteCount, cellSite }: FadingLinks,
  radPerM: number,
  seed: number,
): { readonly powerShare: Float64Array; readonly turn: Float64Array; readonly phase: Float64Array } {
  const cellCount = cellSite.length;
  const strength = createStream(seed, "radio/fading-k");
  const path = createStream(seed, "radio/fading-los");
  const { meanDb, sigmaDb } = RICEAN_K[environment];
  const powerShare = Float64Array.from({ length: ueCount * siteCount }, (_, i) => {
    const drawnDb = meanDb + sigmaDb * strength.normal(Math.floor(i / siteCount), i % siteCount);
    const k = 10 ** ((kFactorDb ?? drawnDb) / 10);
    return k / (k + 1);
  });
  const turn = new Float64Array(ueCount * cellCount * branches);
  const phase = new Float64Array(turn.length);
  for (let i = 0; i < turn.length; i++) {
    const cell = Math.floor(i / branches) % cellCount;
    const ue = Math.floor(i / (branches * cellCount));
    // One direction per site, one phase per antenna and branch.
    turn[i] = radPerM * Math.cos(2 * Math.PI * path.uniform(ue, cellSite[cell], 0));
    phase[i] = 2 * Math.PI * path.uniform(ue, siteCount + cell * branches + (i % branches), 1);
  }
  return { powerShare, turn, phase };
}
