// The command line of an experiment: the whole of it, or its short form; progress and time left on stderr.
import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import type { Replay } from "./replay.ts";
import { studyReport } from "./report.ts";
import { joined, runStudy, type StudyResult } from "./run-study.ts";
import type { Study, StudyArm } from "./study.ts";

export interface ExperimentFiles {
  /** By name: what stands beside `results.md` and `results.jsonl`. */
  readonly figures: (result: StudyResult) => Readonly<Record<string, string>>;
  /** Stands before the tables. */
  readonly preface?: (result: StudyResult) => string;
}

const cache = fileURLToPath(new URL("../../../runs/experiments", import.meta.url));

/**
 * Runs a study when its module is the command that was started, and writes `results.md`, `results.jsonl` and the figures beside it;
 * with `--short` the short form, into `--out`. `--worlds N` takes the first N worlds only, `--trainings N` the first
 * N training seeds, `--threads N` as many threads.
 * Ctrl-C keeps what was finished; the same command goes on from it.
 */
export async function experimentCommand(
  moduleUrl: string,
  {
    full,
    short,
    added,
    files,
    replay,
    shortReplay,
    prefix = "",
  }: {
    readonly full: Study;
    readonly short: Study;
    /** Arms that were added after the others were run: on the same worlds, and joined to their results. */
    readonly added?: readonly StudyArm[];
    readonly files: ExperimentFiles;
    /** Traces in place of worlds, and fewer of them for the short form. */
    readonly replay?: Replay;
    readonly shortReplay?: Replay;
    /** Stands before the names of the results, where a folder has two experiments. */
    readonly prefix?: string;
  },
): Promise<void> {
  if (process.argv[1] === undefined || !isStarted(moduleUrl, process.argv[1])) return;
  const { values } = parseArgs({
    options: {
      short: { type: "boolean", default: false },
      worlds: { type: "string" },
      trainings: { type: "string" },
      threads: { type: "string", default: String(availableParallelism()) },
      out: { type: "string" },
    },
  });
  const study = values.short ? short : full;
  const traces = values.short ? shortReplay : replay;
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort());
  const run = (arms: readonly StudyArm[]): Promise<StudyResult> =>
    runStudy(
      {
        ...study,
        arms,
        seeds: study.seeds.slice(0, Number(values.worlds ?? study.seeds.length)),
        trainingSeeds: study.trainingSeeds.slice(0, Number(values.trainings ?? study.trainingSeeds.length)),
      },
      {
        ...(traces === undefined ? {} : { replay: traces }),
        threads: Number(values.threads),
        folder: cache,
        signal: stop.signal,
        nowS: () => performance.now() / 1000,
        onProgress: (text) => process.stderr.write(text),
      },
    );
  const runAll = async (): Promise<StudyResult> => {
    const result = await run(study.arms);
    return added === undefined || values.short ? result : joined(result, await run(added));
  };
  const result = await runAll().catch((error) => {
    if (!stop.signal.aborted) throw error;
    process.stderr.write("stopped; what was finished is kept, and the same command goes on from it\n");
    process.exit(130);
  });
  const here =
    values.out ??
    (values.short ? join(cache, `${study.slug}-short`) : fileURLToPath(new URL(".", moduleUrl)));
  mkdirSync(here, { recursive: true });
  const { preface = () => "" } = files;
  const all = {
    [`${prefix}results.md`]: `${preface(result)}${studyReport(result)}`,
    [`${prefix}results.jsonl`]: `${result.kpis.map((row) => JSON.stringify(row)).join("\n")}\n`,
    ...files.figures(result),
  };
  for (const [name, text] of Object.entries(all)) writeFileSync(join(here, name), text);
  process.stderr.write(`written to ${here}\n`);
}

/** Whether the started script is this module, with or without the entry that installs what is missing. */
function isStarted(moduleUrl: string, script: string): boolean {
  return moduleUrl === pathToFileURL(script).href || fileURLToPath(moduleUrl).endsWith(`/${script}`);
}
