import type { Command } from "commander";
import type { Context } from "../context.ts";
import { kpiOption, wholeNumber } from "../flags.ts";
import { liveKpis } from "../live-kpis.ts";

/** The dashboard's port, unless `--port` says another. */
const DEFAULT_PORT = 4173;

/** `baton serve`: the dashboard, with both simulators running. */
export function addServeCommand(program: Command, context: Context): void {
  program
    .command("serve")
    .description("serve the dashboard with both simulators running; prints its address when it listens")
    .option("--port <n>", `port to listen on; 0 takes a free one (default ${DEFAULT_PORT})`)
    .option("--host <name>", "address to listen on; 0.0.0.0 is every one of this machine (default 127.0.0.1)")
    .option("--token <text>", "what a request has to show; beyond this machine a random one without the flag")
    .addOption(kpiOption())
    .addHelpText("after", "\nExample:\n  npm run -s baton -- serve --port 8080\n")
    .action(async (options: { port?: string; host?: string; token?: string; kpi: readonly string[] }) => {
      const port = wholeNumber("--port", options.port ?? DEFAULT_PORT, 0, 65535);
      const kpis = await liveKpis(options.kpi);
      const { serve } = await import("../../server/serve.ts");
      const server = await serve({
        port,
        kpis,
        ...(options.host === undefined ? {} : { host: options.host }),
        ...(options.token === undefined ? {} : { token: options.token }),
      });
      context.out(`Baton is at ${server.url} (Ctrl-C stops it)`);
      if (!context.signal.aborted) {
        await new Promise<void>((resolve) => context.signal.addEventListener("abort", () => resolve()));
      }
      await server.close();
    });
}
