// Units by evidence: whether the way between samples goes with the speed that the file gives, and with any vehicle.
import { BadInputError } from "#core";
import { toLocal } from "../../layout/projection.ts";
import type { Recording, Track } from "./tracks.ts";

/** Speed and displacement may differ by so much before they contradict each other: km/h for m/s is 3.6. */
const MOST_TIMES = 5;
/** A step shorter than this, by both, says nothing. */
const LEAST_STEP_M = 0.5;
/** No phone on the ground is faster as a rule. */
const MOST_MPS = 350;

/**
 * Returns how many times the displacement of a step is what its speed gives, the median over the steps of which either says
 * something; null where none does. More than 5 or less than a fifth is a contradiction: another unit, or another projection.
 */
export function timesSpeed(
  tracks: readonly Track[],
  speedsMps: readonly Float64Array[],
  coordinates: Recording["coordinates"],
): number | null {
  return medianOverSteps(tracks, coordinates, (stepM, stepS, track, from) => {
    const speedMps = (speedsMps[track][from] + speedsMps[track][from + 1]) / 2;
    const drivenM = speedMps * stepS;
    if (Number.isNaN(drivenM) || Math.max(stepM, drivenM) < LEAST_STEP_M) return null;
    return drivenM === 0 ? Number.POSITIVE_INFINITY : stepM / drivenM;
  });
}

/** Returns whether a ratio of {@link timesSpeed} contradicts. */
export function contradicts(times: number | null): boolean {
  return times !== null && (times > MOST_TIMES || times < 1 / MOST_TIMES);
}

/**
 * Throws BadInputError for a recording whose displacement contradicts its own speed more than fivefold, or whose usual step is
 * faster than any vehicle: times or places are in another unit.
 */
export function requirePlausible(
  { tracks, coordinates }: Recording,
  speedsMps: readonly Float64Array[],
  file: string,
): void {
  const times = timesSpeed(tracks, speedsMps, coordinates);
  if (times !== null && contradicts(times)) {
    const got =
      times === Number.POSITIVE_INFINITY ? "motion at speed 0" : `${Number(times.toPrecision(3))} times it`;
    throw new BadInputError("position-trace", {
      subject: `${file}, places in ${coordinates}`,
      expected: `displacements that go with the file's speed (m/s), within ${MOST_TIMES} times`,
      got,
      remedy: "a unit is another one: metres or degrees (coordinates), ms or s, m/s or another speed",
    });
  }
  const speedMps = medianOverSteps(tracks, coordinates, (stepM, stepS) =>
    stepM < LEAST_STEP_M ? null : stepM / stepS,
  );
  if (speedMps === null || speedMps <= MOST_MPS) return;
  throw new BadInputError("position-trace", {
    subject: `${file}, places in ${coordinates}`,
    expected: `a usual speed of at most ${MOST_MPS} m/s between samples`,
    got: `${Math.round(speedMps)} m/s`,
    remedy: "are times in s where ms are expected, or places in another unit?",
  });
}

function medianOverSteps(
  tracks: readonly Track[],
  coordinates: Recording["coordinates"],
  of: (stepM: number, stepS: number, track: number, from: number) => number | null,
): number | null {
  const values: number[] = [];
  for (const [track, { timeMs, x, y }] of tracks.entries()) {
    for (let i = 1; i < timeMs.length; i++) {
      const stepM =
        coordinates === "metres" ? Math.hypot(x[i] - x[i - 1], y[i] - y[i - 1]) : geoStepM(x, y, i);
      const value = of(stepM, (timeMs[i] - timeMs[i - 1]) / 1000, track, i - 1);
      if (value !== null) values.push(value);
    }
  }
  values.sort((a, b) => a - b);
  return values.length === 0 ? null : values[values.length >> 1];
}

function geoStepM(x: Float64Array, y: Float64Array, i: number): number {
  const { xM, yM } = toLocal({ latDeg: y[i - 1], lonDeg: x[i - 1] }, { latDeg: y[i], lonDeg: x[i] });
  return Math.hypot(xM, yM);
}
