/** `POST /api/drop?name=...`: reads a user's own file in a process of its own, answers in lines, and keeps nothing. */
import { type ChildProcess, fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { constants, setPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { BadInputError } from "#core";
import type { DropLine } from "../../drop-line.ts";
import { HttpRefusal, type Route } from "../routes.ts";
import { securityHeaders } from "../security-headers.ts";
import { receiveFile, safeName } from "./receive-file.ts";

/** Files that are read at a time, whoever dropped them: the live run goes on beside them. */
const mostAtATime = 2;
const mostMs = 120_000;
/** Of the process's heap; arrays of numbers lie outside of it. */
const mostHeapMiB = 2048;

const entry = fileURLToPath(new URL("./drop-worker.js", import.meta.url));

export interface Drops {
  readonly route: Route;
  /** Ends what is being read; its files are deleted. */
  close(): Promise<void>;
}

/** Returns the route; `limitMs` is how long one file may take. */
export function openDrops({ limitMs = mostMs }: { readonly limitMs?: number } = {}): Drops {
  const underWay = new Map<Promise<void>, AbortController>();
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const name = safeName(new URL(request.url ?? "/", "http://baton").searchParams.get("name") ?? "");
    if (underWay.size >= mostAtATime) throw new HttpRefusal(429, "dropped-file", busy(name).message);
    const stop = new AbortController();
    response.on("close", () => stop.abort());
    const job = readDropped(request, response, { name, limitMs, signal: stop.signal });
    const settled = job.catch(() => {}).finally(() => underWay.delete(settled));
    underWay.set(settled, stop);
    await job;
  };
  return {
    route: { method: "POST", path: "/api/drop", answer },
    async close() {
      for (const stop of underWay.values()) stop.abort();
      await Promise.all(underWay.keys());
    },
  };
}

async function readDropped(
  request: IncomingMessage,
  response: ServerResponse,
  of: { readonly name: string; readonly limitMs: number; readonly signal: AbortSignal },
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "baton-drop-"));
  try {
    await receiveFile(request, join(folder, of.name), of.name);
    response.writeHead(200, {
      ...securityHeaders,
      "Content-Type": "application/x-ndjson; charset=utf-8",
      "Cache-Control": "no-store",
    });
    await runWorker(folder, of, (line) => response.write(`${JSON.stringify(line)}\n`));
    response.end();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Resolves when the process has ended, with its last line written: its own, or why there is none. */
function runWorker(
  folder: string,
  {
    name,
    limitMs,
    signal,
  }: { readonly name: string; readonly limitMs: number; readonly signal: AbortSignal },
  write: (line: DropLine) => void,
): Promise<void> {
  const child = fork(entry, [name], {
    cwd: folder,
    execArgv: [`--max-old-space-size=${mostHeapMiB}`],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  giveWay(child);
  let isAnswered = false;
  let isLate = false;
  const end = (): void => {
    child.kill("SIGKILL");
  };
  const patience = setTimeout(() => {
    isLate = true;
    end();
  }, limitMs);
  if (signal.aborted) end();
  signal.addEventListener("abort", end, { once: true });
  child.on("message", (line: DropLine) => {
    isAnswered ||= line.type === "result" || line.type === "refused";
    write(line);
  });
  return new Promise((resolve) => {
    child.on("error", () => {});
    child.on("close", () => {
      clearTimeout(patience);
      signal.removeEventListener("abort", end);
      if (!isAnswered && !signal.aborted) {
        const { code, message } = isLate ? tooLong(name, limitMs) : failed(name);
        write({ type: "refused", code, message });
      }
      resolve();
    });
  });
}

/** The live run comes first. */
function giveWay({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // A system that does not allow it runs both alike.
  }
}

const byCommand = "give it to the command line, which takes the time that it needs";

function tooLong(name: string, limitMs: number): BadInputError {
  return new BadInputError("dropped-file", {
    subject: name,
    expected: `what can be read and run within ${limitMs / 1000} s`,
    got: "more",
    remedy: byCommand,
  });
}

function failed(name: string): BadInputError {
  return new BadInputError("dropped-file", {
    subject: name,
    expected: "a file that is read to its end",
    got: "a process that ended before, as one does that has no more memory",
    remedy: `${byCommand} and says what is wrong`,
  });
}

function busy(name: string): BadInputError {
  return new BadInputError("dropped-file", {
    subject: name,
    expected: `at most ${mostAtATime} files at a time`,
    got: "another",
    remedy: "drop it again when one of them is done",
  });
}
