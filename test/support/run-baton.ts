import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Context } from "../../ui/cli/context.ts";
import { runCli } from "../../ui/cli/program.ts";

const projectRoot = fileURLToPath(new URL("../../", import.meta.url));

/** What a command line said and how it ended. */
export interface Said {
  readonly code: number;
  readonly out: string;
  readonly notes: string;
}

/** Runs a command line in this process, with a clock of its own, on one thread; `signal` stands for Ctrl-C. */
export async function runBaton(
  argv: readonly string[],
  {
    cwd = projectRoot,
    signal = new AbortController().signal,
    threads = 1,
  }: { cwd?: string; signal?: AbortSignal; threads?: number } = {},
): Promise<Said> {
  const out: string[] = [];
  const notes: string[] = [];
  let timeS = 0;
  const context: Context = {
    out: (text) => out.push(text.endsWith("\n") ? text : `${text}\n`),
    note: (text) => notes.push(text),
    terminal: false,
    cwd,
    projectRoot,
    nowS: () => ++timeS,
    now: () => "2026-01-02T03:04:05.000Z",
    threads,
    signal,
    argv,
  };
  const code = await runCli(context);
  return { code, out: out.join(""), notes: notes.join("") };
}

/** Returns a folder for runs and a function that deletes it. */
export function temporaryFolder(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "baton-test-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
