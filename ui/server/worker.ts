/** A thread's main: the simulator of `workerData.domain`, or a desk that answers questions, one after the other. */
import { workerData } from "node:worker_threads";
import type { Domain } from "#core";
import { answerRequests } from "./answer-requests.ts";
import { answerDesk } from "./ask/answer-desk.ts";
import type { DeskName } from "./ask/desk-messages.ts";

const { domain, desk } = workerData as { readonly domain?: Domain; readonly desk?: DeskName };
if (desk !== undefined) {
  answerDesk(async () =>
    desk === "agents"
      ? (await import("./ask/ask-agents.ts")).openAskAgents()
      : (await import("./ask/ask-phones.ts")).openAskPhones(),
  );
} else {
  const source =
    domain === "ran"
      ? (await import("./ran-source.ts")).ranSource
      : (await import("./agent-source.ts")).agentSource;
  answerRequests(source);
}
