// Scenario files: the built-in ones by name, the user's by path.
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { applySettings, BadInputError, parseYaml, requireName, type Setting } from "#core";
import { parseCalibrationFile } from "./cost/calibration-file.ts";
import { type AgentScenario, parseAgentScenario } from "./scenario.ts";

const builtInFolder = fileURLToPath(new URL("./scenarios/", import.meta.url));

/** Files that a scenario names, by their place in it. */
const filePaths = ["document.file", "workload.file", "calibration.file"];

/** Returns the names of the built-in scenarios, sorted. */
export function agentScenarioNames(): readonly string[] {
  return readdirSync(builtInFolder)
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => file.slice(0, -".yaml".length))
    .sort();
}

/** A built-in scenario, for lists. */
export interface AgentScenarioSummary {
  readonly domain: "agent";
  readonly name: string;
  readonly summary: string;
}

/** Returns the built-in scenarios with what each is. */
export function agentScenarios(): readonly AgentScenarioSummary[] {
  return agentScenarioNames().map((name) => ({
    domain: "agent",
    name,
    summary: loadAgentScenario(name).description,
  }));
}

/**
 * Returns the scenario of a built-in name or a YAML file (a name with a dot or a slash is a path), with `settings`
 * applied. A document file is read into `document.text`, a calibration into `speeds`, whose model is then the scenario's.
 *
 * Paths in the file are relative to the file; `nameOrPath` and paths in settings to `folder`, default the current one.
 * Throws BadInputError for an unknown name, a missing file, broken YAML (with its line) and whatever the schema refuses.
 */
export function loadAgentScenario(
  nameOrPath: string,
  settings: readonly Setting[] = [],
  { folder = "." }: { readonly folder?: string } = {},
): AgentScenario {
  const isPath = /[./\\]/.test(nameOrPath);
  if (!isPath) requireName("unknown-scenario", "agent scenario", nameOrPath, agentScenarioNames());
  const file = isPath ? resolve(folder, nameOrPath) : resolve(builtInFolder, `${nameOrPath}.yaml`);
  const name = basename(file).replace(/\.ya?ml$/, "");
  const parsed = withName(
    parseYaml(readInputFile(file, nameOrPath, "unknown-scenario"), nameOrPath, "bad-scenario-file"),
    name,
  );
  const inFile = filePaths.flatMap((path) => {
    const value = valueAt(parsed, path);
    return typeof value === "string" ? [{ path, value: resolve(dirname(file), value) }] : [];
  });
  const resolved = settings.map(({ path, value }) =>
    filePaths.includes(path) && typeof value === "string"
      ? { path, value: resolve(folder, value) }
      : { path, value },
  );
  const scenario = withCalibration(
    parseAgentScenario(applySettings(applySettings(parsed, inFile), resolved), nameOrPath),
    nameOrPath,
  );
  const { file: documentFile, ...document } = scenario.document;
  if (documentFile === undefined) return scenario;
  const text = readInputFile(documentFile, `${nameOrPath}, document.file`, "bad-parameter");
  if (text.trim() === "") {
    throw new BadInputError("bad-parameter", {
      subject: `${nameOrPath}, document.file`,
      expected: "a text",
      got: "an empty file",
    });
  }
  return { ...scenario, document: { ...document, text } };
}

/** Returns the absolute paths of the files that runs of a scenario read, for a manifest; what a document holds is in it. */
export function scenarioFiles({ workload, calibration }: AgentScenario): readonly string[] {
  return [workload?.file, calibration.file].flatMap((file) => (file === undefined ? [] : [resolve(file)]));
}

/** Returns what decides the results of a scenario, for a manifest: its parameters, and the names of no files. */
export function withoutFiles(scenario: AgentScenario): unknown {
  const { graph: _graph, workload: _workload, calibration, ...parameters } = scenario;
  const { file: _file, ...figures } = calibration;
  return { ...parameters, calibration: figures };
}

function withCalibration(scenario: AgentScenario, nameOrPath: string): AgentScenario {
  const { file } = scenario.calibration;
  if (file === undefined) return scenario;
  const subject = `${nameOrPath}, calibration.file`;
  const speeds = parseCalibrationFile(readInputFile(file, subject, "bad-parameter"), subject);
  return { ...scenario, speeds, model: speeds.model };
}

function readInputFile(file: string, subject: string, code: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new BadInputError(code, {
      subject,
      expected: "a file that can be read",
      got: `${(error as NodeJS.ErrnoException).code} at ${file}`,
    });
  }
}

/** A file without a `name` is called as the file is. */
function withName(document: unknown, name: string): unknown {
  const isMap = typeof document === "object" && document !== null && !Array.isArray(document);
  return isMap ? { name, ...document } : document;
}

function valueAt(document: unknown, path: string): unknown {
  let current = document;
  for (const key of path.split(".")) current = (current as Record<string, unknown> | null | undefined)?.[key];
  return current;
}
