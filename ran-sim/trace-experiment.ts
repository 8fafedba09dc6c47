import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { applySettings, BadInputError, type Experiment, type Setting } from "#core";
import { createDriveTestExperiment } from "./drive-test-experiment.ts";
import { createReplayExperiment } from "./replay-experiment.ts";
import { parseRanScenario } from "./scenario.ts";
import { type ColumnTexts, columnsBeside } from "./trace/column-map.ts";
import { readTraces } from "./trace/read-traces.ts";
import { driveNotes, multiCellNotes, setAsideNotes } from "./trace/trace-notes.ts";

/** An experiment, and what of the files was changed or left out: one line each, for the user to see. */
export type TraceExperiment = Experiment<"ran"> & { readonly notes: readonly string[] };

/**
 * Returns the experiment on the traces of a file or folder, called as it is: closed loop for multi-cell traces, open
 * loop for drive tests. `settings` change the rules' parameters of the default scenario; `columns`, or a file of them beside
 * the traces, say which column of a table is which field of a drive test.
 *
 * Throws a BadInputError for what cannot be read or parsed, for unknown arms, and for `compat` on a drive test.
 */
export function createTraceExperiment(
  path: string,
  options: {
    readonly compat?: boolean;
    readonly arms?: readonly string[];
    readonly settings?: readonly Setting[];
    readonly source?: string;
    readonly columns?: ColumnTexts;
  } = {},
): TraceExperiment {
  const { compat = false, settings = [], arms, source } = options;
  const bare = basename(path).replace(/(\.(csv|jsonl|gz|zip))+$/i, "");
  const name = bare.replaceAll(/[/=]/g, "-") || "traces";
  const scenario = parseRanScenario(applySettings({ name }, settings), "--set");
  const beside = options.columns === undefined && existsSync(path) ? columnsBeside(path) : null;
  const columns = options.columns ?? beside?.texts;
  const input = readTraces(path, columns === undefined ? {} : { columns });
  const shared = {
    name,
    scenario,
    ...(arms === undefined ? {} : { arms }),
    ...(source === undefined ? {} : { source }),
  };
  const inputFiles = [...traceFiles(resolve(path)), ...(beside === null ? [] : [resolve(beside.file)])];
  const setAside = setAsideNotes(input.setAside);
  if (input.kind === "multi-cell") {
    const { traces } = input;
    const notes = [...multiCellNotes(traces, { compat }), ...setAside];
    return { ...createReplayExperiment({ ...shared, traces, compat }), inputFiles, notes };
  }
  if (compat) {
    throw new BadInputError("trace-format", {
      subject: `${path} with --compat`,
      expected: "multi-cell traces, on which a policy can be run closed loop",
      got: "drive tests",
      remedy: "replay them without --compat",
    });
  }
  const { drives } = input;
  const experiment = createDriveTestExperiment({
    ...shared,
    drives,
    setAside: input.setAside,
    ...(columns === undefined ? {} : { columns }),
  });
  return { ...experiment, inputFiles, notes: [...driveNotes(drives), ...setAside] };
}

/** Returns the files that traces were read from, and the file that groups them. */
function traceFiles(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((name) => name === "groups.json" || /\.(csv|jsonl|gz|zip)$/i.test(name))
    .map((name) => join(path, name))
    .filter((file) => statSync(file).isFile());
}
