import { expect, test } from "vitest";
import { createGraph, divergence, posterior, posteriorOf, sample, toOnnx } from "#core/model";
import { openOnnxSession } from "#core/node";

const MEANS = [0, 0.5, -2, 1.5];
const LOG_VARIANCES = [0, -1, 0.7, -3];

/** Returns what a graph makes of the posterior that the encoder's output [2, 4], latent size 2, stands for. */
async function evaluate(freeNats: number, encoded: Float32Array, noise = new Float32Array(4)) {
  const graph = createGraph();
  const latent = posterior(graph.input("encoded", [2, 4]));
  graph.output("divergence", divergence(latent, freeNats));
  graph.output("drawn", sample(latent, graph.input("noise", [2, 2])));
  graph.output("logVariance", latent.logVariance);
  const session = await openOnnxSession(toOnnx(graph));
  const results = await session.run({ encoded, noise });
  await session.close();
  return {
    divergence: Number(results.divergence[0]),
    drawn: results.drawn as Float32Array,
    logVariance: results.logVariance as Float32Array,
  };
}

/** The divergence by its definition: the integral of q ln(q / p) over 20 standard deviations, trapezoidal rule. */
function integral(mean: number, logVariance: number): number {
  const deviation = Math.exp(logVariance / 2);
  const dx = deviation / 200;
  let total = 0;
  for (let i = -4000; i <= 4000; i++) {
    const x = mean + i * dx;
    const logQ = -(((x - mean) / deviation) ** 2) / 2 - Math.log(deviation);
    total += Math.exp(logQ) * (logQ + x ** 2 / 2) * dx;
  }
  return total / Math.sqrt(2 * Math.PI);
}

const pack = (means: readonly number[], logs: readonly number[]) =>
  Float32Array.of(means[0], means[1], logs[0], logs[1], means[2], means[3], logs[2], logs[3]);

test("the divergence is the integral of q ln(q / p), averaged over rows and summed over dimensions", async () => {
  const nats = MEANS.map((mean, i) => integral(mean, LOG_VARIANCES[i]));
  const perDimension = [(nats[0] + nats[2]) / 2, (nats[1] + nats[3]) / 2];
  const encoded = pack(MEANS, LOG_VARIANCES);
  const wanted = perDimension[0] + perDimension[1];
  expect((await evaluate(0, encoded)).divergence).toBeCloseTo(wanted, 5);
  // Free bits: a dimension below the floor counts as the floor.
  const floor = (perDimension[0] + perDimension[1]) / 2;
  const floored = Math.max(perDimension[0], floor) + Math.max(perDimension[1], floor);
  expect(floored).toBeGreaterThan(wanted);
  expect((await evaluate(floor, encoded)).divergence).toBeCloseTo(floored, 5);
});

test("the standard normal has no divergence", async () => {
  expect((await evaluate(0, new Float32Array(8))).divergence).toBe(0);
});

test("a draw is the mean plus the deviation times the noise, and the mean without noise", async () => {
  const encoded = pack(MEANS, LOG_VARIANCES);
  expect([...(await evaluate(0, encoded)).drawn]).toEqual(MEANS.map(Math.fround));
  const noise = [1, -2, 0.5, 3];
  const { drawn } = await evaluate(0, encoded, Float32Array.from(noise));
  for (const [i, value] of drawn.entries()) {
    expect(value).toBeCloseTo(MEANS[i] + noise[i] * Math.exp(LOG_VARIANCES[i] / 2), 5);
  }
});

test("a log variance beyond -10..4 is held there, so that no latent overflows or becomes exact", async () => {
  const { logVariance, divergence: nats } = await evaluate(0, pack([0, 0, 0, 0], [100, -100, 3, -9]));
  expect([...logVariance]).toEqual([4, -10, 3, -9]);
  expect(Number.isFinite(nats)).toBe(true);
});

test("an encoder of two outputs has the posterior that one of two halves has", async () => {
  const graph = createGraph();
  const latent = posteriorOf(graph.input("means", [2, 2]), graph.input("logs", [2, 2]));
  graph.output("divergence", divergence(latent, 0));
  graph.output("drawn", sample(latent, graph.input("noise", [2, 2])));
  graph.output("logVariance", latent.logVariance);
  const session = await openOnnxSession(toOnnx(graph));
  const noise = Float32Array.of(1, -2, 0.5, 3);
  const [means, logs] = [MEANS, [100, -100, 0.7, -3]];
  const got = await session.run({ means: Float32Array.from(means), logs: Float32Array.from(logs), noise });
  await session.close();
  const wanted = await evaluate(0, pack(means, logs), noise);
  expect(got.logVariance).toEqual(wanted.logVariance);
  expect([...(got.logVariance as Float32Array)]).toEqual([4, -10, 0.7, -3].map(Math.fround));
  expect(got.drawn).toEqual(wanted.drawn);
  expect(Number(got.divergence[0])).toBe(wanted.divergence);
});

test("a mean does not need the spread: a graph of means alone has no weight of it", () => {
  const graph = createGraph();
  const spread = graph.parameter("spread", [2, 2], { constant: 0 });
  graph.output("mean", posteriorOf(graph.input("means", [2, 2]), spread).mean);
  const written = new TextDecoder("latin1").decode(toOnnx(graph, new Float32Array(4)));
  expect(written).toContain("means");
  expect(written).not.toContain("Clip");
});

test("an encoder's output of an odd width has no two halves", () => {
  const graph = createGraph();
  expect(() => posterior(graph.input("encoded", [2, 3]))).toThrow(RangeError);
});
