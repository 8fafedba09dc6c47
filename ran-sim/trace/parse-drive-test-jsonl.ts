// Drive-test JSONL (one measured sample a line) to a DriveTest.
import { z } from "zod";
import { BadInputError, nearestName } from "#core";
import {
  createDriveTest,
  type DriveTest,
  type DriveTestEvent,
  type DriveTestSample,
  requireSomething,
} from "./drive-test.ts";
import {
  cellIdentity,
  isMissingWord,
  type NumericField,
  type Technology,
  technologyOfIdentities,
} from "./field-domains.ts";
import { nameByPci } from "./parse-drive-test-csv.ts";
import { createSetAsideTally, inDomain, type SetAsideTally } from "./set-aside.ts";

const code = "trace-drive-test";

/** A number, or a sign for none such as "-" or "N/A". */
const maybe = z
  .number()
  .nullable()
  .optional()
  .or(
    z
      .string()
      .refine(isMissingWord, "a number, null or a sign for none")
      .transform(() => null),
  );
const id = z.union([z.string(), z.number()]);

const servingSchema = z.strictObject({
  cell_id: id.nullable().optional(),
  pci: maybe,
  arfcn: maybe,
  rsrp_dbm: maybe,
  rsrq_db: maybe,
  sinr_db: maybe,
});

const neighbourSchema = z.strictObject({
  pci: maybe,
  id: id.nullable().optional(),
  rsrp_dbm: maybe,
  rsrq_db: maybe,
});

const eventSchema = z.strictObject({
  t_ms: z.number(),
  rat: z.string().nullable().optional(),
  name: z.string(),
});

const sampleSchema = z.strictObject({
  t_ms: z.number(),
  lat: maybe,
  lon: maybe,
  speed_mps: maybe,
  serving: servingSchema.nullable(),
  neighbours: z.array(neighbourSchema).nullable(),
  events: z.array(eventSchema).nullable().optional(),
});

type Line = z.infer<typeof sampleSchema>;

/** The legal keys, to name the nearest one to an unknown key. */
const knownKeys = [sampleSchema, servingSchema, neighbourSchema, eventSchema].flatMap((schema) =>
  Object.keys(schema.shape),
);

const KNOWN_KEYS = "only the keys of a drive test";

/** EARFCNs in use end near 70,700 and NR-ARFCNs in use begin above 120,000 (36.101, 38.104), so this tells them apart. */
const FIRST_NR_ARFCN = 100_000;

/**
 * Returns the drive in `text`: a JSON object a line `{t_ms, lat, lon, speed_mps, serving {cell_id, pci, arfcn, rsrp_dbm,
 * rsrq_db, sinr_db}, neighbours [{pci or id, rsrp_dbm, rsrq_db}], events? [{t_ms, rat, name}]}`, null = missing.
 * Only `t_ms`, `serving` and `neighbours` must be there. A cell without `cell_id` is named `pci <pci> arfcn <arfcn>`;
 * a neighbour with a PCI alone is named `pci <pci>`. A cell change from LTE to NR or back (by the range of the ARFCN) is not
 * an operator's handover here. Values that their field cannot hold are read as missing and counted; so are neighbours
 * without RSRP, which no rule can use, lines that are no sample, and samples whose time another one follows. The cell
 * identities of a file tell their technology where no ARFCN does.
 *
 * Throws BadInputError with file, line and key for: no line, a key that is unknown (it may be a misspelt one, in every line),
 * time that goes back, no line that is a sample, and ("trace-emptied") samples in which nothing was measured.
 */
