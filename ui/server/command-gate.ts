/** Keeps a hasty hand, or a broken program, from starting a simulation for every message that it sends. */
import type { ClientMessage } from "../protocol.ts";

/** What a client may ask of the run, once it has said hello. */
export type Request = Exclude<ClientMessage, { type: "hello" }>;

/** What came in is done at most this often, all clients together. */
export const gatePeriodMs = 100;

export interface CommandGate {
  /** Does the request at once, or with the next turn: then of several that say the same kind of thing only the last. */
  ask(request: Request): void;
  close(): void;
}

/** Returns a gate in front of `act`. The first request after a quiet while is not delayed. */
export function createCommandGate(act: (request: Request) => void): CommandGate {
  /** By what they are about, in the order in which they last came. */
  const waiting = new Map<string, Request>();
  let turn: ReturnType<typeof setTimeout> | null = null;

  const doWaiting = (): void => {
    turn = null;
    if (waiting.size === 0) return;
    const requests = [...waiting.values()];
    waiting.clear();
    turn = setTimeout(doWaiting, gatePeriodMs);
    for (const request of requests) act(request);
  };
  return {
    ask(request) {
      const key = request.type === "select" ? `select ${request.domain}` : request.type;
      const earlier = waiting.get(key);
      waiting.delete(key);
      // A scenario chosen just before an arm is still wanted.
      waiting.set(key, { ...earlier, ...request } as Request);
      if (turn === null) doWaiting();
    },
    close() {
      if (turn !== null) clearTimeout(turn);
      waiting.clear();
      turn = null;
    },
  };
}
