import type { Command } from "commander";
import type { LanguageModel } from "#agent-sim";
import { BadInputError, type Experiment, type Setting } from "#core";
import { type Context, userPath } from "../context.ts";
import { parseRunFlags, sweepPoints, wholeNumber } from "../flags.ts";

/** Groups of documents of a measured run, unless `--seeds` says otherwise: 16 documents each, for each number of facts. */
const DEFAULT_SEEDS = 4;
/** Flags that mean nothing without a language model. */
const measuredFlags = { facts: "facts", trainingSeeds: "training-seeds", model: "model" } as const;

/** Adds the flags of a measured run to `agent run`. */
export function addMeasuredFlags(command: Command): Command {
  return command
    .option("--measured", "through a language model that really runs: answers, bytes and times are measured")
    .option("--facts <1,2,4>", "with --measured: facts of the documents, a breakdown each")
    .option("--training-seeds <1,2,3>", "with --measured: trainings of the encoders to run (default 1)")
    .option(
      "--model <folder>",
      "with --measured: your own decoder as ONNX, in the layout of transformers.js",
    );
}

/** Throws a BadInputError for a flag that needs `--measured`. */
export function refuseMeasuredFlags(options: Readonly<Record<string, unknown>>): void {
  for (const [name, flag] of Object.entries(measuredFlags)) {
    if (options[name] === undefined) continue;
    throw new BadInputError("bad-flag", {
      subject: `flag --${flag}`,
      expected: "--measured beside it",
      got: `--${flag} alone`,
      remedy: "a run by formula has no language model and no facts",
    });
  }
}

/** Runs a scenario through a language model and prints the result. */
export async function runMeasured(
  context: Context,
  name: string,
  options: Readonly<Record<string, unknown>>,
): Promise<void> {
  const agents = await import("#agent-sim");
  const flags = parseRunFlags(options, DEFAULT_SEEDS);
  const lists = [
    ...numbersSetting("measured.facts", "--facts", options.facts, 1_000),
    ...numbersSetting("measured.trainingSeeds", "--training-seeds", options.trainingSeeds, 3),
  ];
  const scenarios = sweepPoints(flags.sweep).map(({ settings, suffix }) => {
    const scenario = agents.loadAgentScenario(name, [...settings, ...lists], { folder: context.cwd });
    refuseFleet(scenario);
    return { ...scenario, name: scenario.name + suffix };
  });
  const shared = {
    seeds: flags.seeds,
    nowS: context.nowS,
    ...(flags.arms === undefined ? {} : { arms: flags.arms }),
  };
  const folder = options.model === undefined ? null : userPath(context, String(options.model));
  const { model, create } = await (folder === null || agents.isMeasuredFolder(folder)
    ? openAnswering(agents, folder)
    : openContinuing(agents, folder, lists.length > 0));
  try {
    const { execute, printOutcome } = await import("../execute.ts");
    const outcome = await execute(
      context,
      flags,
      scenarios.map((scenario) => create({ ...shared, scenario })),
    );
    if (outcome !== null) printOutcome(context, flags, outcome);
  } finally {
    await model.close();
  }
}

/** A fleet is simulated: a language model here serves one task after another. */
function refuseFleet({ name, fleet }: { readonly name: string; readonly fleet?: unknown }): void {
  if (fleet === undefined) return;
  throw new BadInputError("bad-flag", {
    subject: "flag --measured",
    expected: "a scenario without a fleet: the model serves one task at a time",
    got: `${name}, which has one`,
    remedy: "leave --measured out, or the section fleet of the scenario",
  });
}

type Agents = typeof import("#agent-sim");
/** What an experiment needs beside its model. */
type Parts = Omit<Parameters<Agents["createMeasuredExperiment"]>[0], "measured">;

interface Opened {
  readonly model: LanguageModel;
  readonly create: (parts: Parts) => Experiment;
}

/** Returns a model that answers questions: the committed one, or one that `agent train` wrote to a folder. */
async function openAnswering(agents: Agents, folder: string | null): Promise<Opened> {
  const measured = await agents.openMeasuredModel(folder);
  return {
    model: measured.model,
    create: (parts) => agents.createMeasuredExperiment({ ...parts, measured }),
  };
}

/** Returns the user's decoder, which goes on with a text. Throws a BadInputError where facts or encoders were asked for. */
async function openContinuing(agents: Agents, folder: string, asksFacts: boolean): Promise<Opened> {
  if (asksFacts) {
    throw new BadInputError("bad-flag", {
      subject: "flags --facts and --training-seeds",
      expected: "a model that was trained on the document language",
      got: `the decoder of ${folder}, which goes on with texts`,
      remedy: "leave them out: document.tokens and document.text say what is handed over",
    });
  }
  const external = await agents.loadExternalModel(folder);
  return {
    model: external.model,
    create: (parts) =>
      agents.createContinuationExperiment({
        ...parts,
        text: { model: external.model, vocabulary: agents.textVocabulary(external.tokenizer) },
      }),
  };
}

/** Returns the setting of a flag that lists whole numbers from 1 to `most`; none where the flag is not given. */
function numbersSetting(path: string, flag: string, given: unknown, most: number): readonly Setting[] {
  if (given === undefined) return [];
  const text = String(given);
  const value = text.split(",").map((part) => wholeNumber(flag, part.trim(), 1, most));
  if (new Set(value).size === value.length) return [{ path, value }];
  throw new BadInputError("bad-flag", {
    subject: `flag ${flag}`,
    expected: "numbers separated by commas, each once",
    got: `"${text}"`,
  });
}
