// The fields of a drive test that a table can give, and the layouts of tools whose header was seen at a named source.
import type { ColumnTexts, FieldSpec } from "./column-map.ts";
import { timeUnits } from "./drive-test-time.ts";

/** Neighbours of one row that columns can name. */
export const MOST_NEIGHBOURS = 16;

const speedUnits = {
  "m/s": 1,
  mps: 1,
  "km/h": 1 / 3.6,
  kmh: 1 / 3.6,
  kph: 1 / 3.6,
  mph: 0.44704,
  knots: 0.514444,
};

/** In the order in which a guess takes columns. */
export const driveTestFields: readonly FieldSpec[] = [
  {
    name: "time",
    units: timeUnits,
    knownAs: ["timestamp", "t", "datetime", "utctime", "localtime", "gpstime", "utc", "date", "timestampms"],
  },
  { name: "lat", knownAs: ["latitude", "gpslat", "gpslatitude", "y"] },
  { name: "lon", knownAs: ["longitude", "lng", "long", "gpslon", "gpslongitude", "x"] },
  { name: "speed", units: speedUnits, knownAs: ["gpsspeed", "velocity", "groundspeed"] },
  {
    name: "cell",
    knownAs: [
      "cellid",
      "rawcellid",
      "servingcellid",
      "eci",
      "nci",
      "cgi",
      "ecgi",
      "ncgi",
      "cellidentity",
      "cid",
      "ci",
    ],
  },
  {
    name: "mode",
    knownAs: ["networkmode", "networktech", "technology", "tech", "rat", "radio", "networktype", "mode"],
  },
  {
    name: "rsrp",
    knownAs: ["servingrsrp", "ssrsrp", "ltersrp", "nrrsrp", "rsrpserving", "pcellrsrp", "servingcellrsrp"],
  },
  {
    name: "rsrq",
    knownAs: ["servingrsrq", "ssrsrq", "ltersrq", "nrrsrq", "rsrqserving", "pcellrsrq", "servingcellrsrq"],
  },
  {
    name: "sinr",
    knownAs: [
      "snr",
      "servingsinr",
      "sssinr",
      "ltesinr",
      "nrsinr",
      "rssnr",
      "rssinr",
      "pcellsinr",
      "servingcellsinr",
    ],
  },
  { name: "pci", knownAs: ["servingpci", "physicalcellid", "servingcellpci", "ltepci", "nrpci", "pcellpci"] },
  {
    name: "arfcn",
    knownAs: ["earfcn", "nrarfcn", "servingearfcn", "dlearfcn", "earfcndl", "frequency", "channel"],
  },
  ...Array.from({ length: MOST_NEIGHBOURS }, (_, i) => neighbourFields(i + 1)).flat(),
];

/** Field of neighbour `n`: `neighbour_rsrp` is the first one's, then `neighbour2_rsrp`. */
export function neighbourField(n: number, what: "rsrp" | "rsrq" | "cell" | "pci"): string {
  return `neighbour${n === 1 ? "" : n}_${what}`;
}

function neighbourFields(n: number): FieldSpec[] {
  const number = n === 1 ? ["", "1"] : [`${n}`];
  const known = (what: string): string[] =>
    number.flatMap((i) => [
      `neighbour${i}${what}`,
      `neighbor${i}${what}`,
      `n${i}${what}`,
      `nr${i}x${what}`,
      `nb${i}${what}`,
      `ncell${i}${what}`,
      `${what}n${i}`,
      `${what}neighbour${i}`,
      `${what}neighbor${i}`,
      ...(i === "" ? [`nrx${what}`] : [`nrx${what}${i}`]),
    ]);
  return (["rsrp", "rsrq", "pci"] as const)
    .map((what) => ({ name: neighbourField(n, what), knownAs: known(what) }))
    .concat([{ name: neighbourField(n, "cell"), knownAs: known("cellid") }]);
}

/** A tool's layout: recognised by `header`, read as `columns`. */
export interface DriveTestPreset {
  readonly name: string;
  /** Where the header was seen. */
  readonly source: string;
  /** All of these are in its header. */
  readonly header: readonly string[];
  readonly columns: ColumnTexts;
}

export const driveTestPresets: readonly DriveTestPreset[] = [
  {
    name: "G-NetTrack Pro",
    source: "Raca et al., MMSys 2020, 5G production dataset (github.com/uccmisl/5Gdataset)",
    header: ["Timestamp", "RAWCELLID", "NetworkMode"],
    columns: {
      time: "Timestamp",
      lon: "Longitude",
      lat: "Latitude",
      speed: "Speed:km/h",
      cell: "RAWCELLID",
      mode: "NetworkMode",
      rsrp: "RSRP",
      rsrq: "RSRQ",
      sinr: "SNR",
      neighbour_rsrp: "NRxRSRP",
      neighbour_rsrq: "NRxRSRQ",
    },
  },
  {
    name: "Cradlepoint Mobile Site Survey",
    source: "github.com/cradlepoint/sdk-samples, Mobile_Site_Survey/readme.txt",
    header: [
      "Time",
      "Latitude",
      "Longitude",
      "Carrier",
      "Cell ID",
      "Service Display",
      "RSRP",
      "RSRQ",
      "SINR",
    ],
    columns: {
      time: "Time",
      lat: "Latitude",
      lon: "Longitude",
      cell: "Cell ID",
      mode: "Service Display",
      rsrp: "RSRP",
      rsrq: "RSRQ",
      sinr: "SINR",
    },
  },
];
