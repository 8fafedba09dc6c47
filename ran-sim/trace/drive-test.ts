// A measured drive: what one phone saw and which cells its operator gave it. Only some cells are known, so open loop only.

/** A neighbour as the phone listed it. */
export interface NeighbourMeasurement {
  /** Null where the tool does not say which cell it is (G-NetTrack names none). `pci <n>` where only the PCI is known. */
  readonly id: string | null;
  readonly rsrpDbm: number;
  readonly rsrqDb: number | null;
}

/**
 * Something the operator's network did, so always *cited*: their decision, not ours.
 * `derived` events are changes of the serving cell between consecutive samples of one technology;
 * `logged` events were written by the tool, under its own name.
 */
export interface DriveTestEvent {
  readonly timeMs: number;
  readonly provenance: "cited";
  readonly origin: "derived" | "logged";
  /** `servingCellChange` for a derived event. */
  readonly name: string;
  readonly rat: string | null;
  readonly fromCellId: string | null;
  readonly toCellId: string | null;
}

/** How many rows or values of the file are not in the samples, and why. */
export interface SetAsideCounts {
  /** Rows that another row of the same second followed: the last one of a second is kept. */
  readonly repeatedSeconds: number;
  /** Of those, the rows that named another cell than the row kept: a visit shorter than a second that is not seen. */
  readonly repeatedSecondsOtherCell: number;
  /** Rows written one second back, after the phone's clock was corrected. */
  readonly steppedBack: number;
  /** 2G and 3G rows: their columns hold RSCP and Ec/No, which no A3 rule compares with RSRP. */
  readonly otherTechnology: number;
  /** Values outside the reporting ranges of 38.133 (the tools write -205, -225 or 2147483647 for "none"), read as missing. */
  readonly outOfRangeValues: number;
  /** Listed neighbours without a usable RSRP, which no rule can use. */
  readonly neighboursWithoutRsrp: number;
}

/** Structure of arrays, one entry a sample in every array; null = missing. Times increase strictly but not evenly. */
export interface DriveTest {
  readonly name: string;
  readonly sampleCount: number;
  /** Milliseconds; from the first row of a G-NetTrack file, as given in JSONL. */
  readonly timeMs: readonly number[];
  readonly lat: readonly (number | null)[];
  readonly lon: readonly (number | null)[];
  readonly speedMps: readonly (number | null)[];
  readonly servingCellId: readonly (string | null)[];
  readonly servingPci: readonly (number | null)[];
  readonly servingArfcn: readonly (number | null)[];
  readonly servingRsrpDbm: readonly (number | null)[];
  readonly servingRsrqDb: readonly (number | null)[];
  readonly servingSinrDb: readonly (number | null)[];
  readonly neighbours: readonly (readonly NeighbourMeasurement[])[];
  /** As the tool wrote it (`LTE`, `5G`); in JSONL `LTE` or `NR` after the range of the ARFCN. */
  readonly networkMode: readonly (string | null)[];
  /** In order of time. */
  readonly events: readonly DriveTestEvent[];
  /** Data rows in the file: sampleCount and the rows set aside add up to it. */
  readonly rowCount: number;
  readonly setAside: SetAsideCounts;
}

/** One sample, as the parsers build it before it is laid out in arrays. */
export interface DriveTestSample {
  readonly timeMs: number;
  readonly lat: number | null;
  readonly lon: number | null;
  readonly speedMps: number | null;
  readonly servingCellId: string | null;
  readonly servingPci: number | null;
  readonly servingArfcn: number | null;
  readonly servingRsrpDbm: number | null;
  readonly servingRsrqDb: number | null;
  readonly servingSinrDb: number | null;
  readonly neighbours: readonly NeighbourMeasurement[];
  readonly networkMode: string | null;
}

/**
 * Returns the drive made of `samples` (times strictly increasing), with the operator's changes derived and merged with the
 * `logged` events. A change counts when both samples name their cell and `technologyOf` maps their modes to the same value.
 */
export function createDriveTest(
  samples: readonly DriveTestSample[],
  about: {
    readonly name: string;
    readonly rowCount: number;
    readonly setAside: SetAsideCounts;
    readonly logged: readonly DriveTestEvent[];
    /** Samples after which rows of another technology were set aside: a change across one is no handover. */
    readonly interruptedBefore: ReadonlySet<number>;
    readonly technologyOf: (networkMode: string | null) => string | null;
  },
): DriveTest {
  const derived: DriveTestEvent[] = [];
  for (let index = 1; index < samples.length; index++) {
    const before = samples[index - 1] as DriveTestSample;
    const sample = samples[index] as DriveTestSample;
    if (before.servingCellId === null || sample.servingCellId === null) continue;
    if (before.servingCellId === sample.servingCellId || about.interruptedBefore.has(index)) continue;
    if (about.technologyOf(before.networkMode) !== about.technologyOf(sample.networkMode)) continue;
    derived.push({
      timeMs: sample.timeMs,
      provenance: "cited",
      origin: "derived",
      name: "servingCellChange",
      rat: sample.networkMode,
      fromCellId: before.servingCellId,
      toCellId: sample.servingCellId,
    });
  }
  return {
    name: about.name,
    sampleCount: samples.length,
    timeMs: samples.map((sample) => sample.timeMs),
    lat: samples.map((sample) => sample.lat),
    lon: samples.map((sample) => sample.lon),
    speedMps: samples.map((sample) => sample.speedMps),
    servingCellId: samples.map((sample) => sample.servingCellId),
    servingPci: samples.map((sample) => sample.servingPci),
    servingArfcn: samples.map((sample) => sample.servingArfcn),
    servingRsrpDbm: samples.map((sample) => sample.servingRsrpDbm),
    servingRsrqDb: samples.map((sample) => sample.servingRsrqDb),
    servingSinrDb: samples.map((sample) => sample.servingSinrDb),
    neighbours: samples.map((sample) => sample.neighbours),
    networkMode: samples.map((sample) => sample.networkMode),
    events: [...derived, ...about.logged].sort((a, b) => a.timeMs - b.timeMs),
    rowCount: about.rowCount,
    setAside: about.setAside,
  };
}
