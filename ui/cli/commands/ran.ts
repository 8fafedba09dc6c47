import type { Command } from "commander";
import { openCaptureFile } from "../capture-file.ts";
import { type Context, userPath } from "../context.ts";
import { addRunFlags, parseRunFlags, refuseSweep, streamOption } from "../flags.ts";
import { runScenario } from "../run-scenario.ts";
import { addTraceCommand } from "./ran-trace.ts";
import { addTrainCommand } from "./ran-train.ts";
import { addTuneCommand } from "./ran-tune.ts";

/** Whoever sees bytes of the other carrier must know what they are. */
const PROPOSED_IE_NOTE =
  "NON-STANDARD: with xn.carrier=proposedIe the payload is an IE that 3GPP has not assigned (id 65535).\n";

/** Worlds of a run, unless `--seeds` says otherwise. */
const DEFAULT_SEEDS = 5;

/** `baton ran ...`: phones between cells. */
export function addRanCommands(program: Command, context: Context): void {
  const ran = program.command("ran").description("phones between cells: simulate, replay");
  addRunFlags(
    ran
      .command("run")
      .description("simulate a scenario; all arms in step on the same worlds")
      .argument("<scenario>", "a name (see baton scenarios) or a YAML file")
      .option("--columns <f=column,...>", "of the scenario's own site list: which column is which field")
      .option("--pcap <file>", "write the XnAP messages of one arm and one seed as a capture for Wireshark"),
    { seeds: DEFAULT_SEEDS },
  )
    .addOption(streamOption())
    .addHelpText(
      "after",
      "\nExample:\n  npm run -s baton -- ran run hex-uma --arms a3-set3,cold,whole --seeds 5\n" +
        "  npm run -s baton -- ran run two-cell --arms pca --seed 1 --pcap xn.pcap\n",
    )
    .action(async (name: string, options: Record<string, unknown>) => {
      const { createRanExperiment, createXnCapture, loadRanScenario, payloadDissector } = await import(
        "#ran-sim"
      );
      const flags = parseRunFlags(options, DEFAULT_SEEDS);
      const file = options.pcap === undefined ? null : String(options.pcap);
      const captureFile = file === null ? null : openCaptureFile(userPath(context, file), flags);
      const dissectorFile = file === null ? null : openCaptureFile(userPath(context, `${file}.lua`), flags);
      const capture = createXnCapture();
      let carriesProposedIe = false;
      const path = /\.ya?ml$/.test(name) ? userPath(context, name) : name;
      await runScenario(context, options, {
        defaultSeeds: DEFAULT_SEEDS,
        load: (settings) => {
          const columns =
            options.columns === undefined ? [] : [{ path: "layout.columns", value: String(options.columns) }];
          const scenario = loadRanScenario(path, [...settings, ...columns]);
          if (scenario.xn.carrier === "proposedIe") carriesProposedIe = true;
          return scenario;
        },
        create: (parts) => createRanExperiment({ ...parts, ...(captureFile === null ? {} : { capture }) }),
      });
      if (flags.dryRun) return;
      captureFile?.write(capture.bytes());
      dissectorFile?.write(new TextEncoder().encode(payloadDissector()));
      if (flags.json || flags.quiet) return;
      if (captureFile !== null) {
        context.note(
          `Wrote ${capture.count} XnAP messages to ${file}.\nTheir payloads by name: tshark -X lua_script:${file}.lua -r ${file} -V\n`,
        );
      }
      if (carriesProposedIe) context.note(PROPOSED_IE_NOTE);
    });
  addRunFlags(
    ran
      .command("replay")
      .description("replay traces: multi-cell traces closed loop, drive tests open loop")
      .argument(
        "<path>",
        "a file or folder: multi-cell CSV, drive-test JSONL, G-NetTrack CSV; .gz and .zip are read",
      )
      .option("--compat", "the published baseline's rules, tick by tick")
      .option(
        "--columns <f=column,...>",
        "a drive test of any tool: which column is which field, as speed=Speed:km/h",
      ),
    { seeds: null },
  )
    .addOption(streamOption())
    .addHelpText(
      "after",
      "\nExample:\n  npm run -s baton -- ran replay traces/ --arms a3-set1,a3-set5 --compat\n",
    )
    .action(async (path: string, options: Record<string, unknown>) => {
      const flags = parseRunFlags(options, 1);
      refuseSweep(flags.sweep, "ran replay");
      const { createTraceExperiment, parseColumnTexts } = await import("#ran-sim");
      const experiment = createTraceExperiment(userPath(context, path), {
        compat: options.compat === true,
        settings: flags.sweep[0],
        ...(flags.arms === undefined ? {} : { arms: flags.arms }),
        ...(options.columns === undefined ? {} : { columns: parseColumnTexts(String(options.columns)) }),
      });
      for (const note of experiment.notes) context.note(`Note: ${note}.\n`);
      const { execute, printOutcome } = await import("../execute.ts");
      const outcome = await execute(context, flags, [experiment]);
      if (outcome !== null) printOutcome(context, flags, outcome);
    });
  addTraceCommand(ran, context);
  addTrainCommand(ran, context);
  addTuneCommand(ran, context);
}
