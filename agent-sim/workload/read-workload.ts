// A trace file: its format by content, its requests as a workload.
import { BadInputError, type KpiRow } from "#core";
import { detectJsonLayout, HEAD_BYTES } from "./json-layout.ts";
import { azureCells, azureColumns, parseAzure } from "./parse-azure.ts";
import { type MooncakeOptions, parseMooncake } from "./parse-mooncake.ts";
import { type JsonRecord, readJsonRecords } from "./read-json-records.ts";
import { type NumberedLine, readLines } from "./read-lines.ts";
import type { RecordKind } from "./record-kind.ts";
import { collectRequests, type RequestWorkload } from "./request-workload.ts";
import { createSetAside, type SetAside } from "./set-aside.ts";
import { readTextBytes } from "./text-bytes.ts";

/** A file whose format is known; `lines` and `records` begin with its first and can be read once. */
export type OpenedTrace =
  | { readonly format: "azure-llm"; readonly lines: Iterable<NumberedLine> }
  | { readonly format: Exclude<TraceFormat, "azure-llm">; readonly records: Iterable<JsonRecord> };

export type TraceFormat =
  | "transcript"
  | "azure-llm"
  | "mooncake"
  | "otel-genai"
  | "langsmith"
  | "langfuse"
  | "openai-agents"
  | "claude-code";

const formats: Readonly<Record<RecordKind, Exclude<TraceFormat, "azure-llm">>> = {
  span: "otel-genai",
  "jaeger-span": "otel-genai",
  "langsmith-run": "langsmith",
  "langfuse-observation": "langfuse",
  "openai-agents": "openai-agents",
  "claude-code": "claude-code",
  transcript: "transcript",
  mooncake: "mooncake",
};

/** What is read, for refusals. */
const readFormats =
  "OpenTelemetry spans (OTLP, console, Jaeger, Phoenix), LangSmith runs, Langfuse observations, traces of OpenAI Agents or logs of Claude Code as JSON, " +
  "a multi-agent transcript or Mooncake trace (JSON lines)";

/**
 * Returns the format of a trace by its first record (see `record-kind.ts`), wherever in the JSON it lies, or by a header with
 * one of the columns of Azure's. Names of files and envelopes do not matter. What the reader leaves out goes to `setAside`.
 *
 * Throws BadInputError when the file is missing, empty or none of these; a format that is known and not read is named, with
 * what to convert.
 */
export function openTrace(file: string, setAside: SetAside = createSetAside()): OpenedTrace {
  const { head, isWhole } = readHead(file);
  const layout = detectJsonLayout(head, isWhole);
  if (layout !== null && "by" in layout) {
    return { format: formats[layout.kind], records: readJsonRecords(file, layout, setAside) };
  }
  const refused = (subject: string, expected: string, got: string, remedy?: string): BadInputError =>
    new BadInputError("trace-format", {
      subject,
      expected,
      got,
      ...(remedy === undefined ? {} : { remedy }),
    });
  if (layout !== null) throw refused(file, readFormats, layout.name, layout.remedy);
  const lines = readLines(file);
  const first = lines.next();
  if (first.done === true) throw refused(file, "a trace", "an empty file");
  const cells = azureCells(first.value.text);
  if (!azureColumns.some((column) => cells.includes(column))) {
    throw refused(
      `${file} line ${first.value.number}`,
      `${readFormats}, or the columns ${azureColumns.join(", ")}`,
      JSON.stringify(first.value.text.slice(0, 60)),
    );
  }
  return { format: "azure-llm", lines: prepend(first.value, lines) };
}

/**
 * Returns the requests of an Azure or Mooncake trace, and what identifies them in a manifest. Throws BadInputError for another
 * format, for a file without usable requests, and for a Mooncake trace without a stated unit whose density no system has.
 */
