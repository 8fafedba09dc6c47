/** `/api/ask`: questions to two agents, and to a phone, over HTTP. */
import { maxAskBytes } from "../../ask-protocol.ts";
import { type Route, readJson, sendJson } from "../routes.ts";
import { type Desk, openDesk } from "./desk.ts";
import type { DeskName } from "./desk-messages.ts";

export interface AskRoutes {
  readonly routes: readonly Route[];
  /** Ends the threads, once what they are at is done. */
  close(): Promise<void>;
}

/** Returns the routes; their threads start with the first question, from `entry`. */
export function openAskRoutes(entry: URL): AskRoutes {
  const desks: Readonly<Record<DeskName, Desk>> = {
    agents: openDesk("agents", entry),
    phones: openDesk("phones", entry),
  };
  const post = (path: string, desk: Desk): Route => ({
    method: "POST",
    path,
    async answer(request, response) {
      const body = await readJson(request, maxAskBytes);
      sendJson(response, 200, await desk.ask({ type: "ask", body }));
    },
  });
  return {
    routes: [
      {
        method: "GET",
        path: "/api/ask",
        async answer(_request, response) {
          sendJson(response, 200, await desks.agents.ask({ type: "offer" }));
        },
      },
      post("/api/ask", desks.agents),
      post("/api/ask/phone", desks.phones),
    ],
    async close() {
      await Promise.all(Object.values(desks).map((desk) => desk.close()));
    },
  };
}
