import { isDeepStrictEqual } from "node:util";
import {
  BadInputError,
  checkKpiRows,
  type Experiment,
  type KpiFormula,
  type KpiRow,
  type ShardResult,
  type TableName,
  type TableRow,
  type UnitResult,
  WriteError,
} from "#core";
import {
  changedInput,
  createRun,
  type OpenRun,
  type RunDescription,
  type RunManifest,
  resumeRun,
  runOnThreads,
} from "#core/node";
import { type Context, runsFolder } from "./context.ts";
import { printEstimate } from "./estimate.ts";
import { FailedError, InterruptedError } from "./failure.ts";
import type { RunFlags } from "./flags.ts";
import { formulaNames, formulasOf } from "./formulas.ts";
import { headline } from "./headline.ts";
import { describeRun, withoutResume } from "./manifest.ts";
import { byMetric, kpiBlocks } from "./print.ts";
import { duration, progressLine } from "./progress.ts";
import { resultRows } from "./result-rows.ts";
import { openRowStream } from "./row-stream.ts";

/** What a finished command hands on: the document that `--json` prints, and the units behind it. */
export interface Outcome {
  readonly manifest: RunManifest;
  readonly kpis: readonly KpiRow[];
  readonly timings: readonly KpiRow[];
  /** [experiment] */
  readonly units: readonly (readonly UnitResult[])[];
  /** [experiment] the user's own KPIs that it has. */
  readonly formulas: readonly (readonly KpiFormula[])[];
  /** Rows of the table `events`, of all experiments. */
  readonly events: readonly TableRow[];
}

/** The flags that {@link execute} reads. */
type ExecuteFlags = Pick<RunFlags, "out" | "resume" | "dryRun" | "json" | "quiet" | "kpis"> & {
  readonly stream?: boolean;
};

/**
 * Runs the experiments of one command, stores the run and prints the result. Returns null for `--dry-run`.
 * Throws BadInputError when `--resume` names a run of another command or one that another process is writing, InterruptedError on
 * Ctrl-C, and FailedError when the disk is full.
 */
export async function execute(
  context: Context,
  flags: ExecuteFlags,
  experiments: readonly Experiment[],
): Promise<Outcome | null> {
  const root = runsFolder(context, flags.out);
  const formulas = await formulasOf(experiments, flags.kpis);
  if (flags.dryRun) {
    await printEstimate(context, flags, experiments, root);
    return null;
  }
  const run = await startOrResume(context, flags.resume, experiments, root).catch((error) => {
    throw error instanceof WriteError
      ? new FailedError(`${error.message}; nothing was begun: make room, then give the same command again`)
      : error;
  });
  try {
    return await runAll(context, flags, experiments, formulas, run);
  } catch (error) {
    if (error instanceof BadInputError || error instanceof InterruptedError) throw error;
    const kept = await keptShards(context, experiments, run);
    if (error instanceof WriteError) throw new FailedError(`${error.message}; ${kept}`);
    context.note(`baton: ${kept}\n`);
    throw error;
  } finally {
    await run.release();
  }
}

