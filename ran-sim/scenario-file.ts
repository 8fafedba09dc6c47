import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { applySettings, BadInputError, parseYaml, requireName, type Setting } from "#core";
import { checkPlan } from "./check-plan.ts";
import { parseRanScenario, type RanScenario } from "./scenario.ts";

/** The only file of the simulator that reads scenario files. */

const shipped = new URL("./scenarios/", import.meta.url);

/** Returns the names of the scenarios that are shipped, in alphabetical order. */
export function ranScenarioNames(): readonly string[] {
  return readdirSync(shipped)
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
    const [first] = readFileSync(new URL(`${name}.yaml`, shipped), "utf8").split("\n");
    return { domain: "ran", name, summary: first.replace(/^# */, "") };
  });
}

/**
 * Returns the scenario of a shipped name or of a YAML file, with `settings` put in place before it is parsed. Files that
 * it names are sought from the folder of the YAML file, or, with a shipped name, from where the user stands.
 *
 * Throws a BadInputError for an unknown name (with the nearest one), a file that is missing, empty or no YAML, as
 * {@link parseRanScenario} does, and for files, layout and mobility that do not go together: nothing runs before all is
 * known to be legal.
 */
export function loadRanScenario(nameOrPath: string, settings: readonly Setting[] = []): RanScenario {
  const isFile = /\.ya?ml$/.test(nameOrPath);
  if (!isFile) requireName("unknown-scenario", "scenario", nameOrPath, ranScenarioNames());
  const path = isFile ? nameOrPath : fileURLToPath(new URL(`${nameOrPath}.yaml`, shipped));
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
  const folder = isFile ? dirname(resolve(path)) : (process.env.INIT_CWD ?? process.cwd());
  const scenario = withFiles(parseRanScenario(applySettings(document, settings), subject), folder);
  checkPlan(scenario, subject);
  return scenario;
}

/** Returns the paths of the files that a scenario names: sites, a radio map, recorded tracks. */
export function scenarioFiles({ layout, mobility }: RanScenario): readonly string[] {
  const parts: readonly (object | undefined)[] = [
    layout,
    mobility.model,
    ...(mobility.groups ?? []).map(({ model }) => model),
  ];
  return parts.flatMap((part) =>
    part !== undefined && "file" in part && typeof part.file === "string" ? [resolve(part.file)] : [],
  );
}

/** Returns the scenario with the paths of the files that it names made absolute. */
function withFiles(scenario: RanScenario, folder: string): RanScenario {
  const { layout, mobility } = scenario;
  const here = <T extends object>(part: T): T =>
    "file" in part && typeof part.file === "string" ? { ...part, file: resolve(folder, part.file) } : part;
  return {
    ...scenario,
    layout: here(layout),
    mobility: {
      ...mobility,
      model: here(mobility.model),
      ...(mobility.groups === undefined
        ? {}
        : {
            groups: mobility.groups.map((group) =>
              group.model === undefined ? group : { ...group, model: here(group.model) },
            ),
          }),
    },
  };
}

function readYaml(path: string, subject: string): unknown {
  const document = parseYaml(readScenario(path, subject), subject, "bad-scenario-file");
  if (document !== null && document !== undefined) return document;
  throw new BadInputError("bad-scenario-file", {
    subject,
    expected: "a scenario with at least one key",
    got: "an empty file, or comments alone",
    remedy: "hex-uma is shipped by that name; a file that means it says name: hex-uma",
  });
}

function readScenario(path: string, subject: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new BadInputError("bad-scenario-file", {
      subject,
      expected: "a file that can be read",
      got: (error as NodeJS.ErrnoException).code ?? String(error),
    });
  }
}

/** A file without a `name` is called as the file is. */
function withName(document: unknown, name: string): unknown {
  if (typeof document !== "object" || Array.isArray(document)) return document;
  return { name, ...document };
}
