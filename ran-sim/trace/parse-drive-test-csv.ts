// A drive test of any tool as a table to a DriveTest: which column is which field is given, by the user or by a preset.
import { BadInputError } from "#core";
import { type ColumnPlace, type ColumnTexts, placeColumns } from "./column-map.ts";
import { parseFiniteNumber } from "./csv-number.ts";
import { readCsvTable, refusedWidth } from "./csv-rows.ts";
import {
  createDriveTest,
  type DriveTest,
  type DriveTestSample,
  type NeighbourMeasurement,
  requireSomething,
} from "./drive-test.ts";
import { driveTestFields, MOST_NEIGHBOURS, neighbourField } from "./drive-test-fields.ts";
import { createTimeReader } from "./drive-test-time.ts";
import {
  cellIdentity,
  isMissingWord,
  type NumericField,
  type Technology,
  technologyOfIdentities,
} from "./field-domains.ts";
import { technologyOfMode } from "./network-mode.ts";
import { createSetAsideTally, inDomain } from "./set-aside.ts";

/** Corrections of the phone's clock up to this are set aside and counted; a larger step back is refused. */
const CLOCK_CORRECTION_MS = 1000;
/** No tool logs so often: steps below it are seconds that were taken for milliseconds. */
const LEAST_STEP_MS = 10;

/**
 * Returns the drive in `text`, whose columns are those of `columns`; others are not read. Fields are those of
 * `driveTestFields`: `time` and `cell` or `pci` must be given.
 *
 * Decisions, all counted in `setAside`:
 * - The tools sometimes write two rows in one second; the last is kept, being the state in which the second ended.
 * - Rows of 2G and 3G are set aside: their RSRP and RSRQ columns hold RSCP and Ec/No. A cell change across them is none.
 * - Rows one second back (the phone's clock was corrected; two rows in the Irish data) are set aside.
 * - A value that its field cannot hold is the tool's mark for "none" and read as missing, and so is text that is no number.
 * - A row of another width or without a time is set aside.
 * - Without a usable RSRP there is no neighbour.
 * Where a file has no modes, its cell identities tell the technology.
 *
 * Throws BadInputError with file, line and column for an empty file, a missing column, a clock that goes back by more than one
 * second, times that must be in another unit than milliseconds, and ("trace-emptied") when nothing could be read.
 */
