import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { BadInputError, requireName } from "#core";
import type { RunManifest, StoredRun } from "#core/node";
import type { LineOfSightChange, StoredEvent, StoredHandover } from "#ran-sim";
import { type Context, runsFolder } from "../context.ts";

interface TraceFlags {
  readonly ue?: string;
  readonly outcome?: string;
  readonly arm?: string;
  readonly world?: string;
  readonly scenario?: string;
  readonly attempt?: string;
  readonly out?: string;
}

type Labelled<T> = T & {
  readonly scenario: string;
  readonly unit: string;
  readonly arm: string;
  readonly seed: number | null;
};

/** What a chart shows of the time before its first message, for changes of line of sight. */
const LEAD_S = 0.5;

/** `baton ran trace <run> --ue N`: every handover of one phone, message by message. */
export function addTraceCommand(ran: Command, context: Context): void {
  ran
    .command("trace")
    .description("draw each handover of one phone of a stored run, message by message")
    .argument("<run>", "a stored run (see baton query)")
    .option("--ue <n>", "which phone, from 0 (default with --outcome: the first that has one)")
    .option(
      "--outcome <name>",
      "only attempts that ended so: completed, failedState2, ping-pong, short-stay ...",
    )
    .option("--arm <arm>", "which arm (default the first of the run)")
    .option("--world <name>", 'which world, as "seed=1", or which trace (default the first)')
    .option("--scenario <name>", "which scenario of a sweep (default the first)")
    .option("--attempt <n>", "only this attempt")
    .option("--out <folder>", "where runs are stored (default runs/)")
    .addHelpText(
      "after",
      "\nExample:\n  npm run -s baton -- ran trace 2026-11-22T10-00-00-ran-run --ue 3 --arm cho\n" +
        "  npm run -s baton -- ran trace 2026-11-22T10-00-00-ran-run --outcome ping-pong\n",
    )
    .action(async (run: string, given: TraceFlags) => {
      const { openRun, queryRuns } = await import("#core/node");
      const { attemptOutcomes, ranArmName, ranArms, sequenceCharts } = await import("#ran-sim");
      const attempt = given.attempt === undefined ? null : wholeNumber("--attempt", given.attempt);
      if (given.outcome !== undefined) {
        requireName("bad-flag", "--outcome", given.outcome, [...attemptOutcomes, "ping-pong", "short-stay"]);
      }
      const root = runsFolder(context, given.out);
      const stored = await openRun(root, run);
      requireEvents(run, stored);
      const select = async <T>(sql: string): Promise<readonly T[]> =>
        (await queryRuns(root, sql, { run })).rows as readonly T[];
      const flags = await inStoredNames(given, ranArmName, select);
      const ue = flags.ue === undefined ? await firstPhone(flags, select) : wholeNumber("--ue", flags.ue);
      const read = <T>(view: string): Promise<readonly T[]> =>
        select(`SELECT * FROM ${view} WHERE ue = ${ue}`);
      const events = await read<Labelled<StoredEvent>>("events");
      if (events.length === 0) await refusePhone(ue, select);
      const all = await read<Labelled<StoredHandover>>("handovers");
      // Without an arm, a world or a scenario named, the first that has such an attempt.
      const of = choose(
        events,
        flags,
        flags.outcome === undefined ? undefined : all.find((row) => fits(row, flags, flags.outcome)),
      );
      const mine = (row: {
        readonly scenario: string;
        readonly unit: string;
        readonly arm: string;
      }): boolean => row.scenario === of.scenario && row.unit === of.unit && row.arm === of.arm;
      const handovers = all.filter(mine);
      const wanted = new Set(handovers.filter((row) => ended(row, flags.outcome)).map((row) => row.attempt));
      const chosen = events.filter(
        (event) =>
          mine(event) &&
          (attempt === null || event.attempt === attempt) &&
          (flags.outcome === undefined || (event.attempt !== null && wanted.has(event.attempt))),
      );
      if (chosen.length === 0) {
        throw new BadInputError("bad-flag", {
          subject: flags.outcome === undefined ? "--attempt" : "--outcome",
          expected:
            flags.outcome === undefined
              ? `an attempt of phone ${ue}, 1 to ${handovers.length}`
              : `an outcome that phone ${ue} has: ${[...new Set(handovers.map(({ outcome }) => outcome))].join(", ") || "none"}`,
          got: `"${flags.outcome ?? flags.attempt}"`,
        });
      }
      context.note(`phone ${ue}, ${of.scenario}, ${of.unit}, arm ${of.arm}\n`);
      const planned = ranArms.find(({ name }) => name === ranArmName(of.arm))?.end ?? null;
      const seed = chosen[0].seed;
      const changesOf = await lineOfSightOf(stored.manifest, of.scenario, seed, ue);
      const remarks = (rows: readonly StoredEvent[], handover: StoredHandover): StoredEvent[] => {
        const { source, target } = handover;
        const [first, last] = [rows[0].time_s - LEAD_S, rows[rows.length - 1].time_s];
        return (changesOf?.(first, last, [source, target]) ?? []).map(({ timeS, cell, seen }) => ({
          ...{ time_s: timeS, type: "lineOfSight", attempt: handover.attempt, source, target },
          detail: `line of sight to ${cell} (${cell === target ? "target" : "source"}) ${seen ? "begins" : "ends"}`,
        }));
      };
      context.out(sequenceCharts(chosen, handovers, planned, remarks).join("\n\n"));
    });
}

