import { writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Command } from "commander";
import { BadInputError } from "#core";
import { type Context, userPath } from "../context.ts";
import { requireFile } from "../flags.ts";

/** Where the arm `a3-tuned` finds its parameters. */
const WEIGHTS = "ran-sim/policy/weights/a3-tuned.json";

/** What the scenario's `network.rule` was taken from. */
function ruleFile(traces: string | undefined): string {
  return `ran-sim/policy/weights/context-rule${traces === undefined ? "" : `-${basename(traces)}`}.json`;
}

/** `baton ran tune`: the grid search behind the arm `a3-tuned`. */
export function addTuneCommand(ran: Command, context: Context): void {
  ran
    .command("tune")
    .description("search the parameters of a3-tuned on training worlds and write them down")
    .option("--worlds <n>", "training worlds, seeds from 1,000,100 (default 12)")
    .option("--rule", "search instead the rule on expectations of the learned arms")
    .option("--traces <folder>", "with --rule, search it on the validation groups of these traces")
    .option("--out <file>", `where to write (default ${WEIGHTS})`)
    .addHelpText("after", "\nExample:\n  npm run -s baton -- ran tune --worlds 12\n")
    .action(
      async ({
        worlds = "12",
        rule = false,
        traces,
        out,
      }: {
        worlds?: string;
        rule?: boolean;
        traces?: string;
        out?: string;
      }) => {
        const { readMultiCellTraces, tuneA3, tuneRule, tuningOnTraces, tuningOnWorlds, tuningWorlds } =
          await import("#ran-sim");
        const count = Number(worlds);
        if (traces !== undefined && !rule) {
          throw new BadInputError("bad-flag", {
            subject: "flag --traces",
            expected: "--rule beside it: a3-tuned is tuned on synthetic worlds",
            got: "no --rule",
          });
        }
        if (!Number.isInteger(count) || count < 1) {
          throw new BadInputError("bad-flag", {
            subject: "--worlds",
            expected: "a whole number from 1",
            got: `"${worlds}"`,
          });
        }
        const to =
          out === undefined
            ? join(context.projectRoot, rule ? ruleFile(traces) : WEIGHTS)
            : userPath(context, out);
        requireFile(to);
        const onWorld = (done: number, of: number): void => context.note(`world ${done + 1} of ${of}\n`);
        if (rule) {
          const tuning =
            traces === undefined
              ? tuningOnWorlds(count)
              : tuningOnTraces(readMultiCellTraces(userPath(context, traces)), basename(traces));
          const command = `baton ran tune --rule ${traces === undefined ? `--worlds ${count}` : `--traces ${traces}`}`;
          const found = await tuneRule(tuning, { command, onWorld });
          await writeFile(to, `${JSON.stringify(found, null, 2)}\n`);
          context.out(`${JSON.stringify(found.chosen)} written to ${to}`);
          return;
        }
        const command = `baton ran tune --worlds ${count}`;
        const tuned = tuneA3({
          worlds: tuningWorlds(count),
          command,
          onWorld: (done) => onWorld(done, count),
        });
        await writeFile(to, `${JSON.stringify(tuned, null, 2)}\n`);
        context.out(`${JSON.stringify(tuned.chosen)} written to ${to}`);
      },
    );
}
