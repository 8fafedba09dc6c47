import type { Command } from "commander";
import { type Context, userPath } from "../context.ts";
import { addRunFlags, parseRunFlags, refuseSweep, streamOption } from "../flags.ts";
import { runScenario } from "../run-scenario.ts";
import { addAgentCalibrateCommand } from "./agent-calibrate.ts";
import { addMeasuredFlags, refuseMeasuredFlags, runMeasured } from "./agent-measured.ts";
import { addAgentTrainCommand } from "./agent-train.ts";

/** Tasks of a run, unless `--seeds` says otherwise. */
const DEFAULT_SEEDS = 20;

/** `baton agent ...`: tasks between agents. */
export function addAgentCommands(program: Command, context: Context): void {
  const agent = program.command("agent").description("tasks between agents: simulate, import traces, train");
  addRunFlags(
    addMeasuredFlags(
      agent
        .command("run")
        .description("run a pipeline by formula or through a language model; all arms on the same documents")
        .argument("<scenario>", "a name (see baton scenarios) or a YAML file"),
    ),
    { seeds: DEFAULT_SEEDS },
  )
    .addOption(streamOption())
    .addHelpText(
      "after",
      "\nExample:\n  npm run -s baton -- agent run default --arms text,prefix-cache,kv\n" +
        "  npm run -s baton -- agent run default --measured --arms cold,kv,latent --facts 1,4\n",
    )
    .action(async (name: string, options: Record<string, unknown>) => {
      if (options.measured === true) return runMeasured(context, name, options);
      refuseMeasuredFlags(options);
      const { createAgentExperiment, loadAgentScenario } = await import("#agent-sim");
      await runScenario(context, options, {
        defaultSeeds: DEFAULT_SEEDS,
        load: (settings) => loadAgentScenario(name, settings, { folder: context.cwd }),
        create: createAgentExperiment,
      });
    });
  addAgentTrainCommand(agent, context);
  addRunFlags(
    agent
      .command("import")
      .description("what the hand-offs of recorded runs cost, and what each arm would change")
      .argument(
        "<file>",
        "OpenTelemetry GenAI spans, LangSmith, Langfuse, OpenAI Agents or Claude Code (JSON, JSONL), multi-agent transcript, Azure LLM CSV, Mooncake; .gz is read",
      ),
    { seeds: null },
  )
    .addHelpText(
      "after",
      "\nExample:\n  npm run -s baton -- agent import docs/examples/data/agent-otel.json\n",
    )
    .action(async (file: string, options: Record<string, unknown>) => {
      const flags = parseRunFlags(options, 1);
      refuseSweep(flags.sweep, "agent import");
      const { boundsInWords, createImportExperiment, setAsideSentences } = await import("#agent-sim");
      const { experiment, cannotTell } = createImportExperiment(userPath(context, file), {
        settings: flags.sweep[0],
        folder: context.cwd,
        ...(flags.arms === undefined ? {} : { arms: flags.arms }),
      });
      const { execute, printOutcome } = await import("../execute.ts");
      const outcome = await execute(context, flags, [experiment]);
      if (outcome === null) return;
      const gaps = cannotTell(outcome.units[0], outcome.events);
      const setAside = setAsideSentences(outcome.events);
      printOutcome(context, flags, outcome, { setAside, cannotTell: gaps });
      if (flags.json) return;
      const list = (title: string, lines: readonly string[]): string =>
        lines.length === 0 ? "" : `\n${title}:\n${lines.map((line) => `  - ${line}`).join("\n")}`;
      context.out(
        [
          boundsInWords(outcome.kpis),
          list("Set aside or read otherwise", setAside),
          list("This trace cannot tell", gaps),
        ]
          .filter((part) => part !== "")
          .join("\n"),
      );
    });
  addAgentCalibrateCommand(agent, context);
}
