import { type BitReader, createBitReader } from "../asn1/bit-reader.ts";
import { type BitWriter, createBitWriter } from "../asn1/bit-writer.ts";
import { readConstrained, writeConstrained } from "../asn1/constrained.ts";
import type { Size } from "../asn1/lengths.ts";
import { PerError } from "../asn1/per-error.ts";
import {
  readChoice,
  readPreamble,
  readSequenceOf,
  writeChoice,
  writePreamble,
  writeSequenceOf,
} from "../asn1/structures.ts";
import { readGlobalCellId, writeGlobalCellId } from "./cells.ts";
import { MAX_TRAJECTORY_CELLS } from "./constants.ts";
import { skipIeExtensions } from "./containers.ts";
import type { PredictedCell } from "./message.ts";

/**
 * Cell Based UE Trajectory Prediction (Rel-18 TS 38.423, IE 401 of the HANDOVER REQUEST): where the source's model expects
 * the UE to go, in the order of the visits, and for how many whole seconds.
 *
 * ```
 * CellBasedUETrajectoryPrediction ::= SEQUENCE (SIZE (1..16)) OF SEQUENCE {
 *   predictedtrajectoryCellInfo  CHOICE { nG-RAN-Cell-Predicted SEQUENCE {
 *                                           globalNG-RANCell-ID         GlobalNG-RANCell-ID,
 *                                           predictedTimeUEStaysInCell  INTEGER (0..4095) OPTIONAL, ... },
 *                                         choice-extension },
 *   ... }
 * ```
 */

const trajectorySize: Size = { lower: 1, upper: MAX_TRAJECTORY_CELLS };
/** An NG-RAN cell, an extension. */
const cellKinds = { count: 2, extensible: false } as const;
const NG_RAN = 0;
const MAX_STAY_S = 4095;

/** Appends 1 to 16 predicted cells. Throws RangeError for none and for more; longer stays are sent as 4095 s. */
export function writeTrajectory(w: BitWriter, trajectory: readonly PredictedCell[]): void {
  writeSequenceOf(w, trajectory, trajectorySize, (each, { cell, stayS }) => {
    writePreamble(each, false);
    writeChoice(each, NG_RAN, cellKinds);
    writePreamble(each, stayS !== null, false);
    writeGlobalCellId(each, cell);
    if (stayS !== null) writeConstrained(each, Math.min(MAX_STAY_S, stayS), 0, MAX_STAY_S);
  });
}

/** Returns the IE's octets. Throws RangeError as {@link writeTrajectory}. */
export function encodeTrajectory(trajectory: readonly PredictedCell[]): Uint8Array {
  const w = createBitWriter("aligned");
  writeTrajectory(w, trajectory);
  return w.finish();
}

/** Returns the predicted cells of an IE's octets. Throws PerError. */
export function decodeTrajectory(octets: Uint8Array): PredictedCell[] {
  return readTrajectory(createBitReader(octets, "aligned"));
}

/** Returns the predicted cells. Throws PerError, `unsupported` for a cell that is not of NG-RAN or not NR. */
export function readTrajectory(r: BitReader): PredictedCell[] {
  return readSequenceOf(r, trajectorySize, (each) => {
    const [itemExtended] = readPreamble(each, 1);
    if (readChoice(each, cellKinds) !== NG_RAN) {
      throw new PerError("unsupported", "a predicted cell that is not NG-RAN");
    }
    const [hasStay, cellExtended] = readPreamble(each, 2);
    const cell = readGlobalCellId(each);
    const stayS = hasStay ? readConstrained(each, 0, MAX_STAY_S) : null;
    skipIeExtensions(each, cellExtended);
    skipIeExtensions(each, itemExtended);
    return { cell, stayS };
  });
}
