/**
 * Entering and leaving conditions of the measurement events that ask for a handover, A3 and A5 (TS 38.331 5.5.4.4 and
 * 5.5.4.6). All strict, in dBm and dB. The one statement of the rule: the array kernels call these, and so does the
 * engine for one user to which tests hold them.
 *
 * `servingDb` is Mp + Ofp + Ocp (A6: Ms + Ocs); `neighbourDb` is Mn + Ofn + Ocn (A6: Mn + Ocn). A value that was not
 * measured is NaN: it neither enters nor leaves.
 */

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
