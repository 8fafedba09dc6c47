// Azure LLM inference trace: TIMESTAMP, ContextTokens, GeneratedTokens (CSV, one request a line).
import { BadInputError, nearestName } from "#core";
import { badField, type Place, requireCount } from "./fields.ts";
import { growingColumn } from "./growing-columns.ts";
import type { NumberedLine } from "./read-lines.ts";
import type { RequestWorkload } from "./request-workload.ts";

export const azureColumns = ["TIMESTAMP", "ContextTokens", "GeneratedTokens"] as const;

/**
 * Returns the requests of the trace whose first line is the header. Columns may stand in any order, and others beside
 * them. Throws BadInputError with file, line and column for a missing column, a row of another width, a number that is
 * no count, a time that is none or goes back, and a trace without requests.
 */
export function parseAzure(lines: Iterable<NumberedLine>, file: string): RequestWorkload {
  const arrivalS = growingColumn((length) => new Float64Array(length));
  const inputTokens = growingColumn((length) => new Uint32Array(length));
  const outputTokens = growingColumn((length) => new Uint32Array(length));
  let columns: readonly number[] | undefined;
  let width = 0;
  let firstS: number | undefined;
  let lastS = 0;
  for (const { number, text } of lines) {
    const place = { file, line: number };
    const cells = text.split(",").map((cell) => cell.trim());
    if (columns === undefined) {
      columns = findColumns(cells, place);
      width = cells.length;
      continue;
    }
    if (cells.length !== width)
      throw badField(place, "row", `${width} values, as in the header`, cells.length);
    const [time, context, generated] = columns.map((column) => cells[column]);
    const timeS = parseTimestampS(time);
    if (timeS === null)
      throw badField(place, azureColumns[0], "a time such as 2023-11-16 18:17:03.9799600", time);
    firstS ??= timeS;
    if (timeS - firstS < lastS)
      throw badField(place, azureColumns[0], "a time not before that of the line above", time);
    lastS = timeS - firstS;
    arrivalS.add(lastS);
    inputTokens.add(parseCount(context, azureColumns[1], place, 1));
    outputTokens.add(parseCount(generated, azureColumns[2], place, 0));
  }
  if (firstS === undefined) {
    throw new BadInputError("trace-format", {
      subject: file,
      expected: "requests",
      got: "none below the header",
    });
  }
  return {
    format: "azure-llm",
    arrivalS: arrivalS.take(),
    inputTokens: inputTokens.take(),
    outputTokens: outputTokens.take(),
    blocks: null,
  };
}

function findColumns(header: readonly string[], place: Place): readonly number[] {
  return azureColumns.map((name) => {
    const column = header.indexOf(name);
    if (column !== -1) return column;
    const near = nearestName(name, header);
    throw new BadInputError("trace-format", {
      subject: `${place.file} line ${place.line}`,
      expected: `a column ${name}`,
      got: `the columns ${header.join(", ").slice(0, 200)}`,
      ...(near === undefined ? {} : { remedy: `is "${near}" it?` }),
    });
  });
}

function parseCount(cell: string, column: string, place: Place, least: number): number {
  return requireCount(/^-?\d+(\.\d+)?$/.test(cell) ? Number(cell) : cell, column, place, least);
}

/** Returns seconds since 1970-01-01 of `YYYY-MM-DD hh:mm:ss[.f]`, read as UTC, or null. */
function parseTimestampS(text: string): number | null {
  const match = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d(?:\.\d{1,9})?)(?:Z|\+00:00)?$/.exec(text);
  if (match === null) return null;
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number);
  const lengths = [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > lengths[month - 1]) return null;
  if (hour > 23 || minute > 59 || second >= 60) return null;
  const before = year - 1;
  const leapDays = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
  // 719162 days lie before 1970 in the same count.
  const days =
    before * 365 + leapDays + lengths.slice(0, month - 1).reduce((sum, n) => sum + n, 0) + day - 1 - 719_162;
  return ((days * 24 + hour) * 60 + minute) * 60 + second;
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}
