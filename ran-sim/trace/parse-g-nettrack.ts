// G-NetTrack Pro CSV (1 Hz drive tests of a phone application) to a DriveTest.
import { BadInputError } from "#core";
import { parseFiniteNumber } from "./csv-number.ts";
import { csvHeaderNames, readCsvRows } from "./csv-rows.ts";
import { createDriveTest, type DriveTest, type DriveTestSample } from "./drive-test.ts";
import { parseLocalTimestampMs } from "./local-timestamp.ts";
import { type RangeCheck, withinReportingRange } from "./reporting-range.ts";

const code = "trace-g-nettrack";

const columnNames = [
  "Timestamp",
  "Longitude",
  "Latitude",
  "Speed",
  "RAWCELLID",
  "NetworkMode",
  "RSRP",
  "RSRQ",
  "SNR",
  "NRxRSRP",
  "NRxRSRQ",
] as const;

type Column = (typeof columnNames)[number];

/** In `5G` rows (non-standalone) RAWCELLID is still the LTE anchor, with the same eNB ids as LTE rows: one technology. */
const eutraModes = new Set(["LTE", "5G"]);

/** Corrections of the phone's clock up to this are set aside and counted; a larger step back is refused. */
const CLOCK_CORRECTION_MS = 1000;

/**
 * Returns the drive in `text`. `-` is missing; speed is km/h; other columns of the tool are not read.
 *
 * Decisions, all counted in `setAside`:
 * - The tool sometimes writes two rows in one second; the last is kept, being the state in which the second ended.
 * - Rows of 2G and 3G are set aside: their RSRP and RSRQ columns hold RSCP and Ec/No. A cell change across them is none.
 * - `LTE` and `5G` are one technology: the cell named is the LTE anchor in both.
 * - Rows one second back (the phone's clock was corrected; two rows in the Irish data) are set aside.
 * - RSRP, RSRQ and SNR outside the reporting ranges are the tool's marks for "none" and read as missing.
 * - The one neighbour has no id. Without a usable RSRP there is no neighbour.
 *
 * Throws BadInputError with file, line and column for an empty file, a missing or repeated column, a row of another width,
 * a value that is neither a number nor `-`, a malformed time, or a clock that goes back by more than one second.
 */
