import type { Command } from "commander";
import {
  type ArmDescription,
  BadInputError,
  type Comparison,
  compareArms,
  type Domain,
  type Experiment,
  nearestName,
  requireName,
} from "#core";
import { compareRuns } from "../compare-runs.ts";
import type { Context } from "../context.ts";
import { execute, type Outcome, printOutcome, runsFolder } from "../execute.ts";
import { addRunFlags, parseRunFlags, type RunFlags, refuseSweep } from "../flags.ts";
import { headline } from "../headline.ts";
import { number, table } from "../print.ts";
import { GROUPS_FOR_A_CLAIM, type Verdict, verdictOf } from "../verdict.ts";

/** Worlds and documents of the built-in pair, unless `--seeds` says otherwise. */
const DEFAULT_SEEDS = 12;

/** The arm that the others are compared with: the receiver that starts from nothing, or reads everything again. */
const references: Readonly<Record<Domain, string>> = { ran: "cold", agent: "text" };

/** The scenario of each domain, where the command line names none of it. */
const builtIn: Readonly<Record<Domain, string>> = { ran: "walk", agent: "default" };

/** What carries, what loses, the cheapest opponent, and what networks do. */
const builtInRanArms = ["cold", "latent", "full", "ue-filter", "a3-tuned"] as const;

/** Fewer phones and less time than a scenario has by itself, so that both domains end within a minute. */
const builtInRanSettings = [
  { path: "mobility.users", value: 24 },
  { path: "durationS", value: 20 },
];

/** `baton compare`: both domains side by side, or two stored runs. */
export function addCompareCommand(program: Command, context: Context): void {
  addRunFlags(
    program
      .command("compare")
      .description(
        "without arguments, or with a scenario, a built-in RAN and agent pair; with two runs, the one against the other",
      )
      .argument("[scenario-or-run]", "a named scenario of either domain, or a stored run: the reference")
      .argument("[other-run]", "a stored run that is compared with it"),
    { seeds: DEFAULT_SEEDS },
  )
    .addHelpText("after", "\nExample:\n  npm run -s baton -- compare walk\n")
    .action(async (run: string | undefined, other: string | undefined, options: Record<string, unknown>) => {
      const flags = parseRunFlags(options, DEFAULT_SEEDS);
      refuseSweep(flags.sweep, "compare");
      if (other === undefined || run === undefined) {
        await compareBuiltIn(context, flags, await scenarioPair(run));
        return;
      }
      const { comparisons, runs } = await compareRuns(runsFolder(context, flags.out), run, other);
      if (flags.json) {
        context.out(JSON.stringify({ runs, comparisons }));
        return;
      }
      context.out(runs.lines.join("\n"));
      context.out(`\n${comparisonTable(flags, comparisons)}`);
    });
}

/** Returns the scenario of each domain when `name` takes the place of its domain's built-in one. */
async function scenarioPair(name: string | undefined): Promise<Readonly<Record<Domain, string>>> {
  if (name === undefined) return builtIn;
  const { ranScenarioNames } = await import("#ran-sim");
  const { agentScenarios } = await import("#agent-sim");
  const ofAgents = agentScenarios().map((scenario) => scenario.name);
  if (ranScenarioNames().includes(name)) return { ...builtIn, ran: name };
  if (ofAgents.includes(name)) return { ...builtIn, agent: name };
  const known = [...ranScenarioNames(), ...ofAgents];
  const near = nearestName(name, known);
  throw new BadInputError("unknown-scenario", {
    subject: "compare",
    expected: "a named scenario, or two stored runs",
    got: `"${name}" alone`,
    remedy: near === undefined ? `scenarios: ${known.join(", ")}` : `did you mean "${near}"?`,
  });
}

async function compareBuiltIn(
  context: Context,
  flags: RunFlags,
  names: Readonly<Record<Domain, string>>,
): Promise<void> {
  const { createRanExperiment, loadRanScenario, ranArms } = await import("#ran-sim");
  const { agentArms, createAgentExperiment, loadAgentScenario } = await import("#agent-sim");
  const { seeds } = flags;
  const only = (known: readonly { readonly name: string }[]): { arms?: readonly string[] } => {
    const arms = flags.arms?.filter((arm) => known.some(({ name }) => name === arm));
    return arms === undefined ? {} : { arms };
  };
  refuseUnknownArms(flags.arms ?? [], [...ranArms, ...agentArms]);
  const ranScenario = loadRanScenario(names.ran, builtInRanSettings);
  const experiments: Experiment[] = [
    createRanExperiment({ scenario: ranScenario, seeds, arms: builtInRanArms, ...only(ranArms) }),
    createAgentExperiment({ scenario: loadAgentScenario(names.agent), seeds, ...only(agentArms) }),
  ].filter(({ arms }) => arms.length > 0);
  const outcome = await execute(context, flags, experiments);
  if (outcome === null) return;
  const verdicts = verdictsOf(experiments, outcome, [...ranArms, ...agentArms]);
  const comparisons = compareWithReferences(experiments, outcome);
  if (!flags.json) {
    for (const { line } of verdicts) context.out(`${line}\n`);
  }
  printOutcome(context, flags, outcome, { verdicts, comparisons });
  if (!flags.json) context.out(`\n${comparisonTable(flags, comparisons)}`);
}

function verdictsOf(
  experiments: readonly Experiment[],
  { kpis, timings, units }: Outcome,
  arms: readonly ArmDescription[],
): readonly Verdict[] {
  return experiments.flatMap(
    (experiment, i) => verdictOf(experiment, [...kpis, ...timings], units[i], arms) ?? [],
  );
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
  return fewest < GROUPS_FOR_A_CLAIM
    ? `${rows}\n\nWith ${fewest} worlds the sign-flip test cannot fall below p = ${number(2 / 2 ** fewest)} before correction: --seeds ${GROUPS_FOR_A_CLAIM} or more for a claim.`
    : rows;
}
