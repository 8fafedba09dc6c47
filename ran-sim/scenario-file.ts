import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { applySettings, BadInputError, requireName, type Setting } from "#core";
import { parseRanScenario, type RanScenario } from "./scenario.ts";

/** The only file of the simulator that reads scenario files. */

const folder = new URL("./scenarios/", import.meta.url);

/** Returns the names of the scenarios that are shipped, in alphabetical order. */
export function ranScenarioNames(): readonly string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => file.slice(0, -".yaml".length))
    .sort();
}

/** Returns what lists of scenarios show; the summary is the first line of the file, a comment. */
export function ranScenarios(): readonly {
  readonly domain: "ran";
  readonly name: string;
  readonly summary: string;
}[] {
  return ranScenarioNames().map((name) => {
    const [first] = readFileSync(new URL(`${name}.yaml`, folder), "utf8").split("\n");
    return { domain: "ran", name, summary: first.replace(/^# */, "") };
  });
}

/**
 * Returns the scenario of a shipped name or of a YAML file, with `settings` put in place before it is parsed.
 * Throws a BadInputError for an unknown name (with the nearest one), a file that is missing or no YAML, and as
 * {@link parseRanScenario} does.
 */
export function loadRanScenario(nameOrPath: string, settings: readonly Setting[] = []): RanScenario {
  const isFile = /\.ya?ml$/.test(nameOrPath);
  if (!isFile) requireName("unknown-scenario", "scenario", nameOrPath, ranScenarioNames());
  const path = isFile ? nameOrPath : fileURLToPath(new URL(`${nameOrPath}.yaml`, folder));
  const subject = isFile ? nameOrPath : `scenario ${nameOrPath}`;
  if (!existsSync(path)) {
    throw new BadInputError("unknown-scenario", {
      subject,
      expected: "a YAML file",
      got: "no such file",
      remedy: `shipped scenarios: ${ranScenarioNames().join(", ")}`,
    });
  }
  const document = withName(readYaml(path, subject), basename(path).replace(/\.ya?ml$/, ""));
  return parseRanScenario(applySettings(document, settings), subject);
}

function readYaml(path: string, subject: string): unknown {
  try {
    return parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new BadInputError("bad-scenario-file", {
      subject,
      expected: "YAML",
      got: error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error),
    });
  }
}

/** A file without a `name` is called as the file is. */
function withName(document: unknown, name: string): unknown {
  if (document === null || document === undefined) return { name };
  if (typeof document !== "object" || Array.isArray(document)) return document;
  return { name, ...document };
}