async function runAll(
  context: Context,
  flags: Pick<ExecuteFlags, "quiet" | "stream">,
  experiments: readonly Experiment[],
  formulas: Outcome["formulas"],
  run: OpenRun,
): Promise<Outcome> {
  const stream = flags.stream === true ? openRowStream(context.out, context.nowS) : null;
  const timings: KpiRow[] = [];
  const units: (readonly UnitResult[])[] = [];
  const kpis: KpiRow[] = [];
  const tables: Record<TableName, TableRow[]> = { events: [], handovers: [] };
  for (const [index, experiment] of experiments.entries()) {
    const startedS = context.nowS();
    const rowsOf = (of: readonly UnitResult[]) => resultRows(experiment, of, formulas[index]);
    const results = await runShards(context, flags, run, index, experiment, (finished) => {
      stream?.offer(() => rowsOf(finished.flatMap((result) => result.units)).kpis);
    });
    const mine = results.flatMap((result) => result.units);
    units.push(mine);
    const rows = rowsOf(mine);
    kpis.push(...rows.kpis);
    timings.push(...rows.timings);
    stream?.settle(rows.kpis);
    timings.push(wallTime(experiment, context.nowS() - startedS));
    for (const { tables: own } of results) {
      // One by one: a world has more rows than a call takes arguments.
      for (const row of own.events ?? []) tables.events.push({ experiment: experiment.name, ...row });
      for (const row of own.handovers ?? []) tables.handovers.push({ experiment: experiment.name, ...row });
    }
  }
  checkKpiRows(kpis);
  await run.complete(
    {
      kpis,
      timings,
      units: experiments.flatMap((experiment, i) => unitRows(experiment, units[i])),
      ...tables,
    },
    context.now(),
  );
  return { manifest: run.manifest, kpis, timings, units, formulas, events: tables.events };
}

/** Prints an outcome: one JSON document, or blocks for people; nothing more where rows were streamed. `extra` joins the document. */
export function printOutcome(
  context: Context,
  flags: Pick<RunFlags, "json" | "all" | "quiet"> & { readonly stream?: boolean },
  outcome: Outcome,
  extra: Readonly<Record<string, unknown>> = {},
): void {
  const { manifest, kpis, timings, formulas } = outcome;
  if (flags.json) {
    context.out(JSON.stringify({ manifest, kpis, timings, ...extra }));
    return;
  }
  if (flags.stream === true) {
    if (!flags.quiet) context.note(`Stored as run ${manifest.id} (${duration(manifest.wallTimeS)}).\n`);
    return;
  }
  const { shown, leftOut } = flags.all ? { shown: kpis, leftOut: 0 } : headline(kpis, formulaNames(formulas));
  context.out(kpiBlocks(byMetric(shown)));
  if (flags.quiet) return;
  const more = leftOut === 0 ? "" : `${leftOut} more rows with --all, --json or baton query. `;
  context.note(`\n${more}Stored as run ${manifest.id} (${duration(manifest.wallTimeS)}).\n`);
}

async function startOrResume(
  context: Context,
  resume: string | undefined,
  experiments: readonly Experiment[],
  root: string,
): Promise<OpenRun> {
  const description = await describeRun(context, experiments);
  if (resume === undefined) return createRun(root, description);
  const run = await resumeRun(root, resume);
  try {
    requireSameRun(run.manifest, description);
    return run;
  } catch (error) {
    await run.release();
    throw error;
  }
}

/** Throws a BadInputError when a stored run cannot go on as what is asked for now. */
function requireSameRun(stored: RunManifest, description: RunDescription): void {
  const subject = `run ${stored.id}`;
  const same = isDeepStrictEqual(stored.experiments, JSON.parse(JSON.stringify(description.experiments)));
  const sameCode =
    stored.gitRevision === description.gitRevision &&
    isDeepStrictEqual(stored.versions, description.versions);
  if (!stored.complete && same && !sameCode) {
    throw new BadInputError("cannot-resume", {
      subject,
      expected: `the code that it began with (${stored.gitRevision ?? "no revision"}, ${versionText(stored)})`,
      got: `${description.gitRevision ?? "no revision"}, ${versionText(description)}`,
      remedy: "run it again from the start, so that all of its numbers come from one version",
    });
  }
  if (stored.complete || !same) {
    throw new BadInputError("cannot-resume", {
      subject,
      expected: stored.complete
        ? "a run that was stopped"
        : "the same experiment, arms, seeds and parameters",
      got: stored.complete ? "a complete one" : `the run of: baton ${stored.command.join(" ")}`,
    });
  }
  const changed = changedInput(stored.inputs, description.inputs);
  if (changed !== null) {
    throw new BadInputError("cannot-resume", {
      subject: `${subject}, input file ${changed.path}`,
      expected: changed.expected,
      got: changed.got,
      remedy: "put the file back, or run it again from the start",
    });
  }
}

