/**
 * Measurement error: zero-mean Gaussian in dB, added to L1 results before L3 (TR 36.839; TS 38.133 10.1 bounds it).
 *
 * An error belongs to one L1 estimate, which is made over a window, so errors of one link are alike within a window
 * and independent beyond two. Between independent normals z_b at multiples of the window,
 *   e(t) = sigma (z_b cos(pi r / 2) + z_(b+1) sin(pi r / 2)),   r = t / window - b,
 * is continuous and has variance sigma^2 at every instant; it needs one draw per link and window, not per tick.
 */

import { createStream, type RandomStream } from "#core";
import { L1_WINDOW_MS } from "./l1-filter.ts";

/** A source of errors. `firstDraw` and `secondDraw` only cache the stream: a snapshot needs neither. */
export interface MeasurementError {
  readonly ueCount: number;
  readonly cellCount: number;
  /** Standard deviation; 0 adds nothing. TR 36.839 practice: 0, 1, 1.216 (|error| < 2 dB in 90 %) or 2. */
  readonly sigmaDb: number;
  readonly windowMs: number;
  readonly stream: RandomStream;
  /** [ue, cell]: z_b and z_(b+1) of the window `block`. */
  readonly firstDraw: Float64Array;
  readonly secondDraw: Float64Array;
  block: number;
}

/**
 * Returns the errors of every (ue, cell) under `seed`; purpose "measurement/error", entity = ue, step = window,
 * index = cell, so a link's errors do not depend on how many others there are.
 */
export function createMeasurementError(
  ueCount: number,
  cellCount: number,
  sigmaDb: number,
  seed: number,
  windowMs: number = L1_WINDOW_MS,
): MeasurementError {
  if (!(sigmaDb >= 0))
    throw new RangeError(`createMeasurementError: sigmaDb must be 0 or more, got ${sigmaDb}`);
  return {
    ueCount,
    cellCount,
    sigmaDb,
    windowMs,
    stream: createStream(seed, "measurement/error"),
    firstDraw: new Float64Array(ueCount * cellCount),
    secondDraw: new Float64Array(ueCount * cellCount),
    block: -1,
  };
}

/** Adds the errors at `timeMs` (0 or more) to `rsrpDbm`, [ue, cell] row-major, in place. A function of time only. */
export function addMeasurementError(
  errors: MeasurementError,
  rsrpDbm: Float32Array | Float64Array,
  timeMs: number,
): void {
  const { sigmaDb, windowMs, firstDraw, secondDraw } = errors;
  if (rsrpDbm.length !== firstDraw.length) {
    throw new RangeError(`addMeasurementError: expected ${firstDraw.length} entries, got ${rsrpDbm.length}`);
  }
  if (sigmaDb === 0) return;
  const block = Math.floor(timeMs / windowMs);
  if (block !== errors.block) {
    if (block === errors.block + 1 && errors.block >= 0) firstDraw.set(secondDraw);
    else draw(errors, block, firstDraw);
    draw(errors, block + 1, secondDraw);
    errors.block = block;
  }
  const angle = (Math.PI / 2) * (timeMs / windowMs - block);
  const first = sigmaDb * Math.cos(angle);
  const second = sigmaDb * Math.sin(angle);
  for (let i = 0; i < rsrpDbm.length; i++) rsrpDbm[i] += first * firstDraw[i] + second * secondDraw[i];
}

function draw({ stream, ueCount, cellCount }: MeasurementError, block: number, out: Float64Array): void {
  for (let ue = 0; ue < ueCount; ue++) stream.normals(out, ue * cellCount, (ue + 1) * cellCount, ue, block);
}
