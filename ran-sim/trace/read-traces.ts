// Files and folders to traces: the one door through which recorded journeys enter the simulator.
import { BadInputError } from "#core";
import type { ColumnTexts } from "./column-map.ts";
import { csvFirstLine } from "./csv-rows.ts";
import { type DriveTest, EMPTIED } from "./drive-test.ts";
import type { MultiCellTrace } from "./multi-cell-trace.ts";
import { parseDriveTestCsv } from "./parse-drive-test-csv.ts";
import { parseDriveTestJsonl } from "./parse-drive-test-jsonl.ts";
import { parseGNetTrack } from "./parse-g-nettrack.ts";
import { parseMultiCellCsv } from "./parse-multi-cell-csv.ts";
import { isFolder, type SetAsideFile, traceTexts } from "./trace-files.ts";
import { detectTraceFormat, presetOf, type TraceFormat } from "./trace-format.ts";
import { readTraceGroups } from "./trace-groups.ts";

/** What a path holds: multi-cell traces (closed loop) or drives (open loop), never both. */
export type TraceInput =
  | {
      readonly kind: "multi-cell";
      readonly traces: readonly MultiCellTrace[];
      readonly setAside: readonly SetAsideFile[];
    }
  | {
      readonly kind: "drive-test";
      readonly format: Exclude<TraceFormat, "multi-cell-csv">;
      readonly drives: readonly DriveTest[];
      readonly setAside: readonly SetAsideFile[];
    };

/**
 * Returns everything that `path` (a file, a folder or an archive) holds, in order of names, with the groups of the folder's
 * `groups.json`. The format of each file is taken from its first line; with `columns` each is a drive test with these.
 *
 * Throws BadInputError, naming the file and where known the line and column, for all that the parsers and `traceTexts`
 * refuse, and for files of different formats together. One bad trace refuses the folder, but drives in which nothing could
 * be read are set aside as long as there are others.
 */
export function readTraces(path: string, { columns }: { readonly columns?: ColumnTexts } = {}): TraceInput {
  const groupOf = isFolder(path) ? readTraceGroups(path) : (name: string) => name;
  const traces: MultiCellTrace[] = [];
  const drives: DriveTest[] = [];
  const setAside: SetAsideFile[] = [];
  let format: TraceFormat | undefined;
  let emptied: BadInputError | undefined;
  for (const { name, file, text } of traceTexts(path, setAside)) {
    const found = columns === undefined ? detectTraceFormat(text, file) : "drive-test-csv";
    format ??= found;
    if (found !== format) {
      throw new BadInputError("trace-format", {
        subject: file,
        expected: `${format}, as the files before it`,
        got: found,
        remedy: "replay the formats from folders of their own",
      });
    }
    if (found === "multi-cell-csv") {
      traces.push({ ...parseMultiCellCsv(text, { name, file }), group: groupOf(name) });
      continue;
    }
    try {
      drives.push(parseDrive(found, text, { name, file, columns }));
    } catch (cause) {
      if (!(cause instanceof BadInputError && cause.code === EMPTIED)) throw cause;
      emptied ??= cause;
      setAside.push({ file, reason: cause.parts.got });
    }
  }
  if (emptied !== undefined && drives.length === 0) throw emptied;
  if (format === undefined || format === "multi-cell-csv") return { kind: "multi-cell", traces, setAside };
  return { kind: "drive-test", format, drives, setAside };
}

function parseDrive(
  format: Exclude<TraceFormat, "multi-cell-csv">,
  text: string,
  { columns, ...place }: { name: string; file: string; columns: ColumnTexts | undefined },
): DriveTest {
  switch (format) {
    case "g-nettrack-csv":
      return parseGNetTrack(text, place);
    case "drive-test-jsonl":
      return parseDriveTestJsonl(text, place);
    case "drive-test-csv":
      return parseDriveTestCsv(text, {
        ...place,
        columns: columns ?? presetOf(csvFirstLine(text))?.columns ?? {},
      });
  }
}

/** As `readTraces`, for a caller that needs every cell at every tick. Throws BadInputError for drive tests. */
export function readMultiCellTraces(path: string): readonly MultiCellTrace[] {
  const input = readTraces(path);
  if (input.kind === "multi-cell") return input.traces;
  throw new BadInputError("trace-format", {
    subject: path,
    expected: "multi-cell traces, in which every cell is known at every tick",
    got: input.format,
    remedy: "a drive test can be replayed open loop only",
  });
}