function versionText({ versions }: Pick<RunManifest, "versions">): string {
  return Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(", ");
}

async function runShards(
  context: Context,
  flags: Pick<RunFlags, "quiet">,
  run: OpenRun,
  index: number,
  experiment: Experiment,
  heard: (finished: readonly ShardResult[]) => void,
): Promise<readonly ShardResult[]> {
  const finished = await run.finishedShards(index);
  if (finished.damaged.length > 0) {
    const { damaged } = finished;
    context.note(
      `run ${run.manifest.id}: ${damaged.length} of its shards ${damaged.length === 1 ? "is" : "are"} not what was written ` +
        `and run again: ${damaged.map((name) => `shards/${name}`).join(", ")}\n`,
    );
  }
  const progress = progressLine(context, flags.quiet);
  const byKey = new Map(finished.results);
  let lastS = context.nowS();
  try {
    return await runOnThreads(experiment, {
      threads: context.threads,
      finished: finished.results,
      save: async (shard, result) => {
        const nowS = context.nowS();
        await run.saveShard(index, shard, result, nowS - lastS);
        lastS = nowS;
        byKey.set(shard.key, result);
        // In the experiment's order, whoever was first: equal worlds then make equal rows.
        heard(experiment.shards.flatMap(({ key }) => byKey.get(key) ?? []));
      },
      onProgress: progress.show,
      nowS: context.nowS,
      signal: context.signal,
    });
  } catch (error) {
    if (!context.signal.aborted) throw error;
    throw new InterruptedError(`interrupted: ${await keptShards(context, [experiment], run, index)}`);
  } finally {
    progress.end();
  }
}

/** Returns what is kept of a run that has not ended, of the experiments from number `first`, and the command that goes on. */
async function keptShards(
  context: Context,
  experiments: readonly Experiment[],
  run: OpenRun,
  first = 0,
): Promise<string> {
  const parts = await Promise.all(
    experiments.map(async ({ name, shards }, index) => {
      const { results } = await run.finishedShards(first + index);
      return `${results.size} of ${shards.length} shards of ${name}`;
    }),
  );
  const words = withoutResume(context.argv).map((word) => (/[\s"'$*]/.test(word) ? `'${word}'` : word));
  const { id } = run.manifest;
  return `${parts.join(" and ")} are kept in run ${id}; go on with: npm run -s baton -- ${words.join(" ")} --resume ${id}`;
}

function wallTime(experiment: Experiment, seconds: number): KpiRow {
  return {
    experiment: experiment.name,
    domain: experiment.domain,
    kind: "measured",
    scenario: experiment.shards[0]?.scenario ?? experiment.name,
    arm: "all",
    metric: "wallTimeS",
    unit: "s",
    value: seconds,
    ci95: [null, null],
    n: experiment.shards.length,
    seeds: new Set(experiment.shards.map(({ seed }) => seed).filter((seed) => seed !== null)).size,
  };
}

/** Returns the units as rows of the store: one a unit and metric; samples are kept as their number only. */
function unitRows({ name, domain, metrics }: Experiment, units: readonly UnitResult[]): TableRow[] {
  const definitions = new Map(metrics.map((definition) => [definition.metric, definition]));
  return units.flatMap(({ scenario, arm, seed, trainingSeed, unit, group, tallies }) =>
    Object.entries(tallies).map(([metric, tally]) => ({
      experiment: name,
      domain,
      scenario,
      arm,
      seed,
      training_seed: trainingSeed ?? null,
      unit,
      group,
      metric,
      metric_unit: definitions.get(metric)?.unit ?? null,
      pooling: definitions.get(metric)?.pooling.by ?? null,
      sum: "sum" in tally ? tally.sum : null,
      weight: "sum" in tally ? tally.weight : tally.samples.length,
    })),
  );
}
