import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  type ArmDescription,
  BadInputError,
  type Comparison,
  compareArms,
  type Domain,
  type Experiment,
  nearestName,
  type Setting,
} from "#core";
import { isAnswered, openAnswered } from "./compare-answers.ts";
import { armsByDomain } from "./compare-arms.ts";
import type { ByBytes } from "./compare-bytes.ts";
import { comparisonTable } from "./comparison-table.ts";
import { type Context, runsFolder } from "./context.ts";
import { execute, type Outcome, printOutcome } from "./execute.ts";
import type { RunFlags } from "./flags.ts";
import { formulaNames } from "./formulas.ts";
import { type Verdict, verdictOf } from "./verdict.ts";

/** Both domains side by side, each against its own reference. */

/** The flags that only `compare` has. */
export interface CompareOptions {
  readonly bytes?: string;
  readonly figure?: string;
  readonly armsRan?: string;
  readonly armsAgent?: string;
}

/** The arm that the others are compared with: the receiver that starts from nothing, or reads everything again. */
const references: Readonly<Record<Domain, string>> = { ran: "cold", agent: "text" };

/** The scenario of each domain, where the command line names none of it. */
const builtIn: Readonly<Record<Domain, string>> = { ran: "walk", agent: "default" };

/** What carries, what loses, the cheapest opponent, and what networks do. */
const builtInRanArms = ["cold", "latent", "whole", "ue-filter", "a3-tuned"] as const;

/** Fewer phones and less time than a scenario has by itself, so that both domains end within a minute. */
const builtInRanSettings = [
  { path: "mobility.users", value: 24 },
  { path: "durationS", value: 20 },
];

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

/**
 * Runs and compares a scenario of each domain: the built-in pair, or `named` in the place of its domain's. Says first what each comes
 * to, then shows the rows and every arm against its domain's reference. Throws BadInputError for an unknown scenario or arm.
 */
export async function compareDomains(
  context: Context,
  flags: RunFlags,
  named: string | undefined,
  options: CompareOptions,
): Promise<void> {
  if (named !== undefined && options.bytes !== undefined && isStored(context, flags, named)) {
    const { storedByBytes } = await import("./compare-bytes.ts");
    const { rows, text } = await storedByBytes(context, flags, named, options.figure);
    context.out(flags.json ? JSON.stringify({ byBytes: rows }) : text);
    return;
  }
  const names = await scenarioPair(named);
  const settings = settingsByDomain(flags.sweep[0]);
  const byBytes = await byBytesOf(context, flags, { scenarios: names, settings }, options);
  const { createRanExperiment, loadRanScenario, ranArmName, ranArms } = await import("#ran-sim");
  const agents = await import("#agent-sim");
  const { agentArms, createAgentExperiment, loadAgentScenario } = agents;
  const { seeds } = flags;
  const asked = armsByDomain(flags, options, {
    ran: { arms: ranArms, current: ranArmName },
    agent: { arms: [...agentArms, ...agents.measuredArms], current: agents.agentArmName },
  });
  const byFormula = asked.agent?.filter((arm) => agentArms.some(({ name }) => name === arm));
  const ranScenario = loadRanScenario(names.ran, [...builtInRanSettings, ...settings.ran]);
  const experiments: Experiment[] = [
    createRanExperiment({ scenario: ranScenario, seeds, arms: asked.ran ?? builtInRanArms }),
    createAgentExperiment({
      scenario: loadAgentScenario(names.agent, settings.agent, { folder: context.cwd }),
      seeds,
      ...(byFormula === undefined ? {} : { arms: byFormula }),
    }),
  ].filter(({ arms }) => arms.length > 0);
  const answered = isAnswered(names.agent)
    ? await openAnswered(context, { arms: asked.agent, seeds }, settings.agent)
    : null;
  if (answered !== null) experiments.push(answered.experiment);
  try {
    const outcome = await execute(context, flags, experiments);
    if (outcome === null) return;
    const verdicts = verdictsOf(experiments, outcome, [...ranArms, ...agentArms]);
    const comparisons = compareWithReferences(experiments, outcome);
    if (!flags.json) {
      for (const { line } of verdicts) context.out(`${line}\n`);
    }
    printOutcome(context, flags, outcome, {
      verdicts,
      comparisons,
      ...(byBytes === null ? {} : { byBytes: byBytes.rows }),
    });
    if (flags.json) return;
    context.out(`\n${comparisonTable(flags, comparisons, formulaNames(outcome.formulas))}`);
    if (byBytes !== null) context.out(`\n${byBytes.text}`);
  } finally {
    await answered?.close();
  }
}

/** Whether the only argument is a stored run. */
function isStored(context: Context, flags: RunFlags, name: string): boolean {
  return existsSync(join(runsFolder(context, flags.out), name, "manifest.json"));
}

/** Returns the table by bytes where it is asked for. */
async function byBytesOf(
  context: Context,
  flags: RunFlags,
  pair: {
    readonly scenarios: Readonly<Record<Domain, string>>;
    readonly settings: Readonly<Record<Domain, readonly Setting[]>>;
  },
  { bytes, figure }: { readonly bytes?: string; readonly figure?: string },
): Promise<ByBytes | null> {
  if (bytes === undefined) {
    if (figure === undefined) return null;
    throw new BadInputError("bad-flag", {
      subject: "flag --figure",
      expected: "--bytes beside it: the picture shows the gap closed by bytes",
      got: "no --bytes",
    });
  }
  const { runByBytes } = await import("./compare-bytes.ts");
  return runByBytes(context, flags, { sizes: bytes, figure, ...pair });
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

/** Returns every arm against its domain's reference, one domain after the other; they never meet in one row. */
function compareWithReferences(
  experiments: readonly Experiment[],
  { units, formulas }: Outcome,
): readonly Comparison[] {
  return experiments.flatMap((experiment, i) =>
    compareArms(experiment, units[i], references[experiment.domain], formulas[i]),
  );
}

/** Returns the settings of each domain: a path says by its first key which it is for. */
function settingsByDomain(settings: readonly Setting[]): Readonly<Record<Domain, readonly Setting[]>> {
  const other = settings.find(({ path }) => !/^(ran|agent)\./.test(path));
  if (other !== undefined) {
    throw new BadInputError("bad-flag", {
      subject: `flag --set ${other.path}`,
      expected: "a path that begins with ran. or agent., because compare runs a scenario of each",
      got: `"${other.path}"`,
      remedy: `write ran.${other.path}=... or agent.${other.path}=...`,
    });
  }
  const of = (domain: Domain): readonly Setting[] =>
    settings
      .filter(({ path }) => path.startsWith(`${domain}.`))
      .map(({ path, value }) => ({ path: path.slice(domain.length + 1), value }));
  return { ran: of("ran"), agent: of("agent") };
}