export function parseDriveTestCsv(
  text: string,
  options: {
    readonly name: string;
    readonly file?: string;
    readonly columns: ColumnTexts;
    readonly code?: string;
  },
): DriveTest {
  const { code = "trace-drive-test" } = options;
  const file = options.file ?? options.name;
  const { header, rows, badRows } = readCsvTable(text, file, code);
  const places = placeColumns(options.columns, header, driveTestFields, `${file} line 1`);
  requireFields(places, file, code);
  const tally = createSetAsideTally();
  tally.unreadableRows = badRows.length;
  const [badRow] = badRows;
  let firstRefusal = badRow === undefined ? null : refusedWidth(badRow, header, file, code);
  const modeAt = places.get("mode")?.index;
  const cellAt = places.get("cell")?.index;
  const usual: Technology =
    modeAt !== undefined || cellAt === undefined
      ? "E-UTRA"
      : technologyOfIdentities(mapped(rows, ({ fields }) => fields[cellAt]));
  const samples: DriveTestSample[] = [];
  const interruptedBefore = new Set<number>();
  for (const { fields, timeMs } of lastRowOfEachTime()) {
    const mode = modeAt === undefined ? null : fields[modeAt].trim();
    const technology = mode === null ? usual : technologyOfMode(mode);
    if (technology === null) {
      const label = mode ?? "";
      tally.otherTechnology++;
      tally.otherModes[label] = (tally.otherModes[label] ?? 0) + 1;
      interruptedBefore.add(samples.length);
      continue;
    }
    samples.push(readSample(fields, timeMs, mode, technology));
  }
  if (samples.length === 0 && tally.otherTechnology === 0 && firstRefusal !== null) throw firstRefusal;
  const drive = createDriveTest(samples, {
    name: options.name,
    rowCount: rows.length + badRows.length,
    setAside: tally,
    logged: [],
    interruptedBefore,
    technologyOf: (mode) => (mode === null ? usual : technologyOfMode(mode)),
  });
  return requireSomething(drive, file);

  function lastRowOfEachTime() {
    const place = places.get("time") as ColumnPlace;
    const read = createTimeReader(place.unit);
    const last: { fields: string[]; timeMs: number }[] = [];
    let originMs: number | undefined;
    for (const { line, fields } of rows) {
      const absoluteMs = read(fields[place.index]);
      if (Number.isNaN(absoluteMs)) {
        tally.unreadableRows++;
        firstRefusal ??= refuse(
          line,
          place,
          "a time like 2019.12.01_12.11.21 or in ms",
          quoted(fields[place.index]),
        );
        continue;
      }
      originMs ??= absoluteMs;
      const timeMs = absoluteMs - originMs;
      const before = last.at(-1);
      if (before === undefined || timeMs > before.timeMs) {
        last.push({ fields, timeMs });
      } else if (timeMs === before.timeMs) {
        tally.repeatedSeconds++;
        if (cellAt !== undefined && fields[cellAt].trim() !== before.fields[cellAt].trim()) {
          tally.repeatedSecondsOtherCell++;
        }
        last[last.length - 1] = { fields, timeMs };
      } else if (before.timeMs - timeMs <= CLOCK_CORRECTION_MS) {
        tally.steppedBack++;
      } else {
        const expected = `a time not before ${before.fields[place.index].trim()}`;
        throw refuse(line, place, expected, fields[place.index].trim(), "time goes backwards");
      }
    }
    requirePlausibleSteps(last, place);
    return last;
  }

  function requirePlausibleSteps(last: readonly { readonly timeMs: number }[], place: ColumnPlace): void {
    const steps = last.slice(1).map(({ timeMs }, i) => timeMs - last[i].timeMs);
    const median = steps.sort((a, b) => a - b)[steps.length >> 1] ?? LEAST_STEP_MS;
    if (median >= LEAST_STEP_MS || place.unit !== null) return;
    throw new BadInputError("bad-columns", {
      subject: `${file} column ${place.column}`,
      expected: `times in ms, at least ${LEAST_STEP_MS} ms apart as tools log`,
      got: `a usual step of ${median}`,
      remedy: `say the unit: --columns time=${place.column}:s (or ms, us), with the other columns`,
    });
  }

  function readSample(
    fields: readonly string[],
    timeMs: number,
    mode: string | null,
    technology: Technology,
  ): DriveTestSample {
    const pci = value(fields, "pci", "pci");
    const arfcn = value(fields, "arfcn", "arfcn");
    return {
      timeMs,
      lat: value(fields, "lat", "latDeg"),
      lon: value(fields, "lon", "lonDeg"),
      speedMps: value(fields, "speed", "speedMps"),
      servingCellId: servingCell(fields, technology) ?? nameByPci(pci, arfcn),
      servingPci: pci,
      servingArfcn: arfcn,
      servingRsrpDbm: value(fields, "rsrp", "rsrpDbm"),
      servingRsrqDb: value(fields, "rsrq", "rsrqDb"),
      servingSinrDb: value(fields, "sinr", "sinrDb"),
      neighbours: neighboursOf(fields, technology),
      networkMode: mode,
    };
  }

  function servingCell(fields: readonly string[], technology: Technology): string | null {
    if (cellAt === undefined) return null;
    const id = cellIdentity(fields[cellAt], technology);
    if (id === null && !isMissingWord(fields[cellAt])) tally.unknownCells++;
    return id;
  }

  function neighboursOf(fields: readonly string[], technology: Technology): NeighbourMeasurement[] {
    const neighbours: NeighbourMeasurement[] = [];
    for (let n = 1; n <= MOST_NEIGHBOURS; n++) {
      const level = places.get(neighbourField(n, "rsrp"));
      if (level === undefined) continue;
      const rsrpDbm = value(fields, neighbourField(n, "rsrp"), "rsrpDbm");
      const rsrqDb = value(fields, neighbourField(n, "rsrq"), "rsrqDb");
      if (rsrpDbm === null) {
        if (!isMissingWord(fields[level.index])) tally.neighboursWithoutRsrp++;
        continue;
      }
      const cell = places.get(neighbourField(n, "cell"));
      const id = cell === undefined ? null : cellIdentity(fields[cell.index], technology);
      neighbours.push({
        id: id ?? nameByPci(value(fields, neighbourField(n, "pci"), "pci"), null),
        rsrpDbm,
        rsrqDb,
      });
    }
    return neighbours;
  }

  function value(fields: readonly string[], field: string, domain: NumericField): number | null {
    const place = places.get(field);
    if (place === undefined || isMissingWord(fields[place.index])) return null;
    const number = parseFiniteNumber(fields[place.index]);
    if (!Number.isNaN(number)) return inDomain(number * place.factor, domain, tally);
    tally.unreadableValues++;
    return null;
  }

  function refuse(line: number, place: ColumnPlace, expected: string, got: string, remedy?: string) {
    const subject = `${file} line ${line} column ${place.column}`;
    return new BadInputError(code, { subject, expected, got, ...(remedy === undefined ? {} : { remedy }) });
  }
}

/** Returns the name of a cell of which no identity is known; null where not even its PCI is. */
export function nameByPci(pci: number | null, arfcn: number | null): string | null {
  return pci === null ? null : `pci ${pci}${arfcn === null ? "" : ` arfcn ${arfcn}`}`;
}

function requireFields(places: ReadonlyMap<string, ColumnPlace>, file: string, code: string): void {
  const missing = !places.has("time")
    ? "time"
    : places.has("cell") || places.has("pci")
      ? null
      : "cell or pci";
  if (missing === null) return;
  throw new BadInputError(code, {
    subject: `${file}, columns`,
    expected: "at least the fields time, and cell or pci",
    got: `no ${missing}`,
    remedy: "name its column in --columns",
  });
}

function quoted(field: string): string {
  return field.trim() === "" ? "nothing" : `"${field.trim().slice(0, 40)}"`;
}

function* mapped<A, B>(values: readonly A[], of: (value: A) => B): Generator<B> {
  for (const value of values) yield of(value);
}
