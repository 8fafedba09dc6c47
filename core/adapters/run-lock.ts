// One process writes a run at a time: a file `lock` in the run's folder says which.

import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { link, readFile, rm, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import process from "node:process";
import { z } from "zod";
import { BadInputError } from "../bad-input.ts";
import { WriteError } from "../write-error.ts";
import { writeWhole } from "./write-whole.ts";

const holderSchema = z.object({
  host: z.string(),
  pid: z.number().int().positive(),
  /** What tells the process from a later one of the same number; null where the system does not say. */
  started: z.string().nullable(),
  /** So that a process that holds two runs, or has lost one, knows its own. */
  token: z.string(),
});

type Holder = z.infer<typeof holderSchema>;

/** How long a lock that cannot be read, or its taking over, may be somebody's work of this moment. */
const MOMENT_MS = 10_000;

/** The right to write a run. */
export interface RunLock {
  /** Gives it back; more than once is once. */
  release(): Promise<void>;
}

/**
 * Locks the run in `folder` for this process. A lock whose process has ended on this machine is taken over: its number may be
 * another's by now, so the time at which the process began counts too. Throws BadInputError ("run-locked") when another process
 * has it, or one of another machine, of which nobody here can say whether it still runs; and WriteError.
 */
export async function lockRun(folder: string): Promise<RunLock> {
  const path = join(folder, "lock");
  const mine: Holder = {
    host: hostname(),
    pid: process.pid,
    started: processStart(process.pid),
    token: randomBytes(8).toString("hex"),
  };
  if (!(await createWith(path, mine))) await takeOver(path, mine);
  return {
    async release() {
      if ((await readHolder(path))?.token === mine.token) await rm(path, { force: true }).catch(() => {});
    },
  };
}

/** Returns whether the process that a lock names may still write. */
function isAlive({ host, pid, started }: Holder): boolean {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Another user's process may not be signalled, but is there.
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  const now = processStart(pid);
  return started === null || now === null || started === now;
}

/**
 * Returns the machine's start and the clock ticks from it to the start of the process (proc(5)), null where it is not Linux, and
 * "ended" for a process that only waits for its parent to take notice.
 */
function processStart(pid: number): string | null {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field, the name in brackets, may hold spaces and brackets; state is the third, starttime the 22nd.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? "ended" : `${boot} ${fields[19]}`;
  } catch {
    return null;
  }
}

/**
 * Puts `mine` where a dead process left its lock. Two that find the same dead lock go one after the other, by a file that is
 * there for that moment: else the second would take the fresh lock of the first for the dead one.
 */
async function takeOver(path: string, mine: Holder): Promise<void> {
  const moment = `${path}.taking`;
  if (await isOlderThanAMoment(moment)) await rm(moment, { force: true });
  if (!(await createWith(moment, mine))) throw locked(path, "another process is taking it over");
  try {
    const holder = await readHolder(path);
    if (holder === null && !(await isOlderThanAMoment(path)))
      throw locked(path, "another process is starting");
    if (holder !== null && isAlive(holder)) {
      const here = holder.host === mine.host;
      throw locked(
        path,
        `process ${holder.pid}${here ? "" : ` on ${holder.host}`} is writing it`,
        here ? undefined : `if that has ended, delete ${path}`,
      );
    }
    await writeWhole(path, JSON.stringify(mine));
  } finally {
    await rm(moment, { force: true });
  }
}

/** Returns false when the file is there already; it never holds half of `content`. */
async function createWith(path: string, content: Holder): Promise<boolean> {
  const temporary = `${path}.${content.token}.tmp`;
  try {
    await writeFile(temporary, JSON.stringify(content), { flag: "wx" });
    await link(temporary, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    // Some file systems have no links.
    if (["EPERM", "ENOTSUP", "ENOSYS", "EOPNOTSUPP"].includes(code ?? "")) return createPlain(path, content);
    throw new WriteError(path, error);
  } finally {
    await rm(temporary, { force: true }).catch(() => {});
  }
}

async function createPlain(path: string, content: Holder): Promise<boolean> {
  try {
    await writeFile(path, JSON.stringify(content), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw new WriteError(path, error);
  }
}

async function readHolder(path: string): Promise<Holder | null> {
  try {
    return holderSchema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch {
    return null;
  }
}

async function isOlderThanAMoment(path: string): Promise<boolean> {
  try {
    const { mtimeMs } = await stat(path);
    // The disk's clock, by a file of now, may differ from the machine's; a moment is long enough for that.
    return Date.now() - mtimeMs > MOMENT_MS;
  } catch {
    return false;
  }
}

function locked(path: string, got: string, remedy?: string): BadInputError {
  return new BadInputError("run-locked", {
    subject: `run ${basename(dirname(path))}`,
    expected: "a run that no other process is writing",
    got,
    remedy: remedy ?? "wait until it has ended, or stop it; then go on with --resume",
  });
}
