/** A worker whose frames hold 5,000 phones and say, in place of simulated time, when they were made by the wall clock. */
import { workerData } from "node:worker_threads";
import { answerRequests } from "../../ui/server/answer-requests.ts";
import type { SimulatorFrame } from "../../ui/server/simulator.ts";
import { fakeAgentSource, fakeRanSource } from "../support/fake-simulators.ts";

const phones = 5000;

const stampedSource: typeof fakeRanSource = {
  ...fakeRanSource,
  async open(choice) {
    const simulator = await fakeRanSource.open(choice);
    return { ...simulator, frame: () => stamped(simulator.frame()) };
  },
};

/** Returns a frame whose arrays are repeated until they hold one value or more for each phone. */
function stamped(frame: SimulatorFrame): SimulatorFrame {
  const wide = Object.entries(frame).map(([name, value]) => [
    name,
    value instanceof Float32Array || value instanceof Int16Array || value instanceof Uint8Array
      ? repeated(value)
      : value,
  ]);
  return { ...Object.fromEntries(wide), timeS: Date.now() / 1000 };
}

function repeated(array: Float32Array | Int16Array | Uint8Array): typeof array {
  const times = Math.ceil(phones / array.length);
  const wide = new (array.constructor as Float32ArrayConstructor)(times * array.length);
  for (let i = 0; i < times; i++) wide.set(array, i * array.length);
  return wide;
}

answerRequests(workerData.domain === "ran" ? stampedSource : fakeAgentSource);
