import { expect, test } from "vitest";
import { BadInputError } from "#core";
import { createFading, type FadingLinks, type FadingParameters } from "../../../ran-sim/radio/fading.ts";

const links: FadingLinks = {
  environment: "UMa",
  carrierGhz: 3,
  ueCount: 1500,
  cellSite: [0, 0, 1, 1],
  siteCount: 2,
};
/** 3e8 / 3 GHz. */
const WAVELENGTH_M = 0.1;
const LINKS = links.ueCount * links.cellSite.length;

/** Returns every link's power after `travelledM`, linear. */
function powers(parameters: FadingParameters, travelledM: number, los = 0, seed = 1): Float64Array {
  const out = new Float32Array(LINKS);
  createFading(parameters, links, seed).gainDb(
    new Float64Array(links.ueCount).fill(travelledM),
    new Float32Array(links.ueCount * links.siteCount).fill(los),
    out,
  );
  return Float64Array.from(out, (db) => 10 ** (db / 10));
}

const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((a, b) => a + b, 0) / values.length;

/** Bessel's J0 by its integral, (1 / pi) times the integral of cos(x sin t) over half a turn. */
function besselJ0(x: number): number {
  const steps = 2000;
  let sum = 0;
  for (let i = 0; i < steps; i++) sum += Math.cos(x * Math.sin((Math.PI * (i + 0.5)) / steps));
  return sum / steps;
}

test("Rayleigh fading has mean power 1 and an exponential distribution of power", () => {
  const power = powers({ kind: "rayleigh" }, 12.34);
  // 6,000 links: a standard error of 0.013 for the mean, at most 0.0065 for a share.
  expect(Math.abs(mean(power) - 1)).toBeLessThan(0.04);
  for (const x of [0.01, 0.1, 0.5, 1, 2, 3]) {
    const share = power.filter((value) => value < x).length / LINKS;
    expect(Math.abs(share - (1 - Math.exp(-x))), `below ${x}`).toBeLessThan(0.02);
  }
});

test("over links the amplitude's autocorrelation is J0(2 pi f_D tau)", () => {
  const fading = createFading({ kind: "rayleigh" }, links, 2);
  const start = new Float64Array(2);
  const end = new Float64Array(2);
  // f_D tau = v tau / wavelength: a user at 30 m/s for 1 ms has moved 0.3 wavelengths.
  for (const wavelengths of [0, 0.1, 0.2, 0.383, 0.5, 0.61, 1, 1.5]) {
    let real = 0;
    let imaginary = 0;
    for (let ue = 0; ue < links.ueCount; ue++) {
      for (let cell = 0; cell < 4; cell++) {
        fading.amplitude(ue, cell, 5, 0, start);
        fading.amplitude(ue, cell, 5 + wavelengths * WAVELENGTH_M, 0, end);
        real += start[0] * end[0] + start[1] * end[1];
        imaginary += start[0] * end[1] - start[1] * end[0];
      }
    }
    // Standard error at most 1 / sqrt(6000) = 0.013.
    expect(Math.abs(real / LINKS - besselJ0(2 * Math.PI * wavelengths)), `${wavelengths}`).toBeLessThan(0.04);
    expect(Math.abs(imaginary / LINKS)).toBeLessThan(0.04);
  }
});

test("one link in time crosses its mean as often as Rayleigh's level crossing rate says", () => {
  // Rice: sqrt(2 pi) rho exp(-rho^2) upward crossings per wavelength travelled, 0.922 at rho = 1 (rms level).
  const fading = createFading({ kind: "rayleigh", waves: 32 }, { ...links, ueCount: 40 }, 3);
  const out = new Float64Array(2);
  let crossings = 0;
  const wavelengths = 40;
  for (let ue = 0; ue < 40; ue++) {
    let above = true;
    for (let step = 0; step < wavelengths * 50; step++) {
      fading.amplitude(ue, 0, (step / 50) * WAVELENGTH_M, 0, out);
      const now = out[0] ** 2 + out[1] ** 2 > 1;
      if (now && !above) crossings++;
      above = now;
    }
  }
  expect(Math.abs(crossings / (40 * wavelengths) / 0.922 - 1)).toBeLessThan(0.06);
});

test("Ricean fading has mean power 1 and the variance of its K, and without line of sight it is Rayleigh", () => {
  for (const kFactorDb of [0, 9]) {
    const power = powers({ kind: "ricean", kFactorDb }, 3, 1);
    const average = mean(power);
    const variance = mean(power.map((value) => (value - average) ** 2));
    const k = 10 ** (kFactorDb / 10);
    // The power of a Ricean amplitude has variance (1 + 2 K) / (1 + K)^2 at mean 1.
    expect(Math.abs(average - 1)).toBeLessThan(0.04);
    expect(Math.abs(variance - (1 + 2 * k) / (1 + k) ** 2)).toBeLessThan(0.05);
  }
  expect(powers({ kind: "ricean" }, 3, 0)).toEqual(powers({ kind: "rayleigh" }, 3, 0));
});

test("K is drawn per site from Table 7.5-6: the variance lies between those of K one sigma off", () => {
  const power = powers({ kind: "ricean" }, 3, 1);
  const variance = mean(power.map((value) => (value - 1) ** 2));
  const of = (db: number) => (1 + 2 * 10 ** (db / 10)) / (1 + 10 ** (db / 10)) ** 2;
  expect(variance).toBeGreaterThan(of(9 + 3.5));
  expect(variance).toBeLessThan(of(9 - 3.5));
});

test("averaging over branches makes fading shallower, by their number", () => {
  const power = powers({ kind: "rayleigh", branches: 4 }, 1);
  expect(Math.abs(mean(power.map((value) => (value - 1) ** 2)) - 1 / 4)).toBeLessThan(0.02);
});

test("fading is a function of seed, link and distance only", () => {
  expect(powers({ kind: "ricean" }, 7, 0.5)).toEqual(powers({ kind: "ricean" }, 7, 0.5));
  expect(powers({ kind: "ricean" }, 7, 0.5, 2)).not.toEqual(powers({ kind: "ricean" }, 7, 0.5));
  expect(powers({ kind: "rayleigh" }, 0)).not.toEqual(powers({ kind: "rayleigh" }, 0.01));
});

test("illegal parameters are refused by name, and missing line of sight is a programming error", () => {
  expect(() => createFading({ kind: "rayleigh", branches: 0 }, links, 1)).toThrow(BadInputError);
  expect(() => createFading({ kind: "rayleigh", waves: 4 }, links, 1)).toThrow(
    "radio.fading.waves: expected 8 to 256",
  );
  const ricean = createFading({ kind: "ricean" }, links, 1);
  expect(() => ricean.gainDb(new Float64Array(1500), null, new Float32Array(LINKS))).toThrow(RangeError);
});
