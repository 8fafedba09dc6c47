import type { Command } from "commander";
import type { Context } from "../context.ts";
import { table } from "../print.ts";

/** `baton arms` and `baton scenarios`: what can be named on a command line. */
export function addListCommands(program: Command, context: Context): void {
  program
    .command("arms")
    .description("what can be compared, by domain")
    .option("--json", "print one JSON document")
    .addHelpText("after", "\nExample:\n  npm run -s baton -- arms\n")
    .action(async (options: { json?: boolean }) => {
      const { ranArms } = await import("#ran-sim");
      const { agentArms, measuredArms } = await import("#agent-sim");
      const byFormula = new Set(agentArms.map(({ name }) => name));
      // What only runs with a language model read; the others run both ways.
      const onlyMeasured = measuredArms.filter(({ name }) => !byFormula.has(name));
      const arms = [...ranArms, ...agentArms, ...onlyMeasured];
      if (options.json === true) context.out(JSON.stringify({ arms }));
      else {
        context.out(
          table(
            ["domain", "arm", "on the wire", "what it is"],
            arms.map(({ domain, name, bytes, summary }) => [domain, name, bytes, summary]),
          ),
        );
      }
    });
  program
    .command("scenarios")
    .description("the named scenarios; any of them can be copied to a YAML file and changed")
    .option("--json", "print one JSON document")
    .addHelpText("after", "\nExample:\n  npm run -s baton -- scenarios\n")
    .action(async (options: { json?: boolean }) => {
      const { ranScenarios } = await import("#ran-sim");
      const { agentScenarios } = await import("#agent-sim");
      const scenarios = [...ranScenarios(), ...agentScenarios()];
      if (options.json === true) context.out(JSON.stringify({ scenarios }));
      else {
        context.out(
          table(
            ["domain", "scenario", "what it is"],
            scenarios.map(({ domain, name, summary }) => [domain, name, summary]),
          ),
        );
      }
    });
}
