/** A worker with a simulator that moves a few dots and counts, for tests of what lies around simulators. */
import { workerData } from "node:worker_threads";
import { answerRequests } from "../../ui/server/answer-requests.ts";
import { fakeAgentSource, fakeRanSource } from "./fake-simulators.ts";

answerRequests(workerData.domain === "ran" ? fakeRanSource : fakeAgentSource);
