import { Command, CommanderError } from "commander";
import { BadInputError, WriteError } from "#core";
import { addAgentCommands } from "./commands/agent.ts";
import { addCompareCommand } from "./commands/compare.ts";
import { addDoctorCommand } from "./commands/doctor.ts";
import { addListCommands } from "./commands/lists.ts";
import { addQueryCommand } from "./commands/query.ts";
import { addRanCommands } from "./commands/ran.ts";
import { addServeCommand } from "./commands/serve.ts";
import type { Context } from "./context.ts";
import { FailedError, InterruptedError } from "./failure.ts";

/** Exit codes, as the guide documents them. */
export const exitCodes = { success: 0, failed: 1, badInput: 2, interrupted: 130 } as const;

/** Runs one command line and returns its exit code. Everything that it says goes through the context. */
export async function runCli(context: Context): Promise<number> {
  try {
    await createProgram(context).parseAsync([...context.argv], { from: "user" });
    return exitCodes.success;
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has already printed: help and version end with 0, everything else is bad input.
      return error.exitCode === 0 ? exitCodes.success : exitCodes.badInput;
    }
    if (error instanceof BadInputError) {
      context.note(`baton: ${error.message} (docs/errors.md#${error.code})\n`);
      return exitCodes.badInput;
    }
    if (error instanceof InterruptedError) {
      context.note(`baton: ${error.message}\n`);
      return exitCodes.interrupted;
    }
    if (error instanceof FailedError || error instanceof WriteError) {
      context.note(`baton: ${error.message}\n`);
      return exitCodes.failed;
    }
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    context.note(`baton: this run failed, and it is not your input: ${detail}\n`);
    return exitCodes.failed;
  }
}

function createProgram(context: Context): Command {
  const program = new Command("baton")
    .description("Simulate, measure and compare two hand-offs: phones between cells, tasks between agents.")
    .addHelpText("after", "\nExample:\n  npm run -s baton -- compare\n")
    .showSuggestionAfterError(true)
    .exitOverride()
    .configureOutput({
      writeOut: context.out,
      writeErr: context.note,
      outputError: (text, write) =>
        write(`baton: ${text.replace(/^error: /, "").replace("\n(Did", " (Did")}`),
    });
  addRanCommands(program, context);
  addAgentCommands(program, context);
  addCompareCommand(program, context);
  addServeCommand(program, context);
  addQueryCommand(program, context);
  addListCommands(program, context);
  addDoctorCommand(program, context);
  return program;
}
