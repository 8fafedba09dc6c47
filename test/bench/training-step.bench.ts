import { bench, describe } from "vitest";
import { jaxEngine } from "./training-step/jax.ts";
import { onnxEngine } from "./training-step/onnx.ts";
import type { Engine } from "./training-step/task.ts";
import { tensorflowEngine } from "./training-step/tensorflow.ts";

// One training step of a gated recurrent unit in three engines. The other two are no packages of the project; to measure
// against them, run
//   npm install --no-save @jax-js/jax@0.1.25 @tensorflow/tfjs@4.22.0 @tensorflow/tfjs-backend-wasm@4.22.0
// before, and `npm ci` after.

/** All engines run on one thread: what they take of the processor is the time on an idle machine, and less noisy. */
function processorTimeMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Returns a package, or null when it is not installed. */
// biome-ignore lint/suspicious/noExplicitAny: the package may be absent, and its types with it
async function optional(name: string): Promise<any> {
  try {
    return await import(/* @vite-ignore */ name);
  } catch {
    return null;
  }
}

const engines: Record<string, Engine> = { "onnxruntime-node": await onnxEngine() };
const jax = await optional("@jax-js/jax");
if (jax !== null) engines["jax-js, wasm"] = await jaxEngine(jax);
const tensorflow = await optional("@tensorflow/tfjs");
if (tensorflow !== null && (await optional("@tensorflow/tfjs-backend-wasm")) !== null) {
  engines["TensorFlow.js, wasm"] = await tensorflowEngine(tensorflow, "wasm");
}
if (tensorflow !== null) engines["TensorFlow.js, cpu"] = await tensorflowEngine(tensorflow, "cpu");

// Engines that compute something else would make the times mean nothing.
const losses: Record<string, number> = {};
for (const [name, engine] of Object.entries(engines)) {
  for (let step = 0; step < 3; step++) losses[name] = await engine.step();
}
for (const [name, loss] of Object.entries(losses)) {
  const wanted = losses["onnxruntime-node"];
  if (!(Math.abs(loss - wanted) < 1e-4))
    throw new Error(`${name}: loss ${loss} after three steps, not ${wanted}`);
}

describe("a step of a GRU: batch 256, 16 time steps, width 64, 32 inputs, 8 outputs, AdamW", () => {
  for (const [name, engine] of Object.entries(engines)) {
    // TensorFlow.js takes seconds a step in plain JavaScript.
    const iterations = name === "TensorFlow.js, cpu" ? 5 : 21;
    bench(name, async () => void (await engine.step()), {
      iterations,
      time: 0,
      warmupIterations: 1,
      warmupTime: 0,
      now: processorTimeMs,
    });
  }
});
