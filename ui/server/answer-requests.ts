/** The worker's side of the conversation with the server. */
import { parentPort } from "node:worker_threads";
import { BadInputError } from "#core";
import { encodeFrame, type Frame } from "../protocol.ts";
import type { Simulator, SimulatorSource } from "./simulator.ts";
import { type Progress, reportsPerStep, type WorkerAnswer, type WorkerRequest } from "./worker-messages.ts";

/**
 * Says what `source` has to offer, then answers every request in order. Bad input is answered with `refused`; any other
 * error ends the worker, which the server reports.
 */
export function answerRequests(source: SimulatorSource): void {
  const port = parentPort;
  if (port === null) throw new RangeError("answerRequests runs in a worker only");
  let simulator: Simulator | null = null;
  let epoch = 0;
  let sequence = 0;

  const progress = (running: Simulator, wantKpis: boolean): Progress => {
    const reports = running.takeReports();
    const frame: Frame = { ...running.frame(), epoch, sequence: sequence++ };
    return {
      timeS: frame.timeS,
      frame: encodeFrame(frame),
      reports: reports.slice(-reportsPerStep),
      reportCount: reports.length,
      kpis: wantKpis ? running.kpis() : null,
    };
  };
  const answer = async (request: WorkerRequest): Promise<WorkerAnswer> => {
    switch (request.type) {
      case "start": {
        const opened = await source.open(request.choice);
        simulator = opened;
        epoch = request.epoch;
        sequence = 0;
        return { type: "started", layout: opened.layout, ...progress(opened, true) };
      }
      case "advance":
        if (simulator === null) throw new RangeError("advance: no run has been started");
        await simulator.advance(request.dtS);
        return { type: "advanced", ...progress(simulator, request.wantKpis) };
    }
  };

  let last: Promise<void> = Promise.resolve();
  port.on("message", (request: WorkerRequest) => {
    last = last.then(async () => {
      let reply: WorkerAnswer;
      try {
        reply = await answer(request);
      } catch (error) {
        if (!(error instanceof BadInputError)) throw error;
        reply = { type: "refused", message: error.message };
      }
      port.postMessage(reply, "frame" in reply ? [reply.frame] : []);
    });
    // A rejection nobody handles ends the worker with the error's own message.
    void last;
  });
  port.postMessage({
    type: "ready",
    formerArms: source.formerArms ?? {},
    catalogue: source.catalogue,
    initial: source.initial,
    armOfAll: source.armOfAll,
  } satisfies WorkerAnswer);
}
