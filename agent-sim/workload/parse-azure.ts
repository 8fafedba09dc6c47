// Azure LLM inference trace: TIMESTAMP, ContextTokens, GeneratedTokens (CSV, one request a line).
import { BadInputError, nearestName } from "#core";
import { badField, type Place, requireCount } from "./fields.ts";
import type { NumberedLine } from "./read-lines.ts";
import type { TracedRequest } from "./request-workload.ts";
import { emptied, type SetAside } from "./set-aside.ts";
import { parseTimestampMs } from "./timestamp.ts";

export const azureColumns = ["TIMESTAMP", "ContextTokens", "GeneratedTokens"] as const;

/** Returns the cells of a line. Spreadsheets and R write texts, pandas on demand everything, in quotes; no cell holds a comma. */
export function azureCells(line: string): readonly string[] {
  return line.split(",").map((cell) => {
    const text = cell.trim();
    return /^"[^"]*"$/.test(text) ? text.slice(1, -1).trim() : text;
  });
}

/**
 * Yields the requests of the trace whose first line is the header. Columns may stand in any order, and others beside
 * them. A row of another width, a number that is no count and a time that is none are set aside. Throws BadInputError with
 * file, line and column for a missing column, a time that goes back, and a trace without usable requests.
 */
export function* parseAzure(
  lines: Iterable<NumberedLine>,
  file: string,
  setAside: SetAside,
): Generator<TracedRequest> {
  let columns: readonly number[] | undefined;
  let width = 0;
  let firstMs: number | undefined;
  let lastMs = 0;
  for (const { number, text } of lines) {
    const place = { file, line: number };
    const cells = azureCells(text);
    if (columns === undefined) {
      columns = findColumns(cells, place);
      width = cells.length;
      continue;
    }
    const request = setAside.attempt(place, () => readRow(cells, columns as readonly number[], width, place));
    if (request === null) continue;
    const { time, timeMs, inputTokens, outputTokens } = request;
    firstMs ??= timeMs;
    if (timeMs - firstMs < lastMs)
      throw badField(place, azureColumns[0], "a time not before that of the line above", time);
    lastMs = timeMs - firstMs;
    yield {
      arrivalS: lastMs / 1000,
      inputTokens,
      outputTokens,
      blocks: null,
    };
  }
  if (firstMs === undefined) throw emptied(file, "requests below the header", setAside);
}

function readRow(cells: readonly string[], columns: readonly number[], width: number, place: Place) {
  if (cells.length !== width) throw badField(place, "row", `${width} values, as in the header`, cells.length);
  const [time, context, generated] = columns.map((column) => cells[column]);
  const timeMs = parseTimestampMs(time);
  if (timeMs === null)
    throw badField(place, azureColumns[0], "a time such as 2023-11-16 18:17:03.9799600", time);
  return {
    time,
    timeMs,
    inputTokens: requireCount(context, azureColumns[1], place, 1),
    outputTokens: requireCount(generated, azureColumns[2], place),
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
