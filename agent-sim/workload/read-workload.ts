// A trace file: its format by content, its requests as a workload.
import { BadInputError } from "#core";
import { azureColumns, parseAzure } from "./parse-azure.ts";
import { parseMooncake } from "./parse-mooncake.ts";
import { type NumberedLine, readLines } from "./read-lines.ts";
import type { RequestWorkload } from "./request-workload.ts";

export type TraceFormat = "transcript" | "azure-llm" | "mooncake";

/** A file whose format is known; `lines` begins with its first line and can be read once. */
export interface OpenedTrace {
  readonly format: TraceFormat;
  readonly lines: Iterable<NumberedLine>;
}

/**
 * Returns the format of a trace by its first line: JSON with `turns` is a transcript, with `hash_ids` or
 * `input_length` Mooncake, a header with one of the columns of Azure's. Names of files do not matter.
 *
 * Throws BadInputError when the file is missing, empty or none of these.
 */
export function openTrace(file: string): OpenedTrace {
  const lines = readLines(file);
  const first = lines.next();
  if (first.done === true) {
    throw new BadInputError("trace-format", { subject: file, expected: "a trace", got: "an empty file" });
  }
  const format = detectFormat(first.value.text);
  if (format === null) {
    throw new BadInputError("trace-format", {
      subject: `${file} line ${first.value.number}`,
      expected: `a multi-agent transcript or Mooncake trace (JSON lines), or the columns ${azureColumns.join(", ")}`,
      got: JSON.stringify(first.value.text.slice(0, 60)),
    });
  }
  return { format, lines: prepend(first.value, lines) };
}

/** Returns the requests of an Azure or Mooncake trace, and what identifies them in a manifest. */
export function readRequestWorkload(file: string): RequestWorkload & { readonly digest: WorkloadDigest } {
  const { format, lines } = openTrace(file);
  if (format === "transcript") {
    throw new BadInputError("trace-format", {
      subject: `${file}, as a workload`,
      expected: "requests with input and output tokens (Azure or Mooncake)",
      got: "a multi-agent transcript",
      remedy: "use agent import",
    });
  }
  const workload = format === "azure-llm" ? parseAzure(lines, file) : parseMooncake(lines, file);
  const sum = (values: Uint32Array): number => values.reduce((total, value) => total + value, 0);
  const { inputTokens, outputTokens } = workload;
  return {
    ...workload,
    digest: {
      format,
      requests: inputTokens.length,
      inputTokens: sum(inputTokens),
      outputTokens: sum(outputTokens),
    },
  };
}

/** What a manifest says of a workload instead of the name of its file. */
export interface WorkloadDigest {
  readonly format: RequestWorkload["format"];
  readonly requests: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

function detectFormat(line: string): TraceFormat | null {
  if (line.trimStart().startsWith("{")) {
    // Keys only: a line that is broken further on is still of this format, and is refused with its place.
    if (/"(turns|run_id)"\s*:/.test(line)) return "transcript";
    return /"(hash_ids|input_length)"\s*:/.test(line) ? "mooncake" : null;
  }
  const cells = line.split(",").map((cell) => cell.trim());
  return azureColumns.some((column) => cells.includes(column)) ? "azure-llm" : null;
}

function* prepend(first: NumberedLine, rest: Iterable<NumberedLine>): Generator<NumberedLine> {
  yield first;
  yield* rest;
}
