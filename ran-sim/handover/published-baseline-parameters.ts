// The six parameter sets under which the published baseline was executed, by arm name.

/**
 * All that the published baseline is told. Times are milliseconds whatever the sample period of the trace; the
 * baseline's counters N310 and N311 count ticks since they were started, so they are times too (10 and 3 ticks of 10 ms).
 */
export interface PublishedBaselineParameters {
  readonly a3OffsetDb: number;
  readonly a3HysteresisDb: number;
  readonly timeToTriggerMs: number;
  /** L3 coefficient k: weight 1/2^(k/4) of a new value every 10 ms. */
  readonly l3K: number;
  /** Out of sync below this filtered SINR. */
  readonly qOutDb: number;
  /** In sync again above this filtered SINR. */
  readonly qInDb: number;
  readonly n310Ms: number;
  readonly n311Ms: number;
  readonly t310Ms: number;
  readonly preparationMs: number;
  readonly executionMs: number;
  /** A handover that starts sooner after the last one is a short stay. */
  readonly minimumStayMs: number;
  readonly recoveryMs: number;
}

/**
 * kit-cel/HandoverOptimDRL at 40353f7b (MIT), config.py, after TR 36.839; arXiv 2503.21601. Q_out, Q_in, T310, preparation,
 * execution and minimum stay are those of TR 36.839; N310 and N311 are this simulator's own, not the TR's 1 and 1.
 */
const common = {
  qOutDb: -8,
  qInDb: -6,
  n310Ms: 100,
  n311Ms: 30,
  t310Ms: 1000,
  preparationMs: 50,
  executionMs: 40,
  minimumStayMs: 1000,
  recoveryMs: 200,
} as const;

/** Arm names of the compatibility mode, in the order in which they are reported. */
export const publishedBaselineArms = [
  "a3-published",
  "a3-set1",
  "a3-set2",
  "a3-set3",
  "a3-set4",
  "a3-set5",
] as const;

export type PublishedBaselineArm = (typeof publishedBaselineArms)[number];

/**
 * `a3-published` is the default of the simulator named above; `a3-set1` to `a3-set5` are the parameter sets 1-5 of
 * TR 36.839 (offset and time-to-trigger of sets 1 and 5 confirmed as cited by arXiv 2505.21249; the rest from recall).
 */
export const publishedBaselineParameters: Readonly<
  Record<PublishedBaselineArm, PublishedBaselineParameters>
> = {
  "a3-published": { ...common, a3OffsetDb: 1, a3HysteresisDb: 1, timeToTriggerMs: 40, l3K: 16 },
  "a3-set1": { ...common, a3OffsetDb: 3, a3HysteresisDb: 0, timeToTriggerMs: 480, l3K: 4 },
  "a3-set2": { ...common, a3OffsetDb: 3, a3HysteresisDb: 0, timeToTriggerMs: 160, l3K: 4 },
  "a3-set3": { ...common, a3OffsetDb: 2, a3HysteresisDb: 0, timeToTriggerMs: 160, l3K: 1 },
  "a3-set4": { ...common, a3OffsetDb: 1, a3HysteresisDb: 0, timeToTriggerMs: 80, l3K: 1 },
  "a3-set5": { ...common, a3OffsetDb: -1, a3HysteresisDb: 0, timeToTriggerMs: 40, l3K: 0 },
};
