// A trace that a user brings, as an experiment: what it shows, counted, and what each arm would change in it, by formula.

import { basename, resolve } from "node:path";
import {
  BadInputError,
  type Experiment,
  type Pause,
  requireName,
  type Setting,
  type ShardResult,
  type TableRow,
  type UnitResult,
} from "#core";
import { calibrationRows, costFigures } from "../cost/figures.ts";
import { importArms } from "../hand-off/arm-lists.ts";
import { agentArmNamesOf } from "../pipeline/former-arms.ts";
import { loadAgentScenario, scenarioFiles } from "../scenario-files.ts";
import { cannotTell, observedArm } from "./cannot-tell.ts";
import type { ImportOptions } from "./hop-tallies.ts";
import { importedCallUnits } from "./import-calls.ts";
import { callMetrics, requestMetrics, setAsideMetrics } from "./import-metrics.ts";
import { importedRequestUnits, requestArms } from "./import-requests.ts";
import { importedRunUnits } from "./import-transcript.ts";
import { parseAzure } from "./parse-azure.ts";
import { type MooncakeOptions, parseMooncake } from "./parse-mooncake.ts";
import { parseTranscript } from "./parse-transcript.ts";
import { readSpans } from "./read-spans.ts";
import { implausibleDensity, type OpenedTrace, openTrace, type TraceFormat } from "./read-workload.ts";
import type { TracedRequest } from "./request-workload.ts";
import { createSetAside, type SetAside } from "./set-aside.ts";
import { createUnreadNames } from "./unread-names.ts";

export interface AgentImport {
  readonly experiment: Experiment<"agent">;
  readonly format: TraceFormat;
  /** Returns what the trace leaves out, in sentences; units and rows of the table `events` are those of its experiment. */
  readonly cannotTell: (units: readonly UnitResult[], events: readonly TableRow[]) => readonly string[];
}

/**
 * Returns the experiment of a trace file: one shard, arm `observed` with rows of kind `measured` (counted in the trace,
 * which is their source), the other arms `simulated` with the model and figures of the scenario `default`, to which
 * `settings` are applied (paths in them are relative to `folder`).
 *
 * Runs of a transcript, conversations and traces of spans are their groups; requests have none that could be known, so
 * minutes stand in. The file is read when the shard runs. What it leaves out is counted: by sort in rows of arm `observed`, by
 * reason in the table `events`. Throws BadInputError for a file that is missing, empty or of no known format, and for an arm
 * that the format does not allow; the shard throws for a file in which nothing can be used.
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
  const arms = agentArmNamesOf(wanted ?? possible).map((arm) =>
    requireName("unknown-arm", `arm for a trace of format ${format}`, arm, possible),
  );
  const scenario = { ...loadAgentScenario("default", settings, { folder }), name };
  const { file: _file, ...calibration } = scenario.calibration;
  const { model, cache, kv, summary } = scenario;
  const options = { name, arms, costs: { scenario, figures: costFigures(scenario) } };
  return {
    format,
    cannotTell: (units, events) => cannotTell(format, units, events),
    experiment: {
      name: "agent-import",
      domain: "agent",
      kind: "measured",
      source: basename(file),
      arms,
      metrics: [...setAsideMetrics, ...(isOfSpans(format) ? callMetrics : requestMetrics)],
      shards: [{ key: name, scenario: name, seed: null }],
      inputs: arms.some((arm) => arm !== observedArm) ? calibrationRows("agent-import", scenario) : [],
      config: { format, arms, model, calibration, cache, kv, summary },
      inputFiles: [resolve(file), ...scenarioFiles(scenario)],
      runShard: async (_, { pause } = {}) => {
        const setAside = createSetAside();
        const trace = openTrace(file, setAside);
        if (trace.format === format) return readShard(trace, file, options, setAside, pause);
        throw new BadInputError("trace-file", {
          subject: file,
          expected: `a file of format ${format}`,
          got: trace.format,
        });
      },
    },
  };
}

async function readShard(
  trace: OpenedTrace,
  file: string,
  options: ImportOptions,
  setAside: SetAside,
  pause?: Pause,
): Promise<ShardResult<"agent">> {
  const unread = createUnreadNames();
  const units = await readUnits(trace, file, options, { setAside, unread }, pause);
  const { name, arms } = options;
  const total = (sum: number) => ({ sum, weight: 1 });
  const left: readonly UnitResult<"agent">[] = arms.includes(observedArm)
    ? [
        {
          domain: "agent",
          scenario: name,
          arm: observedArm,
          seed: null,
          unit: "file",
          group: "file",
          tallies: {
            "setAside.records": total(setAside.count("records")),
            "setAside.values": total(setAside.count("values")),
            "setAside.other": total(setAside.count("other")),
          },
        },
      ]
    : [];
  const unreadRows = unread
    .list()
    .map((reason) => ({ scenario: name, event: "unread-name", reason, count: 1, place: null }));
  return { units: [...units, ...left], tables: { events: [...setAside.rows(name), ...unreadRows] } };
}

function readUnits(
  trace: OpenedTrace,
  file: string,
  options: ImportOptions,
  reading: Parameters<typeof readSpans>[1],
  pause?: Pause,
): Promise<readonly UnitResult<"agent">[]> {
  const { setAside } = reading;
  switch (trace.format) {
    case "transcript":
      return importedRunUnits(parseTranscript(trace.records, file, setAside), options, pause);
    case "azure-llm":
      return importedRequestUnits(parseAzure(trace.lines, file, setAside), options, pause);
    case "mooncake": {
      const said = options.costs.scenario.workload ?? {};
      const requests = parseMooncake(trace.records, file, said, setAside);
      return importedRequestUnits(noteDensity(requests, said, setAside), options, pause);
    }
    default:
      return importedCallUnits(readSpans(trace.records, reading), file, options, setAside, {
        isLangsmith: trace.format === "langsmith",
        pause,
      });
  }
}

/** Notes times that come too densely to be milliseconds; only minutes as groups of the intervals depend on them here. */
function* noteDensity(
  requests: Iterable<TracedRequest>,
  { timeUnit }: MooncakeOptions,
  setAside: SetAside,
): Generator<TracedRequest> {
  let count = 0;
  let lastS = 0;
  for (const request of requests) {
    count++;
    lastS = request.arrivalS;
    yield request;
  }
  const why = timeUnit === undefined ? implausibleDensity(count, lastS) : null;
  if (why === null) return;
  setAside.note(
    `timestamps read as milliseconds, and implausibly dense as such (${why}): say --set workload.timeUnit=s if they are seconds`,
  );
}

function isOfSpans(format: TraceFormat): boolean {
  return format !== "transcript" && format !== "azure-llm" && format !== "mooncake";
}

const formulaArms: Readonly<Record<TraceFormat, readonly string[]>> = {
  transcript: importArms,
  mooncake: requestArms,
  "azure-llm": [],
  "otel-genai": importArms,
  langsmith: importArms,
  langfuse: importArms,
  "openai-agents": importArms,
  "claude-code": importArms,
};