export function parseDriveTestJsonl(text: string, options: { name: string; file?: string }): DriveTest {
  const file = options.file ?? options.name;
  const lines = text.trimEnd().split(/\r?\n/);
  if (text.trim() === "") {
    throw new BadInputError(code, { subject: file, expected: "a JSON object a line", got: "an empty file" });
  }
  const tally = createSetAsideTally();
  const read: { readonly line: Line; readonly place: string }[] = [];
  let firstRefusal: BadInputError | null = null;
  let rowCount = 0;
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    rowCount++;
    const place = `${file} line ${index + 1}`;
    try {
      read.push({ line: parseLine(line, place), place });
    } catch (cause) {
      if (!(cause instanceof BadInputError) || cause.parts.expected === KNOWN_KEYS) throw cause;
      firstRefusal ??= cause;
      tally.unreadableRows++;
    }
  }
  if (read.length === 0 && firstRefusal !== null) throw firstRefusal;
  const usual = technologyOfIdentities(
    read.flatMap(({ line }) => (line.serving?.cell_id == null ? [] : [String(line.serving.cell_id)])),
  );
  const samples: DriveTestSample[] = [];
  const logged: DriveTestEvent[] = [];
  for (const { line, place } of read) {
    const before = samples.at(-1);
    if (before !== undefined && line.t_ms < before.timeMs) {
      throw new BadInputError(code, {
        subject: `${place} key t_ms`,
        expected: `a time after ${before.timeMs} ms`,
        got: `${line.t_ms} ms`,
        remedy: "time goes backwards",
      });
    }
    const sample = toSample(line, usual, tally);
    if (before?.timeMs === line.t_ms) {
      tally.repeatedSeconds++;
      if (before.servingCellId !== sample.servingCellId) tally.repeatedSecondsOtherCell++;
      samples.pop();
    }
    samples.push(sample);
    for (const event of line.events ?? []) {
      const { name, t_ms: timeMs, rat } = event;
      const cells = { fromCellId: null, toCellId: null };
      logged.push({ timeMs, provenance: "cited", origin: "logged", name, rat: rat ?? null, ...cells });
    }
  }
  const drive = createDriveTest(samples, {
    name: options.name,
    rowCount,
    setAside: tally,
    logged,
    interruptedBefore: new Set(),
    technologyOf: (mode) => mode,
  });
  return requireSomething(drive, file);
}

/** True when the first line of a text is a JSON object. */
export function looksLikeDriveTestJsonl(firstLine: string): boolean {
  return firstLine.trimStart().startsWith("{");
}

function parseLine(line: string, place: string): Line {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new BadInputError(code, {
      subject: place,
      expected: "a JSON object",
      got: line.trim() === "" ? "a blank line" : (cause as SyntaxError).message,
    });
  }
  const result = sampleSchema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0] as z.core.$ZodIssue;
  const unknownKey = issue.code === "unrecognized_keys" ? issue.keys[0] : undefined;
  const path = [...issue.path, ...(unknownKey === undefined ? [] : [unknownKey])].join(".");
  const near = unknownKey === undefined ? undefined : nearestName(unknownKey, knownKeys);
  throw new BadInputError(code, {
    subject: path === "" ? place : `${place} key ${path}`,
    expected: unknownKey === undefined ? "a sample of a drive test" : KNOWN_KEYS,
    got: issue.code === "invalid_union" ? "a value that is no number" : issue.message,
    ...(near === undefined ? {} : { remedy: `did you mean "${near}"?` }),
  });
}

function toSample(line: Line, usual: Technology, tally: SetAsideTally): DriveTestSample {
  const { serving } = line;
  const number = (value: number | null | undefined, field: NumericField): number | null =>
    inDomain(value ?? null, field, tally);
  const pci = number(serving?.pci, "pci");
  const arfcn = number(serving?.arfcn, "arfcn");
  const networkMode = arfcn === null ? null : arfcn < FIRST_NR_ARFCN ? "LTE" : "NR";
  const technology = networkMode === null ? usual : networkMode === "NR" ? "NR" : "E-UTRA";
  const neighbours = (line.neighbours ?? []).flatMap((neighbour) => {
    const rsrpDbm = number(neighbour.rsrp_dbm, "rsrpDbm");
    const rsrqDb = number(neighbour.rsrq_db, "rsrqDb");
    if (rsrpDbm === null) {
      tally.neighboursWithoutRsrp++;
      return [];
    }
    const id = neighbour.id == null ? null : cellIdentity(String(neighbour.id), technology);
    return [{ id: id ?? nameByPci(number(neighbour.pci, "pci"), null), rsrpDbm, rsrqDb }];
  });
  const given = serving?.cell_id == null ? "" : String(serving.cell_id);
  const id = cellIdentity(given, technology);
  if (id === null && !isMissingWord(given)) tally.unknownCells++;
  return {
    timeMs: line.t_ms,
    lat: number(line.lat, "latDeg"),
    lon: number(line.lon, "lonDeg"),
    speedMps: number(line.speed_mps, "speedMps"),
    servingCellId: id ?? nameByPci(pci, arfcn),
    servingPci: pci,
    servingArfcn: arfcn,
    servingRsrpDbm: number(serving?.rsrp_dbm, "rsrpDbm"),
    servingRsrqDb: number(serving?.rsrq_db, "rsrqDb"),
    servingSinrDb: number(serving?.sinr_db, "sinrDb"),
    neighbours,
    networkMode,
  };
}
