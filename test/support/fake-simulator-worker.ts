import { BadInputError, type Domain } from "#core";
import { encodeFrame, type Frame } from "../../ui/protocol.ts";
import type { Simulator, SimulatorSource } from "../../ui/server/simulator.ts";
import { SimulatorStoppedError, type SimulatorWorker } from "../../ui/server/simulator-worker.ts";
import type { Progress, WorkerAnswer, WorkerRequest } from "../../ui/server/worker-messages.ts";
import { fakeAgentSource, fakeRanSource } from "./fake-simulators.ts";

/**
 * Returns a fake simulator behind a worker's interface, without a thread: each answer takes `latencyMs()`. Like the real one it
 * throws when a request comes while one is under way, and is dead for good once its simulator has thrown.
 */
export function fakeSimulatorWorker(domain: Domain, latencyMs: () => number): SimulatorWorker {
  const source: SimulatorSource = domain === "ran" ? fakeRanSource : fakeAgentSource;
  let simulator: Simulator | null = null;
  let epoch = 0;
  let sequence = 0;
  let pending = false;
  let stopped: SimulatorStoppedError | null = null;

  const progress = (running: Simulator, wantKpis: boolean): Progress => {
    const reports = running.takeReports();
    const frame: Frame = { ...running.frame(), epoch, sequence: sequence++ };
    return {
      timeS: frame.timeS,
      frame: encodeFrame(frame),
      reports: reports.slice(-4),
      reportCount: reports.length,
      kpis: wantKpis ? running.kpis() : null,
    };
  };
  const answer = async (request: WorkerRequest): Promise<WorkerAnswer> => {
    if (request.type === "start") {
      simulator = await source.open(request.choice);
      epoch = request.epoch;
      sequence = 0;
      return { type: "started", layout: simulator.layout, ...progress(simulator, true) };
    }
    if (simulator === null) throw new RangeError("advance: no run has been started");
    await simulator.advance(request.dtS);
    return { type: "advanced", ...progress(simulator, request.wantKpis) };
  };
  const wait = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, latencyMs()));
  return {
    ready: wait().then(() => ({
      type: "ready",
      formerArms: source.formerArms ?? {},
      catalogue: source.catalogue,
      initial: source.initial,
      armOfAll: source.armOfAll,
    })),
    async ask(request) {
      if (pending) throw new RangeError(`the ${domain} simulator has a request under way`);
      if (stopped !== null) throw stopped;
      pending = true;
      await wait();
      try {
        return await answer(request);
      } catch (error) {
        if (error instanceof BadInputError) return { type: "refused", message: error.message };
        stopped = new SimulatorStoppedError((error as Error).message);
        throw stopped;
      } finally {
        pending = false;
      }
    },
    async close() {
      stopped ??= new SimulatorStoppedError("the simulator was closed");
    },
  };
}
