import type { Command } from "commander";
import { type Context, userPath } from "../context.ts";
import { execute, printOutcome } from "../execute.ts";
import { addRunFlags, parseRunFlags, refuseSweep } from "../flags.ts";
import { runScenario } from "../run-scenario.ts";
import { addTraceCommand } from "./ran-trace.ts";
import { addTuneCommand } from "./ran-tune.ts";

/** Worlds of a run, unless `--seeds` says otherwise. */
const DEFAULT_SEEDS = 5;

/** `baton ran ...`: phones between cells. */
export function addRanCommands(program: Command, context: Context): void {
  const ran = program.command("ran").description("phones between cells: simulate, replay");
  addRunFlags(
    ran
      .command("run")
      .description("simulate a scenario; all arms in step on the same worlds")
      .argument("<scenario>", "a name (see baton scenarios) or a YAML file"),
    { seeds: DEFAULT_SEEDS },
  )
    .addHelpText(
      "after",
      "\nExample:\n  npm run -s baton -- ran run hex-uma --arms a3-set3,cold,full --seeds 5\n",
    )
    .action(async (name: string, options: Record<string, unknown>) => {
      const { createRanExperiment, loadRanScenario } = await import("#ran-sim");
      const path = /\.ya?ml$/.test(name) ? userPath(context, name) : name;
      await runScenario(context, options, {
        defaultSeeds: DEFAULT_SEEDS,
        load: (settings) => loadRanScenario(path, settings),
        create: createRanExperiment,
      });
    });
  addRunFlags(
    ran
      .command("replay")
      .description("replay traces: multi-cell traces closed loop, drive tests open loop")
      .argument(
        "<path>",
        "a file or folder: multi-cell CSV, drive-test JSONL, G-NetTrack CSV; .gz and .zip are read",
      )
      .option("--compat", "the published baseline's rules, tick by tick"),
    { seeds: null },
  )
    .addHelpText(
      "after",
      "\nExample:\n  npm run -s baton -- ran replay traces/ --arms a3-set1,a3-set5 --compat\n",
    )
    .action(async (path: string, options: Record<string, unknown>) => {
      const flags = parseRunFlags(options, 1);
      refuseSweep(flags.sweep, "ran replay");
      const { createTraceExperiment } = await import("#ran-sim");
      const experiment = createTraceExperiment(userPath(context, path), {
        compat: options.compat === true,
        settings: flags.sweep[0],
        ...(flags.arms === undefined ? {} : { arms: flags.arms }),
      });
      if (!flags.quiet) for (const note of experiment.notes) context.note(`Note: ${note}.\n`);
      const outcome = await execute(context, flags, [experiment]);
      if (outcome !== null) printOutcome(context, flags, outcome);
    });
  addTraceCommand(ran, context);
  addTuneCommand(ran, context);
}
