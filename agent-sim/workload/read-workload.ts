// A trace file: its format by content, its requests as a workload.
import { BadInputError } from "#core";
import { detectJsonShape, HEAD_BYTES } from "./json-shape.ts";
import { azureCells, azureColumns, parseAzure } from "./parse-azure.ts";
import { parseMooncake } from "./parse-mooncake.ts";
import { readBytes } from "./read-bytes.ts";
import { type JsonRecord, readJsonRecords } from "./read-json-records.ts";
import { type NumberedLine, readLines } from "./read-lines.ts";
import { collectRequests, type RequestWorkload } from "./request-workload.ts";

/** A file whose format is known; `lines` and `records` begin with its first and can be read once. */
export type OpenedTrace =
  | { readonly format: "transcript" | "azure-llm" | "mooncake"; readonly lines: Iterable<NumberedLine> }
  | { readonly format: "otel-genai" | "langsmith"; readonly records: Iterable<JsonRecord> };

export type TraceFormat = OpenedTrace["format"];

/**
 * Returns the format of a trace by how it begins: by the keys of the first object of JSON (`turns` is a transcript,
 * `hash_ids` Mooncake, `resourceSpans` or `spanId` OpenTelemetry, `run_type` LangSmith), else by a header with one of the
 * columns of Azure's. Names of files do not matter.
 *
 * Throws BadInputError when the file is missing, empty or none of these.
 */
export function openTrace(file: string): OpenedTrace {
  const head = readHead(file);
  const shape = detectJsonShape(head);
  if (shape !== null && "records" in shape) {
    return { format: shape.format, records: readJsonRecords(file, shape.records) };
  }
  const lines = readLines(file);
  if (shape !== null) return { format: shape.format, lines };
  const first = lines.next();
  if (first.done === true) {
    throw new BadInputError("trace-format", { subject: file, expected: "a trace", got: "an empty file" });
  }
  const cells = azureCells(first.value.text);
  if (!azureColumns.some((column) => cells.includes(column))) {
    throw new BadInputError("trace-format", {
      subject: `${file} line ${first.value.number}`,
      expected:
        "a multi-agent transcript or Mooncake trace (JSON lines), OpenTelemetry spans or LangSmith runs (JSON), " +
        `or the columns ${azureColumns.join(", ")}`,
      got: JSON.stringify(first.value.text.slice(0, 60)),
    });
  }
  return { format: "azure-llm", lines: prepend(first.value, lines) };
}

/** Returns the requests of an Azure or Mooncake trace, and what identifies them in a manifest. */
export function readRequestWorkload(file: string): RequestWorkload & { readonly digest: WorkloadDigest } {
  const trace = openTrace(file);
  const { format } = trace;
  if (format !== "azure-llm" && format !== "mooncake") {
    throw new BadInputError("trace-format", {
      subject: `${file}, as a workload`,
      expected: "requests with input and output tokens (Azure or Mooncake)",
      got: format === "transcript" ? "a multi-agent transcript" : "spans",
      remedy: "use agent import",
    });
  }
  const requests = format === "azure-llm" ? parseAzure(trace.lines, file) : parseMooncake(trace.lines, file);
  const workload = collectRequests(requests, format);
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

/** Returns the first bytes of the file, unpacked: at most one piece more than {@link HEAD_BYTES}. */
function readHead(file: string): Uint8Array {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for (const piece of readBytes(file)) {
    pieces.push(piece);
    size += piece.length;
    if (size >= HEAD_BYTES) break;
  }
  return Buffer.concat(pieces);
}

function* prepend(first: NumberedLine, rest: Iterable<NumberedLine>): Generator<NumberedLine> {
  yield first;
  yield* rest;
}