type Select = <T>(sql: string) => Promise<readonly T[]>;

/** Returns the flags with the arm as the run calls it: it may be stored, or asked for, under a name of before. */
async function inStoredNames(
  flags: TraceFlags,
  currentName: (arm: string) => string,
  select: Select,
): Promise<TraceFlags> {
  const { arm: asked } = flags;
  if (asked === undefined) return flags;
  const rows = await select<{ readonly arm: string }>("SELECT DISTINCT arm FROM events");
  const stored =
    rows.find(({ arm }) => arm === asked) ?? rows.find(({ arm }) => currentName(arm) === currentName(asked));
  return { ...flags, arm: stored?.arm ?? asked };
}

/** Whether an attempt ended so; both ways of a ping-pong belong to it. */
function ended(
  row: StoredHandover & { readonly short_stay?: boolean },
  outcome: string | undefined,
): boolean {
  if (outcome === undefined) return true;
  if (outcome === "ping-pong") return row.ping_pong || row.ping_pong_out === true;
  return outcome === "short-stay" ? row.short_stay === true : row.outcome === outcome;
}

function fits(row: Labelled<StoredHandover>, flags: TraceFlags, outcome: string | undefined): boolean {
  const named = (given: string | undefined, of: string): boolean => given === undefined || given === of;
  return (
    ended(row, outcome) &&
    named(flags.arm, row.arm) &&
    named(flags.world, row.unit) &&
    named(flags.scenario, row.scenario)
  );
}

/** Returns the first phone with an attempt that ended as asked. */
async function firstPhone(flags: TraceFlags, select: Select): Promise<number> {
  if (flags.outcome === undefined) {
    throw new BadInputError("bad-flag", {
      subject: "--ue",
      expected: "a phone, from 0, or --outcome",
      got: "neither",
    });
  }
  const rows = await select<Labelled<StoredHandover> & { readonly ue: number }>("SELECT * FROM handovers");
  const found = rows.find((row) => fits(row, flags, flags.outcome));
  if (found !== undefined) return found.ue;
  throw new BadInputError("bad-flag", {
    subject: "--outcome",
    expected: `an outcome that the run has: ${[...new Set(rows.map(({ outcome }) => outcome))].join(", ")}`,
    got: `"${flags.outcome}"`,
  });
}

/** Returns what tells changes of line of sight; null for a recorded world, and for a run that this version cannot make again. */
async function lineOfSightOf(
  { experiments }: RunManifest,
  scenario: string,
  seed: number | null,
  ue: number,
): Promise<((fromS: number, toS: number, cells: readonly string[]) => readonly LineOfSightChange[]) | null> {
  const { lineOfSight } = await import("#ran-sim");
  const configs = experiments.map(
    ({ config }) => (config as { scenario?: { name?: string } } | null)?.scenario,
  );
  const own = configs.find((config) => config?.name === scenario);
  if (own === undefined || seed === null) return null;
  try {
    return lineOfSight(own, seed, ue);
  } catch (error) {
    if (error instanceof BadInputError) return null;
    throw error;
  }
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
  first?: Labelled<StoredHandover>,
): { readonly scenario: string; readonly unit: string; readonly arm: string } {
  const known = (of: "scenario" | "unit" | "arm"): readonly string[] => [
    ...new Set(events.map((event) => event[of])),
  ];
  const pick = (
    given: string | undefined,
    flag: string,
    names: readonly string[],
    own: string | undefined,
  ): string => {
    if (given === undefined) return own ?? names[0];
    requireName(flag === "--arm" ? "unknown-arm" : "bad-flag", flag, given, names);
    return given;
  };
  return {
    scenario: pick(flags.scenario, "--scenario", known("scenario"), first?.scenario),
    unit: pick(flags.world, "--world", known("unit"), first?.unit),
    arm: pick(flags.arm, "--arm", known("arm"), first?.arm),
  };
}
