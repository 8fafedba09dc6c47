import type { Command } from "commander";
import {
  BadInputError,
  type Comparison,
  compareArms,
  type Domain,
  type Experiment,
  requireName,
} from "#core";
import { compareRuns } from "../compare-runs.ts";
import type { Context } from "../context.ts";
import { execute, type Outcome, printOutcome, runsFolder } from "../execute.ts";
import { addRunFlags, parseRunFlags, type RunFlags, refuseSweep } from "../flags.ts";
import { headline } from "../headline.ts";
import { number, table } from "../print.ts";

/** Worlds and documents of the built-in pair, unless `--seeds` says otherwise. */
const DEFAULT_SEEDS = 5;

/** The arm that the others are compared with: the receiver that starts from nothing, or reads everything again. */
const references: Readonly<Record<Domain, string>> = { ran: "cold", agent: "text" };

/** The built-in RAN pair is `hex-uma` with fewer phones and less time, so that both domains end within a minute. */
const builtInRanSettings = [
  { path: "mobility.users", value: 20 },
  { path: "durationS", value: 20 },
];

/** Fewer worlds than this show a tendency, not a result. */
const WORLDS_FOR_A_CLAIM = 20;

/** `baton compare`: both domains side by side, or two stored runs. */
export function addCompareCommand(program: Command, context: Context): void {
  addRunFlags(
    program
      .command("compare")
      .description(
        "without arguments a built-in RAN and agent pair; with two runs, the one against the other",
      )
      .argument("[run]", "a stored run: the reference")
      .argument("[other]", "a stored run that is compared with it"),
    { seeds: DEFAULT_SEEDS },
  )
    .addHelpText("after", "\nExample:\n  npm run -s baton -- compare\n")
    .action(async (run: string | undefined, other: string | undefined, options: Record<string, unknown>) => {
      const flags = parseRunFlags(options, DEFAULT_SEEDS);
      refuseSweep(flags.sweep, "compare");
      if (run === undefined) {
        await compareBuiltIn(context, flags);
        return;
      }
      if (other === undefined) {
        throw new BadInputError("bad-flag", {
          subject: "compare",
          expected: "two stored runs, or none",
          got: `only "${run}"`,
        });
      }
      const comparisons = await compareRuns(runsFolder(context, flags.out), run, other);
      context.out(flags.json ? JSON.stringify({ comparisons }) : comparisonTable(flags, comparisons));
    });
}

async function compareBuiltIn(context: Context, flags: RunFlags): Promise<void> {
  const { createRanExperiment, loadRanScenario, ranArms } = await import("#ran-sim");
  const { agentArms, createAgentExperiment, loadAgentScenario } = await import("#agent-sim");
  const { seeds } = flags;
  const only = (known: readonly { readonly name: string }[]): { arms?: readonly string[] } => {
    const arms = flags.arms?.filter((arm) => known.some(({ name }) => name === arm));
    return arms === undefined ? {} : { arms };
  };
  refuseUnknownArms(flags.arms ?? [], [...ranArms, ...agentArms]);
  const ranScenario = loadRanScenario("hex-uma", builtInRanSettings);
  const experiments: Experiment[] = [
    createRanExperiment({ scenario: ranScenario, seeds, ...only(ranArms) }),
    createAgentExperiment({ scenario: loadAgentScenario("default"), seeds, ...only(agentArms) }),
  ].filter(({ arms }) => arms.length > 0);
  const outcome = await execute(context, flags, experiments);
  if (outcome === null) return;
  const comparisons = compareWithReferences(experiments, outcome);
  printOutcome(context, flags, outcome, { comparisons });
  if (!flags.json) context.out(`\n${comparisonTable(flags, comparisons)}`);
}

function refuseUnknownArms(arms: readonly string[], known: readonly { readonly name: string }[]): void {
  const names = [...new Set(known.map(({ name }) => name))];
  for (const arm of arms) requireName("unknown-arm", "arm", arm, names);
}

/** Returns every arm against its domain's reference, one domain after the other; they never meet in one row. */
function compareWithReferences(
  experiments: readonly Experiment[],
  { units }: Outcome,
): readonly Comparison[] {
  return experiments.flatMap((experiment, i) =>
    compareArms(experiment, units[i], references[experiment.domain]),
  );
}

function comparisonTable(flags: RunFlags, comparisons: readonly Comparison[]): string {
  const { shown } = flags.all ? { shown: comparisons } : headline(comparisons);
  if (shown.length === 0) return "No arm to compare with another.";
  const rows = table(
    ["domain", "scenario", "metric", "arm - reference", "difference", "95 % interval", "p (Holm)", "n"],
    shown.map((row) => [
      row.domain,
      row.scenario,
      row.metric,
      `${row.arm} - ${row.reference}`,
      number(row.difference),
      row.ci95[0] === null ? "-" : `[${number(row.ci95[0])}, ${number(row.ci95[1])}]`,
      number(row.pHolm),
      String(row.n),
    ]),
  );
  const fewest = Math.min(...shown.map(({ n }) => n));
  return fewest < WORLDS_FOR_A_CLAIM
    ? `${rows}\n\nWith ${fewest} worlds the sign-flip test cannot fall below p = ${number(2 / 2 ** fewest)} before correction: --seeds ${WORLDS_FOR_A_CLAIM} or more for a claim.`
    : rows;
}
