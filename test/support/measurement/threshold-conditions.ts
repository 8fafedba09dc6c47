/**
 * Entering and leaving conditions of the events A1, A2 and A4 (TS 38.331 5.5.4.2, 5.5.4.3 and 5.5.4.5), which no policy of
 * the simulator asks for. All strict, in dBm and dB; `servingDb` is Ms, `neighbourDb` is Mn + Ofn + Ocn.
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

/** A4-1, neighbour becomes better than a threshold: Mn + Ofn + Ocn - Hys > Thresh. */
export function entersA4(neighbourDb: number, thresholdDbm: number, hysteresisDb: number): boolean {
  return neighbourDb - hysteresisDb > thresholdDbm;
}

/** A4-2: Mn + Ofn + Ocn + Hys < Thresh. */
export function leavesA4(neighbourDb: number, thresholdDbm: number, hysteresisDb: number): boolean {
  return neighbourDb + hysteresisDb < thresholdDbm;
}
