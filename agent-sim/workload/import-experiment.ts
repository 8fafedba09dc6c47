// A trace that a user brings, as an experiment: what it shows, counted, and what each arm would change in it, by formula.

import { basename, resolve } from "node:path";
import { BadInputError, type Experiment, type MetricDefinition, requireName, type UnitResult } from "#core";
import { calibrationRows, costFigures } from "../cost/figures.ts";
import { loadAgentScenario } from "../scenario-files.ts";
import { importedRequestUnits, requestArms } from "./import-requests.ts";
import { importedRunUnits, transcriptArms } from "./import-transcript.ts";
import { parseAzure } from "./parse-azure.ts";
import { parseMooncake } from "./parse-mooncake.ts";
import { parseTranscript } from "./parse-transcript.ts";
import { openTrace, type TraceFormat } from "./read-workload.ts";

/** The arm of what the trace itself shows. */
export const observedArm = "observed";

export interface AgentImport {
  readonly experiment: Experiment<"agent">;
  readonly format: TraceFormat;
  /** What the format leaves out, in sentences. */
  readonly cannotTell: readonly string[];
}

/** What an import reports; a format that cannot tell a metric has no row of it. */
export const importMetrics: readonly MetricDefinition[] = [
  { metric: "runs", unit: "count", pooling: { by: "total" } },
  { metric: "handOffs", unit: "count", pooling: { by: "total" } },
  { metric: "requests", unit: "count", pooling: { by: "total" } },
  { metric: "rereadFactor", unit: "1", pooling: { by: "ratio" } },
  { metric: "inputTokensPerRequest", unit: "tokens", pooling: { by: "ratio" } },
  { metric: "outputTokensPerRequest", unit: "tokens", pooling: { by: "ratio" } },
  // Nothing in a trace says what a cache did: these two are what an unbounded one would give.
  { metric: "rereadTokensPerRequest", unit: "tokens", pooling: { by: "ratio" }, kind: "simulated" },
  { metric: "cacheReadShare", unit: "1", pooling: { by: "ratio" }, kind: "simulated" },
  { metric: "prefillTokensPerHop", unit: "tokens", pooling: { by: "ratio" } },
  { metric: "flopsPerHop", unit: "FLOP", pooling: { by: "ratio" } },
  { metric: "wireBytesPerHop", unit: "B", pooling: { by: "ratio" } },
  { metric: "timeToFirstTokenMs.p50", unit: "ms", pooling: { by: "quantile", q: 0.5 } },
  { metric: "timeToFirstTokenMs.p95", unit: "ms", pooling: { by: "quantile", q: 0.95 } },
];

/**
 * Returns the experiment of a trace file: one shard, arm `observed` with rows of kind `measured` (counted in the trace,
 * which is their source), the other arms `simulated` with the model and figures of the scenario `default`.
 *
 * Runs of a transcript are its groups; requests have none that could be known, so minutes stand in. The file is read
 * when the shard runs. Throws BadInputError for a file that is missing, empty or of no known format, and for an arm that
 * the format does not allow; the shard throws for the first line that is wrong.
 */
export function createImportExperiment(
  file: string,
  { arms: wanted }: { readonly arms?: readonly string[] } = {},
): AgentImport {
  const { format } = openTrace(file);
  const name = basename(file).replace(/(\.(jsonl?|csv|gz))+$/i, "") || "trace";
  const possible = [observedArm, ...formulaArms(format)];
  const arms = (wanted ?? possible).map((arm) =>
    requireName("unknown-arm", `arm for a trace of format ${format}`, arm, possible),
  );
  const scenario = { ...loadAgentScenario("default"), name };
  const costs = { scenario, figures: costFigures(scenario) };
  const readUnits = (): readonly UnitResult<"agent">[] => {
    const { format: now, lines } = openTrace(file);
    if (now !== format) {
      throw new BadInputError("trace-file", {
        subject: file,
        expected: `a file of format ${format}`,
        got: now,
      });
    }
    switch (format) {
      case "transcript":
        return importedRunUnits(parseTranscript(lines, file), { name, arms, costs });
      case "azure-llm":
        return importedRequestUnits(parseAzure(lines, file), { name, arms, costs });
      case "mooncake":
        return importedRequestUnits(parseMooncake(lines, file), { name, arms, costs });
    }
  };
  return {
    format,
    cannotTell: cannotTell[format],
    experiment: {
      name: "agent-import",
      domain: "agent",
      kind: "measured",
      source: basename(file),
      arms,
      metrics: importMetrics,
      shards: [{ key: name, scenario: name, seed: null }],
      inputs: arms.some((arm) => arm !== observedArm) ? calibrationRows("agent-import", scenario) : [],
      config: { format, arms, model: scenario.model, calibration: scenario.calibration },
      inputFiles: [resolve(file)],
      runShard: () => ({ units: readUnits(), tables: {} }),
    },
  };
}

function formulaArms(format: TraceFormat): readonly string[] {
  switch (format) {
    case "transcript":
      return transcriptArms;
    case "mooncake":
      return requestArms;
    case "azure-llm":
      return [];
  }
}

const cannotTell: Readonly<Record<TraceFormat, readonly string[]>> = {
  transcript: [
    "what was really sent at a change of speaker: re-reading the whole run is what its definition assumes",
    "tokens of the agents' own prompts: they are counted as none",
    "tokens read from a cache, times, prices, and whether an answer was right",
    "bytes of the text: a character is counted as one byte, which is the least it can be",
  ],
  "azure-llm": [
    "which requests belong to one conversation or pipeline, so neither hand-offs nor anything read again",
    "what the inputs share, so no arm can be costed; as a workload it gives lengths to `agent run`",
    "time to first token, model, tokens read from a cache",
  ],
  mooncake: [
    "which requests belong to one conversation or pipeline, so a request stands for a hand-off",
    "what was really read from a cache: `cacheReadShare` is what an unbounded cache of 512-token blocks would give",
    "time to first token, model, and the text of the blocks",
  ],
};