export function parseGNetTrack(text: string, options: { name: string; file?: string }): DriveTest {
  const file = options.file ?? options.name;
  const rows = readCsvRows(text, file, code);
  const columns = readHeader(rows[0] as string[], file);
  const check: RangeCheck = { outOfRangeValues: 0 };
  const samples: DriveTestSample[] = [];
  const interruptedBefore = new Set<number>();
  let originMs: number | undefined;
  let repeatedSeconds = 0;
  let repeatedSecondsOtherCell = 0;
  let steppedBack = 0;
  let otherTechnology = 0;
  let neighboursWithoutRsrp = 0;

  const kept = lastRowOfEachSecond();
  for (const { row, line, timeMs } of kept) {
    if (!eutraModes.has(field(row, "NetworkMode"))) {
      otherTechnology++;
      interruptedBefore.add(samples.length);
      continue;
    }
    samples.push(readSample(row, line, timeMs));
  }

  return createDriveTest(samples, {
    name: options.name,
    rowCount: rows.length - 1,
    setAside: {
      repeatedSeconds,
      repeatedSecondsOtherCell,
      steppedBack,
      otherTechnology,
      outOfRangeValues: check.outOfRangeValues,
      neighboursWithoutRsrp,
    },
    logged: [],
    interruptedBefore,
    technologyOf: (mode) => (mode !== null && eutraModes.has(mode) ? "E-UTRA" : mode),
  });

  function lastRowOfEachSecond() {
    const last: { row: string[]; line: number; timeMs: number }[] = [];
    for (let index = 1; index < rows.length; index++) {
      const row = rows[index] as string[];
      const line = index + 1;
      const absoluteMs = parseLocalTimestampMs(field(row, "Timestamp"));
      if (absoluteMs === undefined) {
        throw refuse(line, "Timestamp", "a time like 2019.12.01_12.11.21", `"${field(row, "Timestamp")}"`);
      }
      originMs ??= absoluteMs;
      const timeMs = absoluteMs - originMs;
      const before = last.at(-1);
      if (before === undefined || timeMs > before.timeMs) {
        last.push({ row, line, timeMs });
      } else if (timeMs === before.timeMs) {
        repeatedSeconds++;
        if (field(row, "RAWCELLID") !== field(before.row, "RAWCELLID")) repeatedSecondsOtherCell++;
        last[last.length - 1] = { row, line, timeMs };
      } else if (before.timeMs - timeMs <= CLOCK_CORRECTION_MS) {
        steppedBack++;
      } else {
        throw refuse(
          line,
          "Timestamp",
          `a time not before ${field(before.row, "Timestamp")}`,
          field(row, "Timestamp"),
          "time goes backwards",
        );
      }
    }
    return last;
  }

  function readSample(row: string[], line: number, timeMs: number): DriveTestSample {
    const speedKmh = number(row, line, "Speed");
    const cellId = field(row, "RAWCELLID");
    const neighbourDbm = withinReportingRange(number(row, line, "NRxRSRP"), "rsrpDbm", check);
    if (neighbourDbm === null && field(row, "NRxRSRP") !== "-") neighboursWithoutRsrp++;
    const neighbourRsrqDb = withinReportingRange(number(row, line, "NRxRSRQ"), "rsrqDb", check);
    return {
      timeMs,
      lat: number(row, line, "Latitude"),
      lon: number(row, line, "Longitude"),
      speedMps: speedKmh === null ? null : speedKmh / 3.6,
      servingCellId: cellId === "-" || cellId === "" ? null : cellId,
      servingPci: null,
      servingArfcn: null,
      servingRsrpDbm: withinReportingRange(number(row, line, "RSRP"), "rsrpDbm", check),
      servingRsrqDb: withinReportingRange(number(row, line, "RSRQ"), "rsrqDb", check),
      servingSinrDb: withinReportingRange(number(row, line, "SNR"), "sinrDb", check),
      neighbours: neighbourDbm === null ? [] : [{ id: null, rsrpDbm: neighbourDbm, rsrqDb: neighbourRsrqDb }],
      networkMode: field(row, "NetworkMode"),
    };
  }

  function field(row: readonly string[], column: Column): string {
    return (row[columns[column]] as string).trim();
  }

  function number(row: readonly string[], line: number, column: Column): number | null {
    const value = field(row, column);
    if (value === "-") return null;
    const parsed = parseFiniteNumber(value);
    if (Number.isNaN(parsed)) {
      throw refuse(
        line,
        column,
        "a finite number, or - for missing",
        value === "" ? "nothing" : `"${value}"`,
      );
    }
    return parsed;
  }

  function refuse(line: number, column: string, expected: string, got: string, remedy?: string) {
    const subject = `${file} line ${line} column ${column}`;
    return new BadInputError(code, { subject, expected, got, ...(remedy === undefined ? {} : { remedy }) });
  }
}

/** True when the first line of a text is a header of this format (or close enough to be reported as one). */
export function looksLikeGNetTrack(firstLine: string): boolean {
  const names = csvHeaderNames(firstLine).map(cleanName);
  return names.includes("Timestamp") && (names.includes("RAWCELLID") || names.includes("NetworkMode"));
}

function readHeader(row: readonly string[], file: string): Record<Column, number> {
  const names = row.map(cleanName);
  const entries = columnNames.map((name) => {
    const index = names.indexOf(name);
    const again = index !== -1 && names.indexOf(name, index + 1) !== -1;
    if (index === -1 || again) {
      throw new BadInputError(code, {
        subject: `${file} line 1`,
        expected: `the columns ${columnNames.join(", ")}, each once`,
        got: again ? `a second ${name}` : `no column ${name}`,
      });
    }
    return [name, index] as const;
  });
  return Object.fromEntries(entries) as Record<Column, number>;
}

function cleanName(name: string): string {
  const trimmed = name.trim();
  return trimmed === "Speed (km/h)" ? "Speed" : trimmed;
}
