import type { Command } from "commander";
import type { Context } from "../context.ts";
import { addRunFlags, parseRunFlags, refuseSweep } from "../flags.ts";

/** Worlds and documents of the built-in pair, unless `--seeds` says otherwise. */
const DEFAULT_SEEDS = 12;

/** `baton compare`: both domains side by side, or two stored runs. */
export function addCompareCommand(program: Command, context: Context): void {
  addRunFlags(
    program
      .command("compare")
      .description(
        "without arguments, or with a scenario, a built-in RAN and agent pair; with two runs, the one against the other",
      )
      .argument("[scenario-or-run]", "a named scenario of either domain, or a stored run: the reference")
      .argument("[other-run]", "a stored run that is compared with it")
      .option(
        "--bytes <8,32,128>",
        "how much of its gap a latent closes with so many bytes, phones and agents in one table",
      )
      .option("--figure <file.svg>", "with --bytes, the same as a picture"),
    { seeds: DEFAULT_SEEDS },
  )
    .addHelpText(
      "after",
      "\nExample:\n  npm run -s baton -- compare walk\n  npm run -s baton -- compare walk --bytes 8,32,128 --figure gap.svg\n",
    )
    .action(async (run: string | undefined, other: string | undefined, options: Record<string, unknown>) => {
      const flags = parseRunFlags(options, DEFAULT_SEEDS);
      refuseSweep(flags.sweep, "compare");
      if (other === undefined || run === undefined) {
        const { compareDomains } = await import("../compare-domains.ts");
        await compareDomains(context, flags, run, options);
        return;
      }
      const { printRunComparison } = await import("../compare-runs.ts");
      await printRunComparison(context, flags, run, other);
    });
}
