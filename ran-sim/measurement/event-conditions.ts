/**
 * Entering and leaving conditions of the measurement events A1 to A6, TS 38.331 5.5.4.2 to 5.5.4.7. All strict, in
 * dBm and dB. The one statement of the rule: the single-user engine and the array kernels both call these.
 *
 * `servingDb` is Mp + Ofp + Ocp (A6: Ms + Ocs; A1, A2: Ms); `neighbourDb` is Mn + Ofn + Ocn (A6: Mn + Ocn). A value
 * that was not measured is NaN: it neither enters nor leaves.
 */

/** A1-1, serving becomes better than a threshold: Ms - Hys > Thresh. */
export function entersA1(servingDb: number, thresholdDbm: number, hysteresisDb: number): boolean {
  return servingDb - hysteresisDb > thresholdDbm;
}

/** A1-2: Ms + Hys < Thresh. */
export function leavesA1(servingDb: number, thresholdDbm: number, hysteresisDb: number): boolean {
  return servingDb + hysteresisDb < thresholdDbm;
}

/** A2-1, serving becomes worse than a threshold: Ms + Hys < Thresh. */
export function entersA2(servingDb: number, thresholdDbm: number, hysteresisDb: number): boolean {
  return servingDb + hysteresisDb < thresholdDbm;
}

/** A2-2: Ms - Hys > Thresh. */
export function leavesA2(servingDb: number, thresholdDbm: number, hysteresisDb: number): boolean {
  return servingDb - hysteresisDb > thresholdDbm;
}

/**
 * A3-1, neighbour becomes offset better than the serving cell: Mn + Ofn + Ocn - Hys > Mp + Ofp + Ocp + Off.
 * A6-1 is the same comparison with the secondary cell in the place of the serving one.
 */
export function entersA3(
  neighbourDb: number,
  servingDb: number,
  offsetDb: number,
  hysteresisDb: number,
): boolean {
  return neighbourDb - hysteresisDb > servingDb + offsetDb;
}

/** A3-2 (A6-2): Mn + Ofn + Ocn + Hys < Mp + Ofp + Ocp + Off. */
export function leavesA3(
  neighbourDb: number,
  servingDb: number,
  offsetDb: number,
  hysteresisDb: number,
): boolean {
  return neighbourDb + hysteresisDb < servingDb + offsetDb;
}

/** A4-1, neighbour becomes better than a threshold: Mn + Ofn + Ocn - Hys > Thresh. */
export function entersA4(neighbourDb: number, thresholdDbm: number, hysteresisDb: number): boolean {
  return neighbourDb - hysteresisDb > thresholdDbm;
}

/** A4-2: Mn + Ofn + Ocn + Hys < Thresh. */
export function leavesA4(neighbourDb: number, thresholdDbm: number, hysteresisDb: number): boolean {
  return neighbourDb + hysteresisDb < thresholdDbm;
}

/** A5-1 and A5-2, serving below threshold 1 while neighbour above threshold 2: Mp + Hys < Thresh1 AND Mn - Hys > Thresh2. */
export function entersA5(
  neighbourDb: number,
  servingDb: number,
  threshold1Dbm: number,
  threshold2Dbm: number,
  hysteresisDb: number,
): boolean {
  return servingDb + hysteresisDb < threshold1Dbm && neighbourDb - hysteresisDb > threshold2Dbm;
}

/** A5-3 or A5-4: Mp - Hys > Thresh1 OR Mn + Ofn + Ocn + Hys < Thresh2. */
export function leavesA5(
  neighbourDb: number,
  servingDb: number,
  threshold1Dbm: number,
  threshold2Dbm: number,
  hysteresisDb: number,
): boolean {
  return servingDb - hysteresisDb > threshold1Dbm || neighbourDb + hysteresisDb < threshold2Dbm;
}
