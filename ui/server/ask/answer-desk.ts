/** The thread's side of a desk: opens what it works with at the first request, and answers one after the other. */
import { parentPort } from "node:worker_threads";
import { BadInputError } from "#core";
import type { DeskAnswer, DeskRequest, DeskWork } from "./desk-messages.ts";

/** Answers every message of the parent with the work that `open` returns; one that cannot be opened is tried again at the next. */
export function answerDesk(open: () => Promise<DeskWork>): void {
  const port = parentPort;
  if (port === null) throw new RangeError("answerDesk: not in a worker thread");
  let work: Promise<DeskWork> | null = null;
  port.on("message", async (request: DeskRequest) => {
    let answer: DeskAnswer;
    try {
      work ??= open();
      const { offer, ask } = await work;
      answer = { type: "answered", answer: await (request.type === "offer" ? offer() : ask(request.body)) };
    } catch (error) {
      answer =
        error instanceof BadInputError
          ? { type: "refused", code: error.code, parts: error.parts }
          : {
              type: "failed",
              message: error instanceof Error ? (error.stack ?? error.message) : String(error),
            };
      if (work !== null)
        await work.catch(() => {
          work = null;
        });
    }
    port.postMessage(answer);
  });
}
