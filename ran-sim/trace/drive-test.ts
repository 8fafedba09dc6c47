// A measured drive: what one phone saw and which cells its operator gave it. Only some cells are known, so open loop only.
import { BadInputError } from "#core";
import { type SetAsideCounts, setAsideInWords } from "./set-aside.ts";

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

const code = "trace-emptied";

/** Code of the error for a recording of which everything was set aside. */
export const EMPTIED = code;

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

/**
 * Returns `drive`. Throws BadInputError ("trace-emptied") when no sample is left, or none of them names a cell or has a
 * level: nothing could be read, and zero handovers would say something else. It tells what was found.
 */
export function requireSomething(drive: DriveTest, file: string): DriveTest {
  const { servingCellId, servingRsrpDbm, rowCount } = drive;
  if (servingCellId.some((id, i) => id !== null || servingRsrpDbm[i] !== null)) return drive;
  const found = setAsideInWords(drive.setAside);
  throw new BadInputError(EMPTIED, {
    subject: file,
    expected: "rows of LTE or NR with a time, and a serving cell or its RSRP",
    got: `none in ${rowCount} rows${found === "" ? "" : `: ${found}`}`,
    remedy: "if the columns are others than they seem, name them with --columns",
  });
}
