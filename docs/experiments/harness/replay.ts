/** A folder of traces in place of synthetic worlds. */
export interface Replay {
  readonly folder: string;
  readonly name: string;
  /** Only traces of these groups are run; what arms learn from traces they learn from all others. Left out: all. */
  readonly groups?: readonly string[];
  /** Add a breakdown of every lane: handovers without a row, within a second, that other groups' traces hold too. */
  readonly unseen?: boolean;
}
