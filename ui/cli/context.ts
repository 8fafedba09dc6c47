import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** Where a command reads and writes; tests pass their own. */
export interface Context {
  /** One document or table; nothing else. */
  readonly out: (text: string) => void;
  /** Progress, notes and errors. */
  readonly note: (text: string) => void;
  /** Whether notes go to a terminal, so that a progress line may be redrawn. */
  readonly terminal: boolean;
  /** Where the user stands: npm changes the working directory to the package. */
  readonly cwd: string;
  readonly projectRoot: string;
  /** A clock in seconds, for progress and timings. */
  readonly nowS: () => number;
  /** The time as ISO 8601, for manifests. */
  readonly now: () => string;
  /** On how many threads shards may run. */
  readonly threads: number;
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
  /** The words after `baton`, as typed. */
  readonly argv: readonly string[];
}

/** Each thread has worlds and models of its own in memory, some hundred MB with 100 phones. */
const MOST_THREADS = 8;

const projectRoot = fileURLToPath(new URL("../../", import.meta.url));

/** Returns the context of this process. */
export function processContext(argv: readonly string[], signal: AbortSignal): Context {
  return {
    out: (text) => process.stdout.write(text.endsWith("\n") ? text : `${text}\n`),
    note: (text) => process.stderr.write(text),
    terminal: process.stderr.isTTY === true,
    cwd: process.env.INIT_CWD ?? process.cwd(),
    projectRoot,
    nowS: () => performance.now() / 1000,
    now: () => new Date().toISOString(),
    threads: Math.min(MOST_THREADS, availableParallelism()),
    signal,
    argv,
  };
}

/** Returns a path that the user typed as an absolute one. */
export function userPath(context: Context, path: string): string {
  return resolve(context.cwd, path);
}

/** Returns the folder that holds the runs. */
export function runsFolder(context: Context, out: string | undefined): string {
  return out === undefined ? join(context.projectRoot, "runs") : userPath(context, out);
}
