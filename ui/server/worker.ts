/** A worker's main: loads the simulator of `workerData.domain` and answers requests, one after the other. */
import { workerData } from "node:worker_threads";
import type { Domain } from "#core";
import { answerRequests } from "./answer-requests.ts";

const domain = workerData.domain as Domain;
const source =
  domain === "ran"
    ? (await import("./ran-source.ts")).ranSource
    : (await import("./agent-source.ts")).agentSource;
answerRequests(source);
