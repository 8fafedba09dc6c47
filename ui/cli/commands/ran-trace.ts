import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { BadInputError, requireName } from "#core";
import type { StoredRun } from "#core/node";
import type { StoredEvent, StoredHandover } from "#ran-sim";
import type { Context } from "../context.ts";
import { runsFolder } from "../execute.ts";

interface TraceFlags {
  readonly ue: string;
  readonly arm?: string;
  readonly world?: string;
  readonly scenario?: string;
  readonly attempt?: string;
  readonly out?: string;
}

type Labelled<T> = T & { readonly scenario: string; readonly unit: string; readonly arm: string };

/** `baton ran trace <run> --ue N`: every handover of one phone, message by message. */
export function addTraceCommand(ran: Command, context: Context): void {
  ran
    .command("trace")
    .description("draw each handover of one phone of a stored run, message by message")
    .argument("<run>", "a stored run (see baton query)")
    .requiredOption("--ue <n>", "which phone, from 0")
    .option("--arm <arm>", "which arm (default the first of the run)")
    .option("--world <name>", 'which world, as "seed=1", or which trace (default the first)')
    .option("--scenario <name>", "which scenario of a sweep (default the first)")
    .option("--attempt <n>", "only this attempt")
    .option("--out <folder>", "where runs are stored (default runs/)")
    .addHelpText(
      "after",
      "\nExample:\n  npm run -s baton -- ran trace 2026-11-22T10-00-00-ran-run --ue 3 --arm cho\n",
    )
    .action(async (run: string, flags: TraceFlags) => {
      const { openRun, queryRuns } = await import("#core/node");
      const { ranArms, sequenceCharts } = await import("#ran-sim");
      const ue = wholeNumber("--ue", flags.ue);
      const attempt = flags.attempt === undefined ? null : wholeNumber("--attempt", flags.attempt);
      const root = runsFolder(context, flags.out);
      requireEvents(run, await openRun(root, run));
      const select = async <T>(sql: string): Promise<readonly T[]> =>
        (await queryRuns(root, sql, { run })).rows as readonly T[];
      const read = <T>(view: string): Promise<readonly T[]> =>
        select(`SELECT * FROM ${view} WHERE ue = ${ue}`);
      const events = await read<Labelled<StoredEvent>>("events");
      if (events.length === 0) await refusePhone(ue, select);
      const of = choose(events, flags);
      const mine = (row: {
        readonly scenario: string;
        readonly unit: string;
        readonly arm: string;
      }): boolean => row.scenario === of.scenario && row.unit === of.unit && row.arm === of.arm;
      const handovers = (await read<Labelled<StoredHandover>>("handovers")).filter(mine);
      const chosen = events.filter((event) => mine(event) && (attempt === null || event.attempt === attempt));
      if (chosen.length === 0) {
        throw new BadInputError("bad-flag", {
          subject: "--attempt",
          expected: `an attempt of phone ${ue}, 1 to ${handovers.length}`,
          got: `"${flags.attempt}"`,
        });
      }
      context.note(`phone ${ue}, ${of.scenario}, ${of.unit}, arm ${of.arm}\n`);
      const planned = ranArms.find(({ name }) => name === of.arm)?.end ?? null;
      context.out(sequenceCharts(chosen, handovers, planned).join("\n\n"));
    });
}

function wholeNumber(flag: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new BadInputError("bad-flag", { subject: flag, expected: "a whole number from 0", got: `"${text}"` });
}

function requireEvents(run: string, { folder, manifest }: StoredRun): void {
  if (manifest.complete && "events.parquet" in (manifest.tables ?? {})) return;
  if (existsSync(join(folder, "events.parquet")) && manifest.complete) return;
  throw new BadInputError("unknown-run", {
    subject: `run ${run}`,
    expected: "a finished run of phones, with the events of its handovers",
    got: manifest.complete ? "a run without such events" : "a run that was stopped",
    remedy: manifest.complete ? "baton ran run stores them" : "go on with --resume",
  });
}

async function refusePhone(
  ue: number,
  select: (sql: string) => Promise<readonly { readonly last: number }[]>,
): Promise<never> {
  const [{ last }] = await select("SELECT max(ue) AS last FROM events");
  throw new BadInputError("bad-flag", { subject: "--ue", expected: `a phone, 0 to ${last}`, got: `${ue}` });
}

/** Returns what the flags name, and the first of the run where they name nothing. */
function choose(
  events: readonly Labelled<StoredEvent>[],
  flags: TraceFlags,
): { readonly scenario: string; readonly unit: string; readonly arm: string } {
  const known = (of: "scenario" | "unit" | "arm"): readonly string[] => [
    ...new Set(events.map((event) => event[of])),
  ];
  const pick = (given: string | undefined, flag: string, names: readonly string[]): string => {
    if (given === undefined) return names[0];
    requireName(flag === "--arm" ? "unknown-arm" : "bad-flag", flag, given, names);
    return given;
  };
  return {
    scenario: pick(flags.scenario, "--scenario", known("scenario")),
    unit: pick(flags.world, "--world", known("unit")),
    arm: pick(flags.arm, "--arm", known("arm")),
  };
}
