/**
 * The shape of what a learned network keeps of a phone: the sizes of its state, and how measurements become features.
 *
 * A state is `[slot 0, slot 1, ..., phone]`. A slot belongs to one candidate cell and holds `[recurrent values, last
 * RSRP, last SINR, known]`; which cell that is travels outside the state, as the list of measured cells that every
 * HANDOVER REQUEST carries (candidateCellInfoList, TS 38.331 11.2.2). So the state has one size for any number of cells.
 */
export interface ContextShape {
  /** Candidate cells that are remembered. */
  readonly slots: number;
  /** Recurrent values of a slot. */
  readonly slotWidth: number;
  /** Recurrent values of the phone. */
  readonly ueWidth: number;
  /** Width of the messages between nodes. */
  readonly messageWidth: number;
  /** Of a model that keeps no recurrent values but its last reports (window-network.ts): how many. */
  readonly windowReports?: number;
}

/** Last RSRP, last SINR, known. */
export const LAST_VALUES = 3;

export const standardShape: ContextShape = { slots: 6, slotWidth: 16, ueWidth: 64, messageWidth: 16 };

/** Returns how many values a state has. */
export function contextSize({ slots, slotWidth, ueWidth }: ContextShape): number {
  return slots * (slotWidth + LAST_VALUES) + ueWidth;
}

/**
 * Returns the least and greatest value of each place of a state, [size]: recurrent values are mixtures of hyperbolic
 * tangents, levels lie in the reporting ranges.
 */
export function stateLimits(shape: ContextShape): {
  readonly low: Float32Array;
  readonly high: Float32Array;
} {
  const { slots, slotWidth } = shape;
  const size = contextSize(shape);
  const low = new Float32Array(size).fill(-1);
  const high = new Float32Array(size).fill(1);
  for (let slot = 0; slot < slots; slot++) {
    const at = slot * (slotWidth + LAST_VALUES) + slotWidth;
    low.set([rsrpFeature(RSRP_RANGE_DBM[0]), sinrFeature(SINR_RANGE_DB[0]), 0], at);
    high.set([rsrpFeature(RSRP_RANGE_DBM[1]), sinrFeature(SINR_RANGE_DB[1]), 1], at);
  }
  return { low, high };
}

/** Features of one slot in one report, and where each stands. */
export const FEATURES = 5;
export const feature = { rsrp: 0, belowStrongest: 1, sinr: 2, present: 3, elapsed: 4 } as const;

/**
 * What the heads say of one slot. The mean RSRP and SINR over the next second; logits of the probabilities that an outage
 * has begun within each of {@link OUTAGE_WITHIN_MS}; that a command would be delivered, were the cell the source; that the
 * cell can be reached at the completion, were it the target; that it is a right one.
 */
export const output = { rsrpMean: 0, sinrMean: 1, outage: 2, delivered: 6, reached: 7, right: 8 } as const;
export const OUTPUTS = 9;

/**
 * An outage of a cell is what a phone that it serves does not survive: T310 starts and expires (TS 38.331 5.3.10). It
 * begins when T310 starts, since from then on no command can be delivered. The first horizon is the last chance to leave:
 * the preparation and the next report lie within it.
 */
export const OUTAGE_WITHIN_MS = [250, 600, 1200, 2000] as const;

/** From the HANDOVER REQUEST to the command, and to the completion, as models are trained: preparation and execution. */
export const PREPARATION_MS = 50;
export const HANDOVER_MS = 90;

/** Returns how many reports are made between the request and the first one that reaches the target. */
export function gapReports({ reportPeriodMs }: { readonly reportPeriodMs: number }): number {
  return Math.ceil(HANDOVER_MS / reportPeriodMs);
}

/** What the means are over. */
export const AHEAD_MS = 1000;

/** What can be reported (TS 38.133 10.1.6.1), and the SINR that matters for a link. */
const RSRP_RANGE_DBM = [-156, -31] as const;
const SINR_RANGE_DB = [-20, 35] as const;

/** Returns a level in the unit of features and outputs. */
export function rsrpFeature(rsrpDbm: number): number {
  return (rsrpDbm + 95) / 20;
}

/** Returns an SINR in the unit of features and outputs, held to the range that matters for a link. */
export function sinrFeature(sinrDb: number): number {
  return Math.min(SINR_RANGE_DB[1], Math.max(SINR_RANGE_DB[0], sinrDb)) / 15;
}

export function featureToSinrDb(feature: number): number {
  return feature * 15;
}

/** Returns the time feature of a report that comes `elapsedMs` after the one before it. */
export function elapsedFeature(elapsedMs: number): number {
  return Math.log2(elapsedMs / 40) / 2;
}

/** Writes the features of one slot at `at`. */
export function writeFeatures(
  out: Float32Array,
  at: number,
  measured: { readonly rsrpDbm: number; readonly sinrDb: number; readonly strongestDbm: number },
  elapsedMs: number,
): void {
  out[at + feature.rsrp] = rsrpFeature(measured.rsrpDbm);
  out[at + feature.belowStrongest] = Math.max(-3, (measured.rsrpDbm - measured.strongestDbm) / 10);
  out[at + feature.sinr] = sinrFeature(measured.sinrDb);
  out[at + feature.present] = 1;
  out[at + feature.elapsed] = elapsedFeature(elapsedMs);
}
