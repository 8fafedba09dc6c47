// Drive-test JSONL (one measured sample a line) to a DriveTest.
import { z } from "zod";
import { BadInputError, nearestName } from "#core";
import { createDriveTest, type DriveTest, type DriveTestEvent, type DriveTestSample } from "./drive-test.ts";
import { type RangeCheck, withinReportingRange } from "./reporting-range.ts";

const code = "trace-drive-test";

const maybe = z.number().nullable().optional();
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

/** EARFCNs in use end near 70,700 and NR-ARFCNs in use begin above 120,000 (36.101, 38.104), so this tells them apart. */
const FIRST_NR_ARFCN = 100_000;

/**
 * Returns the drive in `text`: a JSON object a line `{t_ms, lat, lon, speed_mps, serving {cell_id, pci, arfcn, rsrp_dbm,
 * rsrq_db, sinr_db}, neighbours [{pci or id, rsrp_dbm, rsrq_db}], events? [{t_ms, rat, name}]}`, null = missing.
 * Only `t_ms`, `serving` and `neighbours` must be there. A cell without `cell_id` is named `pci <pci> arfcn <arfcn>`;
 * a neighbour with a PCI alone is named `pci <pci>`. A cell change from LTE to NR or back (by the range of the ARFCN) is not
 * an operator's handover here. Values outside the reporting ranges are read as missing and counted; so are neighbours
 * without RSRP, which no rule can use.
 *
 * Throws BadInputError with file, line and key for: no line, text that is not a JSON object, a missing or unknown key, a
 * value of another type or not finite, and time that is repeated or goes back. Blank lines are allowed at the end only.
 */
export function parseDriveTestJsonl(text: string, options: { name: string; file?: string }): DriveTest {
  const file = options.file ?? options.name;
  const lines = text.trimEnd().split(/\r?\n/);
  if (text.trim() === "") {
    throw new BadInputError(code, { subject: file, expected: "a JSON object a line", got: "an empty file" });
  }
  const check = { outOfRangeValues: 0, neighboursWithoutRsrp: 0 };
  const samples: DriveTestSample[] = [];
  const logged: DriveTestEvent[] = [];
  for (const [index, line] of lines.entries()) {
    const place = `${file} line ${index + 1}`;
    const parsed = parseLine(line, place);
    const before = samples.at(-1);
    if (before !== undefined && parsed.t_ms <= before.timeMs) {
      throw new BadInputError(code, {
        subject: `${place} key t_ms`,
        expected: `a time after ${before.timeMs} ms`,
        got: `${parsed.t_ms} ms`,
        remedy: parsed.t_ms === before.timeMs ? "time is repeated" : "time goes backwards",
      });
    }
    samples.push(toSample(parsed, check));
    for (const event of parsed.events ?? []) {
      const { name, t_ms: timeMs, rat } = event;
      const cells = { fromCellId: null, toCellId: null };
      logged.push({ timeMs, provenance: "cited", origin: "logged", name, rat: rat ?? null, ...cells });
    }
  }
  return createDriveTest(samples, {
    name: options.name,
    rowCount: lines.length,
    setAside: {
      repeatedSeconds: 0,
      repeatedSecondsOtherCell: 0,
      steppedBack: 0,
      otherTechnology: 0,
      ...check,
    },
    logged,
    interruptedBefore: new Set(),
    technologyOf: (mode) => mode,
  });
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
    expected: unknownKey === undefined ? "a sample of a drive test" : "only the keys of a drive test",
    got: issue.message,
    ...(near === undefined ? {} : { remedy: `did you mean "${near}"?` }),
  });
}

function toSample(line: Line, check: RangeCheck & { neighboursWithoutRsrp: number }): DriveTestSample {
  const { serving } = line;
  const pci = serving?.pci ?? null;
  const arfcn = serving?.arfcn ?? null;
  const neighbours = (line.neighbours ?? []).flatMap((neighbour) => {
    const rsrpDbm = withinReportingRange(neighbour.rsrp_dbm ?? null, "rsrpDbm", check);
    const rsrqDb = withinReportingRange(neighbour.rsrq_db ?? null, "rsrqDb", check);
    const neighbourId = neighbour.id ?? (neighbour.pci == null ? null : `pci ${neighbour.pci}`);
    if (rsrpDbm === null) check.neighboursWithoutRsrp++;
    return rsrpDbm === null
      ? []
      : [{ id: neighbourId === null ? null : String(neighbourId), rsrpDbm, rsrqDb }];
  });
  const fallbackId = pci === null ? null : `pci ${pci}${arfcn === null ? "" : ` arfcn ${arfcn}`}`;
  return {
    timeMs: line.t_ms,
    lat: line.lat ?? null,
    lon: line.lon ?? null,
    speedMps: line.speed_mps ?? null,
    servingCellId: serving?.cell_id == null ? fallbackId : String(serving.cell_id),
    servingPci: pci,
    servingArfcn: arfcn,
    servingRsrpDbm: withinReportingRange(serving?.rsrp_dbm ?? null, "rsrpDbm", check),
    servingRsrqDb: withinReportingRange(serving?.rsrq_db ?? null, "rsrqDb", check),
    servingSinrDb: withinReportingRange(serving?.sinr_db ?? null, "sinrDb", check),
    neighbours,
    networkMode: arfcn === null ? null : arfcn < FIRST_NR_ARFCN ? "LTE" : "NR",
  };
}
