/** The tables of TR 38.901 that the radio model reads, one record each; dB, metres. Unchanged from Rel-16 to Rel-19. */

/** The environments modelled. "UMi" is UMi - Street Canyon; the two indoor offices differ in LOS probability only. */
export type Environment = "UMa" | "UMi" | "RMa" | "InH-mixed" | "InH-open";

export const ENVIRONMENTS = ["UMa", "UMi", "RMa", "InH-mixed", "InH-open"] as const satisfies Environment[];

/** Table 7.4.1-1, sigma_SF in dB. RMa LOS: 4 dB up to the breakpoint distance, `losBeyondBreakpointDb` after it. */
export const SHADOW_SIGMA = {
  UMa: { losDb: 4, losBeyondBreakpointDb: 4, nlosDb: 6 },
  UMi: { losDb: 4, losBeyondBreakpointDb: 4, nlosDb: 7.82 },
  RMa: { losDb: 4, losBeyondBreakpointDb: 6, nlosDb: 8 },
  "InH-mixed": { losDb: 3, losBeyondBreakpointDb: 3, nlosDb: 8.03 },
  "InH-open": { losDb: 3, losBeyondBreakpointDb: 3, nlosDb: 8.03 },
} as const;

/**
 * Table 7.4.1-1, "Optional PL" of NLOS: intercept + 20 log10(fc / 1 GHz) + slope log10(d3D / 1 m) and its own sigma_SF, dB.
 * RMa has none.
 */
export const OPTIONAL_NLOS = {
  UMa: { interceptDb: 32.4, slopeDb: 30, sigmaDb: 7.8 },
  UMi: { interceptDb: 32.4, slopeDb: 31.9, sigmaDb: 8.2 },
  RMa: null,
  "InH-mixed": { interceptDb: 32.4, slopeDb: 31.9, sigmaDb: 8.29 },
  "InH-open": { interceptDb: 32.4, slopeDb: 31.9, sigmaDb: 8.29 },
} as const;

/** Table 7.5-6, row "Correlation distance in the horizontal plane, SF", in metres. */
export const SHADOW_CORRELATION_DISTANCE = {
  UMa: { losM: 37, nlosM: 50 },
  UMi: { losM: 10, nlosM: 13 },
  RMa: { losM: 37, nlosM: 120 },
  "InH-mixed": { losM: 10, nlosM: 6 },
  "InH-open": { losM: 10, nlosM: 6 },
} as const;

/**
 * Links to indoor users, whatever their LOS state. Tables 7.5-6 (column O2I): sigma_SF in dB and its correlation distance
 * in metres. Indoor offices have no outdoor-to-indoor links.
 */
export const O2I_SHADOWING = {
  UMa: { sigmaDb: 7, distanceM: 7 },
  UMi: { sigmaDb: 7, distanceM: 7 },
  RMa: { sigmaDb: 8, distanceM: 120 },
} as const;

/** Table 7.5-6, row "K-factor (K) [dB]", LOS: mean and standard deviation. RMa's in part 2, the office's in part 3. */
export const RICEAN_K = {
  UMa: { meanDb: 9, sigmaDb: 3.5 },
  UMi: { meanDb: 9, sigmaDb: 5 },
  RMa: { meanDb: 7, sigmaDb: 4 },
  "InH-mixed": { meanDb: 7, sigmaDb: 4 },
  "InH-open": { meanDb: 7, sigmaDb: 4 },
} as const;

/** Table 7.6.3.1-2, correlation distance of the LOS state, in metres. The indoor value is assumed, not read there. */
export const LOS_CORRELATION_DISTANCE_M = {
  UMa: 50,
  UMi: 50,
  RMa: 60,
  "InH-mixed": 10,
  "InH-open": 10,
} as const;

/** Table 7.4.1-1, "applicability range": the least 2D distance in metres (InH: the least 3D distance, below). */
export const MINIMUM_DISTANCE_2D_M = { UMa: 10, UMi: 10, RMa: 10, "InH-mixed": 0, "InH-open": 0 } as const;

/** Table 7.4.1-1: the least 3D distance of InH - Office, in metres. */
export const INDOOR_MINIMUM_DISTANCE_3D_M = 1;

/** Table 7.4.1-1, the default values of RMa: average street width W and building height h, in metres. */
export const RMA_STREET = { streetWidthM: 20, buildingHeightM: 5 } as const;

/** Table 7.4.1-1, "applicability ranges" of RMa: 5 m <= W <= 50 m and 5 m <= h <= 50 m. */
export const RMA_STREET_RANGE_M = { least: 5, most: 50 } as const;

/** Note 1 of Table 7.4.1-1: the propagation velocity in free space that the breakpoint distances use, in m/s. */
export const PROPAGATION_VELOCITY_MPS = 3e8;
