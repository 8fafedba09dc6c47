/** `GET /healthz`: whether the server is up and both simulators run, for whatever watches over it. */
import type { RunState, SideState } from "../protocol.ts";
import { type Route, sendJson } from "./routes.ts";

export interface Health {
  /** `ok`: both sides run or are about to; `degraded`: one has stopped; `starting`: the simulators load or the page is built. */
  readonly status: "ok" | "degraded" | "starting";
  readonly ran: SideHealth | null;
  readonly agent: SideHealth | null;
}
type SideHealth = Pick<SideState, "status" | "scenario">;

/** Returns the health that a state of the run means; null before there is one. */
export function healthOf(run: RunState | null): Health {
  if (run === null) return { status: "starting", ran: null, agent: null };
  const [ran, agent] = [run.ran, run.agent].map(({ status, scenario }) => ({ status, scenario }));
  const hasStopped = ran.status === "stopped" || agent.status === "stopped";
  return { status: hasStopped ? "degraded" : "ok", ran, agent };
}

/** Answered without a token: it tells no more than whether the server runs. */
export const healthPath = "/healthz";

/** Answers 200 while all is well and 503 otherwise, with a {@link Health} either way. */
export function healthRoute(currentRun: () => RunState | null): Route {
  return {
    method: "GET",
    path: healthPath,
    answer(_request, response) {
      const health = healthOf(currentRun());
      sendJson(response, health.status === "ok" ? 200 : 503, health);
    },
  };
}
