import { processContext } from "./context.ts";
import { runCli } from "./program.ts";

const interrupt = new AbortController();
// What a service manager or a container sends: as the first Ctrl-C.
process.once("SIGTERM", () => interrupt.abort());
process.once("SIGINT", () => {
  interrupt.abort();
  // What was finished is already stored: a second Ctrl-C need not wait for anything.
  process.once("SIGINT", () => process.exit(130));
});
// A reader that has seen enough (`| head`) is not an error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

process.exitCode = await runCli(processContext(process.argv.slice(2), interrupt.signal));
