import { existsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { type Command, Option } from "commander";
import { parse as parseYaml } from "yaml";
import { BadInputError, type Setting } from "#core";

/** The flags that all experiments share, parsed. */
export interface RunFlags {
  readonly arms?: readonly string[];
  readonly seeds: readonly number[];
  /** One list of settings for each point of the sweep; one empty list without `--set`. */
  readonly sweep: readonly (readonly Setting[])[];
  readonly out?: string;
  readonly resume?: string;
  readonly dryRun: boolean;
  readonly json: boolean;
  /** Rows on standard output while the run goes on. */
  readonly stream: boolean;
  /** KPIs of the user's own, each `name = expression`. */
  readonly kpis: readonly string[];
  /** Every row in tables for people, not the headline only. */
  readonly all: boolean;
  readonly quiet: boolean;
}

/** Adds the shared flags to a command. `seeds` is the default number of seeds; null for replay, which has none. */
export function addRunFlags(command: Command, { seeds }: { readonly seeds: number | null }): Command {
  command.option("--arms <a,b>", "arms to run, separated by commas (see baton arms)");
  if (seeds !== null) {
    command
      .option("--seeds <n>", `how many worlds (default ${seeds})`)
      .option("--first-seed <k>", "first seed (default 1)")
      .option("--seed <k>", "one world: the same as --first-seed k --seeds 1");
  }
  return command
    .option(
      "--set <path=value>",
      "override a parameter, repeatable; a comma list sweeps it: payload.bytes=8,32,128",
      (setting: string, earlier: readonly string[]) => [...earlier, setting],
      [] as readonly string[],
    )
    .addOption(kpiOption())
    .option("--out <folder>", "where runs are stored (default runs/)")
    .option("--resume <run>", "go on with a run that was stopped")
    .option("--dry-run", "print size and time estimate, run nothing")
    .option("--json", "print one JSON document")
    .option("--all", "show every metric, breakdown and input, not the headline only")
    .option("--quiet", "no progress");
}

/** Returns the flag that has rows written as worlds finish. */
export function streamOption(): Option {
  return new Option("--stream", "print the KPI rows as worlds finish, one JSON object a line").conflicts(
    "json",
  );
}

/** Returns the flag of the user's own KPIs, which repeats; its value is a list of texts. */
export function kpiOption(): Option {
  return new Option(
    "--kpi <name=expression>",
    "a KPI of your own, repeatable: 'cost = handoversPerUeMinute * 0.2 + failuresPerHandover * 5'",
  )
    .argParser((formula: string, earlier: readonly string[]) => [...earlier, formula])
    .default([] as readonly string[]);
}

/** Returns the shared flags of a command's options. Throws a BadInputError for a value that cannot be meant. */
export function parseRunFlags(options: Record<string, unknown>, defaultSeeds: number): RunFlags {
  return {
    ...(options.arms === undefined ? {} : { arms: parseNames("--arms", String(options.arms)) }),
    seeds: parseSeeds(options, defaultSeeds),
    sweep: parseSweep((options.set ?? []) as readonly string[]),
    kpis: (options.kpi ?? []) as readonly string[],
    ...(options.out === undefined ? {} : { out: parseOut(String(options.out)) }),
    ...(options.resume === undefined ? {} : { resume: String(options.resume) }),
    dryRun: options.dryRun === true,
    json: options.json === true,
    stream: options.stream === true,
    all: options.all === true,
    quiet: options.quiet === true,
  };
}

function parseOut(folder: string): string {
  if (folder.trim() !== "") return folder;
  throw new BadInputError("bad-flag", { subject: "flag --out", expected: "a folder", got: "nothing" });
}

/** Returns the names of a comma list, each by its name of now (`current`) and once. */
export function parseNames(
  flag: string,
  text: string,
  current: (name: string) => string = (name) => name,
): readonly string[] {
  const names = text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "")
    .map(current);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (names.length === 0 || twice !== undefined) {
    throw new BadInputError("bad-flag", {
      subject: `flag ${flag}`,
      expected: "names separated by commas, each once",
      got: twice === undefined ? `"${text}"` : `"${twice}" twice`,
    });
  }
  return names;
}

