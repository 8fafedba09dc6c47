// A trace that a user brings, as an experiment: what it shows, counted, and what each arm would change in it, by formula.

import { basename, resolve } from "node:path";
import {
  BadInputError,
  type Experiment,
  type Pause,
  requireName,
  type Setting,
  type UnitResult,
} from "#core";
import { calibrationRows, costFigures } from "../cost/figures.ts";
import { loadAgentScenario, scenarioFiles } from "../scenario-files.ts";
import { cannotTell, observedArm } from "./cannot-tell.ts";
import { type ImportOptions, runArms } from "./hop-tallies.ts";
import { importedCallUnits } from "./import-calls.ts";
import { callMetrics, requestMetrics } from "./import-metrics.ts";
import { importedRequestUnits, requestArms } from "./import-requests.ts";
import { importedRunUnits } from "./import-transcript.ts";
import { parseAzure } from "./parse-azure.ts";
import { parseLangsmithRun } from "./parse-langsmith.ts";
import { parseMooncake } from "./parse-mooncake.ts";
import { parseOtelSpan } from "./parse-otel.ts";
import { parseTranscript } from "./parse-transcript.ts";
import type { JsonRecord } from "./read-json-records.ts";
import { type OpenedTrace, openTrace, type TraceFormat } from "./read-workload.ts";
import type { TraceSpan } from "./trace-span.ts";

export interface AgentImport {
  readonly experiment: Experiment<"agent">;
  readonly format: TraceFormat;
  /** Returns what the trace leaves out, in sentences; the units are those of its experiment. */
  readonly cannotTell: (units: readonly UnitResult[]) => readonly string[];
}

/**
 * Returns the experiment of a trace file: one shard, arm `observed` with rows of kind `measured` (counted in the trace,
 * which is their source), the other arms `simulated` with the model and figures of the scenario `default`, to which
 * `settings` are applied (paths in them are relative to `folder`).
 *
 * Runs of a transcript, conversations and traces of spans are their groups; requests have none that could be known, so
 * minutes stand in. The file is read when the shard runs. Throws BadInputError for a file that is missing, empty or of no
 * known format, and for an arm that the format does not allow; the shard throws for the first record that is wrong.
 */
export function createImportExperiment(
  file: string,
  {
    arms: wanted,
    settings = [],
    folder = ".",
  }: {
    readonly arms?: readonly string[];
    readonly settings?: readonly Setting[];
    readonly folder?: string;
  } = {},
): AgentImport {
  const { format } = openTrace(file);
  const name = basename(file).replace(/(\.(jsonl?|csv|gz))+$/i, "") || "trace";
  const possible = [observedArm, ...formulaArms[format]];
  const arms = (wanted ?? possible).map((arm) =>
    requireName("unknown-arm", `arm for a trace of format ${format}`, arm, possible),
  );
  const scenario = { ...loadAgentScenario("default", settings, { folder }), name };
  const { file: _file, ...calibration } = scenario.calibration;
  const { model, cache, kv, summary } = scenario;
  const options = { name, arms, costs: { scenario, figures: costFigures(scenario) } };
  return {
    format,
    cannotTell: (units) => cannotTell(format, units),
    experiment: {
      name: "agent-import",
      domain: "agent",
      kind: "measured",
      source: basename(file),
      arms,
      metrics: format === "otel-genai" || format === "langsmith" ? callMetrics : requestMetrics,
      shards: [{ key: name, scenario: name, seed: null }],
      inputs: arms.some((arm) => arm !== observedArm) ? calibrationRows("agent-import", scenario) : [],
      config: { format, arms, model, calibration, cache, kv, summary },
      inputFiles: [resolve(file), ...scenarioFiles(scenario)],
      runShard: async (_, { pause } = {}) => {
        const trace = openTrace(file);
        if (trace.format === format)
          return { units: await readUnits(trace, file, options, pause), tables: {} };
        throw new BadInputError("trace-file", {
          subject: file,
          expected: `a file of format ${format}`,
          got: trace.format,
        });
      },
    },
  };
}

function readUnits(
  trace: OpenedTrace,
  file: string,
  options: ImportOptions,
  pause?: Pause,
): Promise<readonly UnitResult<"agent">[]> {
  switch (trace.format) {
    case "transcript":
      return importedRunUnits(parseTranscript(trace.lines, file), options, pause);
    case "azure-llm":
      return importedRequestUnits(parseAzure(trace.lines, file), options, pause);
    case "mooncake":
      return importedRequestUnits(parseMooncake(trace.lines, file), options, pause);
    case "otel-genai":
      return importedCallUnits(otelSpans(trace.records), file, options, pause);
    case "langsmith":
      return importedCallUnits(langsmithSpans(trace.records), file, options, pause);
  }
}

function* otelSpans(records: Iterable<JsonRecord>): Generator<TraceSpan> {
  for (const record of records) yield parseOtelSpan(record);
}

function* langsmithSpans(records: Iterable<JsonRecord>): Generator<TraceSpan> {
  for (const record of records) yield* parseLangsmithRun(record);
}

const formulaArms: Readonly<Record<TraceFormat, readonly string[]>> = {
  transcript: runArms,
  mooncake: requestArms,
  "azure-llm": [],
  "otel-genai": runArms,
  langsmith: runArms,
};