export function readRequestWorkload({
  file,
  ...options
}: MooncakeOptions & { readonly file: string }): RequestWorkload & { readonly digest: WorkloadDigest } {
  const setAside = createSetAside();
  const trace = openTrace(file, setAside);
  const { format } = trace;
  if (format !== "azure-llm" && format !== "mooncake") {
    throw new BadInputError("trace-format", {
      subject: `${file}, as a workload`,
      expected: "requests with input and output tokens (Azure or Mooncake)",
      got: format === "transcript" ? "a multi-agent transcript" : "spans",
      remedy: "use agent import",
    });
  }
  const requests =
    format === "azure-llm"
      ? parseAzure(trace.lines, file, setAside)
      : parseMooncake(trace.records, file, options, setAside);
  const workload = collectRequests(requests, format);
  if (format === "mooncake") requirePlausible(file, options, workload);
  const sum = (values: Uint32Array): number => values.reduce((total, value) => total + value, 0);
  const { inputTokens, outputTokens } = workload;
  return {
    ...workload,
    digest: {
      format,
      requests: inputTokens.length,
      inputTokens: sum(inputTokens),
      outputTokens: sum(outputTokens),
      setAside: setAside.count("records"),
      ...options,
    },
  };
}

/** Returns the requests that a scenario takes from a file; null where it names none. */
export function readScenarioWorkload({
  workload,
}: {
  readonly workload?: (MooncakeOptions & { readonly file?: string | undefined }) | undefined;
}): ReturnType<typeof readRequestWorkload> | null {
  const file = workload?.file;
  return file === undefined ? null : readRequestWorkload({ ...workload, file });
}

/** Returns what was read of a workload file, and what was not, as rows of arm `input`. */
export function workloadRows(
  experiment: string,
  scenario: string,
  workload: ReturnType<typeof readScenarioWorkload>,
): readonly KpiRow<"agent">[] {
  if (workload === null) return [];
  const { requests, setAside } = workload.digest;
  return [["workload.requests", requests] as const, ["workload.setAside", setAside] as const].map(
    ([metric, value]) => ({
      experiment,
      domain: "agent",
      kind: "measured",
      scenario,
      arm: "input",
      metric,
      unit: "count",
      value,
      ci95: [null, null],
      n: 1,
      seeds: 0,
    }),
  );
}

/** What a manifest says of a workload instead of the name of its file. */
export interface WorkloadDigest extends MooncakeOptions {
  readonly format: RequestWorkload["format"];
  readonly requests: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Records that could not be read and are not among the requests. */
  readonly setAside: number;
}

/**
 * Requests a second that no published trace of a service reaches (Azure's of 2023 have 5, Mooncake's 3 to 7): a file of seconds
 * read as milliseconds does.
 */
const IMPLAUSIBLE_PER_S = 100;
/** Fewer may come at once. */
const FEWEST = 20;

/** Returns why the times of a Mooncake trace cannot be milliseconds, or null. */
export function implausibleDensity(requests: number, lastS: number): string | null {
  if (requests < FEWEST || requests <= IMPLAUSIBLE_PER_S * lastS) return null;
  const rate = lastS === 0 ? "all at once" : `${Math.round(requests / lastS)} a second`;
  return `${requests} requests within ${Number(lastS.toPrecision(4))} s, ${rate}`;
}

function requirePlausible(
  file: string,
  { timeUnit }: MooncakeOptions,
  { arrivalS }: Pick<RequestWorkload, "arrivalS">,
): void {
  const why =
    timeUnit === undefined ? implausibleDensity(arrivalS.length, arrivalS[arrivalS.length - 1]) : null;
  if (why === null) return;
  throw new BadInputError("trace-format", {
    subject: `${file}, timestamp`,
    expected: `milliseconds with at most ${IMPLAUSIBLE_PER_S} requests a second, or the unit said`,
    got: why,
    remedy: "say workload.timeUnit=s if they are seconds, workload.timeUnit=ms if the file is right",
  });
}

/** Returns the first bytes of the file as text, unpacked: at most one piece more than {@link HEAD_BYTES}. */
function readHead(file: string): { readonly head: Uint8Array; readonly isWhole: boolean } {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for (const piece of readTextBytes(file)) {
    pieces.push(piece);
    size += piece.length;
    if (size >= HEAD_BYTES) return { head: Buffer.concat(pieces), isWhole: false };
  }
  return { head: Buffer.concat(pieces), isWhole: true };
}

function* prepend(first: NumberedLine, rest: Iterable<NumberedLine>): Generator<NumberedLine> {
  yield first;
  yield* rest;
}
