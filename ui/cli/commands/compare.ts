import type { Command } from "commander";
import { BadInputError } from "#core";
import type { Context } from "../context.ts";
import { addRunFlags, parseRunFlags, type RunFlags, refuseSweep } from "../flags.ts";

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
      .option("--arms-ran <a,b>", "arms of the phones, where --arms would name arms of both")
      .option("--arms-agent <a,b>", "arms of the agents")
      .option(
        "--bytes <8,32,128>",
        "how much of its gap a latent closes with so many bytes, phones and agents in one table",
      )
      .option("--figure <file.svg>", "with --bytes, the same as a picture"),
    { seeds: DEFAULT_SEEDS },
  )
    .addHelpText(
      "after",
      "\nExample:\n  npm run -s baton -- compare walk\n  npm run -s baton -- compare walk --arms-agent latent,slots,text,prefix-cache,cold\n  npm run -s baton -- compare walk --bytes 8,32,128 --figure gap.svg\n",
    )
    .action(async (run: string | undefined, other: string | undefined, options: Record<string, unknown>) => {
      const flags = parseRunFlags(options, DEFAULT_SEEDS);
      refuseSweep(flags.sweep, "compare");
      refuseBesideBytes(flags, options);
      if (other === undefined || run === undefined) {
        const { compareDomains } = await import("../compare-domains.ts");
        await compareDomains(context, flags, run, options);
        return;
      }
      refuseForRuns(options);
      const { printRunComparison } = await import("../compare-runs.ts");
      await printRunComparison(context, flags, run, other);
    });
}

/** The table by bytes is a run of its own: one id goes on with one of the two, and each has an estimate. */
function refuseBesideBytes(
  { resume, dryRun, json }: RunFlags,
  { bytes }: { readonly bytes?: unknown },
): void {
  if (bytes === undefined) return;
  if (resume !== undefined) {
    throw new BadInputError("bad-flag", {
      subject: "flag --resume",
      expected: "no --bytes beside it: that makes two runs, and one id is of one",
      got: "both",
      remedy: "go on with the run without --bytes, then give the command with --bytes alone",
    });
  }
  if (dryRun && json) {
    throw new BadInputError("bad-flag", {
      subject: "flag --dry-run",
      expected:
        "no --json beside it with --bytes: two runs have two estimates, and --json prints one document",
      got: "both",
      remedy: "leave --json out",
    });
  }
}

/** Two stored runs are read and nothing runs: flags that say what to run would be passed over in silence. */
function refuseForRuns(options: Record<string, unknown>): void {
  const flags = {
    bytes: "--bytes",
    figure: "--figure",
    armsRan: "--arms-ran",
    armsAgent: "--arms-agent",
    resume: "--resume",
    dryRun: "--dry-run",
  };
  for (const [name, flag] of Object.entries(flags)) {
    if (options[name] === undefined) continue;
    throw new BadInputError("bad-flag", {
      subject: `flag ${flag}`,
      expected: "none with two stored runs, which are read and not run again",
      got: "two names",
      remedy: "leave it out, or name a scenario instead of the runs",
    });
  }
}
