/**
 * Every row of Table 7.4.1-1 in one form, with lg = log10(d3D / 1 m):
 *   LOS  = los.intercept + los.slope lg + los.linear d3D          up to the breakpoint distance,
 *          beyond.intercept + beyond.slope lg                     after it,
 *   NLOS = max(LOS, nlos.intercept + nlos.slope lg), with the optional formula without the maximum.
 */
export interface PathLossModel {
  readonly minimumD2dM: number;
  readonly minimumD3dM: number;
  /** h_BS - h_UT. */
  readonly heightDifferenceM: number;
  /** d'_BP (UMa, UMi) or d_BP (RMa), compared with d2D; Infinity indoors. */
  readonly breakpointM: number;
  readonly los: { readonly interceptDb: number; readonly slopeDb: number; readonly linearDbPerM: number };
  readonly beyond: { readonly interceptDb: number; readonly slopeDb: number };
  readonly nlos: { readonly interceptDb: number; readonly slopeDb: number };
  /** NLOS loses at least what LOS does. */
  readonly nlosAboveLos: boolean;
}
