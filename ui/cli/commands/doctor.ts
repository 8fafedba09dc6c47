import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import type { Context } from "../context.ts";
import { FailedError } from "../failure.ts";
import { table } from "../print.ts";

interface Finding {
  readonly what: string;
  /** `missing` is needed to run Baton; `optional` only for what `detail` says. */
  readonly status: "ok" | "missing" | "optional";
  readonly detail: string;
}

/** `baton doctor`: what is there and what is missing, and what each is needed for. */
export function addDoctorCommand(program: Command, context: Context): void {
  program
    .command("doctor")
    .description("say what is missing on this machine, and what it is needed for")
    .option("--json", "print one JSON document")
    .addHelpText("after", "\nExample:\n  npm run -s baton -- doctor\n")
    .action(async (options: { json?: boolean }) => {
      const findings = [
        node(context),
        await database(),
        dashboard(context),
        sharedData(context),
        await browser(),
      ];
      if (options.json === true) context.out(JSON.stringify({ findings }));
      else {
        context.out(
          table(
            ["what", "status", "detail"],
            findings.map(({ what, status, detail }) => [what, status, detail]),
          ),
        );
      }
      const missing = findings.filter(({ status }) => status === "missing");
      if (missing.length > 0) throw new FailedError(`missing: ${missing.map(({ what }) => what).join(", ")}`);
    });
}

function node(context: Context): Finding {
  const { engines } = JSON.parse(readFileSync(join(context.projectRoot, "package.json"), "utf8")) as {
    engines: { node: string };
  };
  // npm refuses to install on another version (engine-strict), so this one is known to fit.
  return { what: "Node.js", status: "ok", detail: `${process.version}; needs ${engines.node}` };
}

async function database(): Promise<Finding> {
  const what = "run store (DuckDB)";
  try {
    const { DuckDBInstance } = await import("@duckdb/node-api");
    const instance = await DuckDBInstance.create(":memory:");
    instance.closeSync();
    return { what, status: "ok", detail: "opens" };
  } catch (error) {
    return {
      what,
      status: "missing",
      detail: `${(error as Error).message}; delete node_modules and run npm start`,
    };
  }
}

function dashboard(context: Context): Finding {
  const built = existsSync(join(context.projectRoot, "ui/web/dist/index.html"));
  return {
    what: "dashboard",
    status: "ok",
    detail: built ? "built" : "not built yet; npm start builds it",
  };
}

function sharedData(context: Context): Finding {
  const folder = resolve(context.projectRoot, process.env.BATON_SHARED ?? "../shared");
  const there = existsSync(join(folder, "vectors"));
  return {
    what: "shared data",
    status: there ? "ok" : "optional",
    detail: there
      ? "found"
      : "not found; tests and examples on measured traces skip (BATON_SHARED says where)",
  };
}

async function browser(): Promise<Finding> {
  const what = "browser for tests";
  const own = process.env.BATON_BROWSER;
  if (own !== undefined) {
    return { what, status: existsSync(own) ? "ok" : "optional", detail: `BATON_BROWSER is ${own}` };
  }
  if (process.platform === "linux" && process.arch === "x64") {
    const libraries = spawnSync("sh", ["-c", "ldconfig -p"], { encoding: "utf8" }).stdout ?? "";
    const missing = ["libnss3.so", "libnspr4.so", "libexpat.so.1"].filter(
      (name) => !libraries.includes(name),
    );
    return missing.length === 0
      ? { what, status: "ok", detail: "Chromium comes with the packages" }
      : { what, status: "optional", detail: `browser tests need ${missing.join(", ")}` };
  }
  return { what, status: "optional", detail: "browser tests need BATON_BROWSER or an installed Chrome" };
}