function parseSeeds(options: Record<string, unknown>, defaultSeeds: number): readonly number[] {
  if (options.seed !== undefined && (options.seeds !== undefined || options.firstSeed !== undefined)) {
    throw new BadInputError("bad-flag", {
      subject: "flag --seed",
      expected: "--seed alone, or --first-seed and --seeds",
      got: "both",
    });
  }
  const single = options.seed !== undefined;
  const count = single ? 1 : wholeNumber("--seeds", options.seeds ?? defaultSeeds, 1, 100_000);
  const first = wholeNumber(
    single ? "--seed" : "--first-seed",
    single ? options.seed : (options.firstSeed ?? 1),
    0,
    2 ** 32 - count,
  );
  return Array.from({ length: count }, (_, i) => first + i);
}

/** Returns a flag's whole number in [lowest, highest]. */
export function wholeNumber(flag: string, value: unknown, lowest: number, highest: number): number {
  const text = String(value);
  const number = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= lowest && number <= highest)) {
    throw new BadInputError("bad-flag", {
      subject: `flag ${flag}`,
      expected: `a whole number from ${lowest} to ${highest}`,
      got: `"${text}"`,
    });
  }
  return number;
}

/** Returns every combination of the values of `path=v1,v2` settings, the last one varying fastest. */
export function parseSweep(texts: readonly string[]): readonly (readonly Setting[])[] {
  let points: readonly (readonly Setting[])[] = [[]];
  const paths = new Set<string>();
  for (const text of texts) {
    const match = /^([^=\s]+)=(.+)$/s.exec(text);
    if (match === null) {
      throw new BadInputError("bad-flag", {
        subject: "flag --set",
        expected: "path=value",
        got: `"${text}"`,
      });
    }
    const [, path, list] = match;
    if (paths.has(path)) throw twice("--set", `the path ${path}`);
    paths.add(path);
    const values = /^[[{"']/.test(list) ? [list] : list.split(",");
    const repeated = values.find((value, i) => values.indexOf(value) !== i);
    if (repeated !== undefined) throw twice(`--set ${path}`, `the value ${repeated}`);
    points = points.flatMap((point) =>
      values.map((value) => [...point, { path, value: scalar(text, value) }]),
    );
  }
  return points;
}

function twice(flag: string, what: string): BadInputError {
  return new BadInputError("bad-flag", {
    subject: `flag ${flag}`,
    expected: "each path once, and each value of a sweep once",
    got: `${what} twice`,
  });
}

function scalar(setting: string, text: string): unknown {
  try {
    return parseYaml(text);
  } catch {
    throw new BadInputError("bad-flag", {
      subject: `flag --set ${setting}`,
      expected: "a YAML value",
      got: `"${text}"`,
    });
  }
}

/** One combination of the values of a sweep. */
export interface SweepPoint {
  readonly settings: readonly Setting[];
  /** `/payload.bytes=32` for each varied parameter, so that its rows stand apart; empty without a sweep. */
  readonly suffix: string;
}

/** Returns the points of a sweep; a single one when nothing varies. */
export function sweepPoints(sweep: RunFlags["sweep"]): readonly SweepPoint[] {
  return sweep.map((settings) => {
    const varied = settings.filter(({ path, value }) =>
      sweep.some((other) => other.some((setting) => setting.path === path && setting.value !== value)),
    );
    return { settings, suffix: varied.map(({ path, value }) => `/${path}=${String(value)}`).join("") };
  });
}

/** For commands that take single settings only. */
export function refuseSweep(sweep: RunFlags["sweep"], command: string): void {
  if (sweep.length === 1) return;
  throw new BadInputError("bad-flag", {
    subject: "flag --set",
    expected: `one value a path with ${command}`,
    got: `a sweep of ${sweep.length} points`,
  });
}

/** Throws a BadInputError where no file can be written: said before work that takes minutes, not after it. */
export function requireFile(path: string): void {
  const folder = dirname(path);
  const got = !existsSync(folder)
    ? `${folder} is not there`
    : !statSync(folder).isDirectory()
      ? `${folder} is a file`
      : existsSync(path) && statSync(path).isDirectory()
        ? `${path} is a folder`
        : null;
  if (got === null) return;
  throw new BadInputError("bad-flag", {
    subject: "flag --out",
    expected: "a file in a folder that exists",
    got,
  });
}
