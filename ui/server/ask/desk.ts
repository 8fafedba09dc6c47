/** A desk at which questions wait in a short line, and a thread that answers them; the thread is started by the first question. */
import { setTimeout as delay } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { BadInputError } from "#core";
import { HttpRefusal } from "../routes.ts";
import type { DeskAnswer, DeskName, DeskRequest } from "./desk-messages.ts";

/** Questions in line, the one at work included; whoever comes then is told to come back. */
export const longestLine = 8;

/** Longer than any answer takes; a thread that hangs is ended, and the next question starts another. */
const LONGEST_ANSWER_MS = 60_000;

export interface Desk {
  /**
   * Returns the answer. Rejects with the BadInputError of a request that cannot be answered, with HttpRefusal 503 `busy` when the line is
   * full, and with Error when the thread fails.
   */
  ask(request: DeskRequest): Promise<unknown>;
  close(): Promise<void>;
}

/** Opens a desk; `entry` is a JavaScript file that registers the TypeScript loader. */
export function openDesk(name: DeskName, entry: URL): Desk {
  let worker: Worker | null = null;
  let inLine = 0;
  let before: Promise<unknown> = Promise.resolve();
  let closed = false;

  const start = (): Worker => {
    const started = new Worker(entry, { workerData: { desk: name }, name: `baton-ask-${name}` });
    // A thread that waits keeps no process alive.
    started.unref();
    started.on("exit", () => {
      if (worker === started) worker = null;
    });
    return started;
  };
  const answer = async (request: DeskRequest): Promise<unknown> => {
    if (closed) throw new HttpRefusal(503, "closing", "the server closes");
    worker ??= start();
    const said = await answerOf(worker, request);
    if (said.type === "answered") return said.answer;
    if (said.type === "refused") throw new BadInputError(said.code, said.parts);
    throw new Error(said.message);
  };

  return {
    ask(request) {
      if (inLine >= longestLine) {
        const refusal = `expected at most ${longestLine} questions at a time; ask again in a moment`;
        return Promise.reject(new HttpRefusal(503, "busy", refusal));
      }
      inLine++;
      const mine = before.then(() => answer(request)).finally(() => inLine--);
      before = mine.catch(() => {});
      return mine;
    },
    async close() {
      closed = true;
      // A thread that is ended while onnxruntime runs a graph in it takes the whole process along.
      await before;
      await worker?.terminate();
    },
  };
}

/** Asks a thread one question. Rejects when it ends, or takes too long and is ended. */
async function answerOf(worker: Worker, request: DeskRequest): Promise<DeskAnswer> {
  const patience = new AbortController();
  try {
    return await Promise.race([
      new Promise<DeskAnswer>((resolve, reject) => {
        const { signal } = patience;
        const listen = (event: "message" | "error" | "exit", then: (value: unknown) => void): void => {
          worker.once(event, then);
          signal.addEventListener("abort", () => worker.off(event, then));
        };
        listen("message", (said) => resolve(said as DeskAnswer));
        listen("error", reject);
        listen("exit", () => reject(new Error("the thread that answers has ended")));
        worker.postMessage(request);
      }),
      delay(LONGEST_ANSWER_MS, null, { ref: false, signal: patience.signal }).then(async () => {
        await worker.terminate();
        throw new Error(`no answer within ${LONGEST_ANSWER_MS} ms`);
      }),
    ]);
  } finally {
    patience.abort();
  }
}
