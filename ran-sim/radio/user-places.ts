/** Where users are. Shares are of all users, 0..1, and add up to at most 1; the rest is outdoors on foot. */
export interface UserPlaces {
  readonly indoorShare: number;
  readonly carShare: number;
  /**
   * Share of indoor users in a building of high penetration loss. Left out: 0.5, and 0 in RMa, where only the low-loss
   * model is applicable (7.4.3.1).
   */
  readonly highLossShare?: number;
  /** true: cars have metallized windows. */
  readonly metallizedCarWindows: boolean;
  /**
   * "ground": indoor users are as high as all others. "calibration": on a floor n_fl, uniform over 1..N_fl with N_fl
   * uniform over 4..8, at 3 (n_fl - 1) + 1.5 m (Table 7.2-1).
   */
  readonly floors: "ground" | "calibration";
}
