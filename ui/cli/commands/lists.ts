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
      const arms = await everyArm();
      if (options.json === true) context.out(JSON.stringify({ arms }));
      else {
        context.out(
          table(
            ["domain", "arm", "in", "on the wire", "a hand-off ends", "what it is"],
            arms.map(({ domain, name, commands, bytes, end, summary }) => [
              domain,
              name,
              commands.map((command) => command.replace(`${domain} `, "")).join(", "),
              bytes,
              end?.ends ?? "not known",
              summary,
            ]),
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

/** Returns every arm with the commands that take it; one that means another thing in another command is there once for each. */
async function everyArm() {
  const { needsLookupTable, ranArms } = await import("#ran-sim");
  const { agentArms, fleetOnlyArms, measuredArms } = await import("#agent-sim");
  const names = (arms: readonly { readonly name: string }[]) => new Set(arms.map(({ name }) => name));
  const [formula, measured] = [names(agentArms), names(measuredArms)];
  const MEASURED = "agent run --measured";
  return [
    ...ranArms.map((arm) => ({
      ...arm,
      commands: needsLookupTable(arm.name) ? ["ran replay"] : ["ran run", "ran replay"],
    })),
    ...agentArms.map((arm) => ({
      ...arm,
      commands: ["agent run", "agent run fleet", ...(measured.has(arm.name) ? [MEASURED] : [])],
    })),
    ...fleetOnlyArms.map((arm) => ({ ...arm, commands: ["agent run fleet"] })),
    ...measuredArms.filter(({ name }) => !formula.has(name)).map((arm) => ({ ...arm, commands: [MEASURED] })),
  ];
}
