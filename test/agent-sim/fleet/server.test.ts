import fc from "fast-check";
import { expect, test } from "vitest";
import { modelPresets } from "../../../agent-sim/cost/model.ts";
import { simulateFleet } from "../../../agent-sim/fleet/simulate.ts";
import { createStream } from "../../../core/index.ts";
import { type OneStage, oneStage } from "./one-stage.ts";

const FIXED_S = 0.002;
const STEP_S = 0.01;
const SEQUENCE_S = 0.0001;
/** A token, at 100 tokens. */
const PREFILL_S = 1e-4;
/** What a token of context adds to a step. */
const CONTEXT_S = 1e-6;

/** One server iteration by iteration, with neither events nor stretches: the rules as they stand in server.ts's head. */
function plainServer(
  { arrivalS, promptTokens, outputTokens }: OneStage,
  {
    budget,
    most,
    flops,
  }: { budget: number; most: number; flops: (tokens: number, behind: number) => number },
) {
  const left = [...promptTokens];
  const toSay = [...outputTokens];
  const firstTokenS: number[] = [];
  const doneS: number[] = [];
  let waiting: number[] = [];
  let prefilling: number[] = [];
  let decoding: number[] = [];
  let next = 0;
  let nowS = 0;
  while (doneS.filter((time) => time !== undefined).length < arrivalS.length) {
    if (waiting.length + prefilling.length + decoding.length === 0) nowS = Math.max(nowS, arrivalS[next]);
    while (next < arrivalS.length && arrivalS[next] <= nowS) waiting.push(next++);
    let tokens = budget - decoding.length;
    const chunks = new Map<number, number>();
    let workS = 0;
    while (tokens > 0) {
      const request = prefilling.find((one) => !chunks.has(one)) ?? waiting[0];
      if (request === undefined) break;
      if (request === waiting[0]) {
        if (prefilling.length + decoding.length === most) break;
        prefilling.push(request);
        waiting = waiting.slice(1);
      }
      const taken = Math.min(tokens, left[request]);
      chunks.set(request, taken);
      tokens -= taken;
      workS += (PREFILL_S * 100 * flops(taken, promptTokens[request] - left[request])) / flops(100, 0);
    }
    nowS += chunks.size > 0 ? FIXED_S + workS : 0;
    for (const request of decoding)
      nowS += CONTEXT_S * (promptTokens[request] + outputTokens[request] - toSay[request]);
    nowS += decoding.length > 0 ? STEP_S + (decoding.length - 1) * SEQUENCE_S : 0;
    const said = [...decoding];
    for (const [request, taken] of chunks) {
      left[request] -= taken;
      if (left[request] > 0) continue;
      prefilling = prefilling.filter((one) => one !== request);
      firstTokenS[request] = nowS;
      said.push(request);
      decoding.push(request);
    }
    for (const request of said) {
      if (--toSay[request] > 0) continue;
      decoding = decoding.filter((one) => one !== request);
      doneS[request] = nowS;
    }
  }
  return { firstTokenS, doneS };
}

const request = fc.record({
  gapS: fc.double({ min: 1e-3, max: 0.4, noNaN: true }),
  promptTokens: fc.integer({ min: 1, max: 900 }),
  outputTokens: fc.integer({ min: 1, max: 40 }),
});

test("stretches of decoding and their ends give what one iteration after another gives", () => {
  fc.assert(
    fc.property(
      fc.array(request, { minLength: 1, maxLength: 25 }),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 7, max: 600 }),
      (requests, most, budget) => {
        const arrivalS: number[] = [];
        for (const { gapS } of requests) arrivalS.push((arrivalS.at(-1) ?? 0) + gapS);
        const stage: OneStage = {
          arrivalS,
          promptTokens: requests.map(({ promptTokens }) => promptTokens),
          outputTokens: requests.map(({ outputTokens }) => outputTokens),
        };
        const params = oneStage(stage, {
          maxSequences: most,
          tokensPerIteration: budget,
          fixedS: FIXED_S,
          sequenceS: SEQUENCE_S,
          decodeContextS: CONTEXT_S,
        });
        const state = simulateFleet(params);
        const { layers, heads, headSize, parameters } = modelPresets["qwen2.5-7b"];
        const plain = plainServer(stage, {
          budget,
          most,
          flops: (n, c) => 2 * parameters * n + 4 * layers * heads * headSize * n * (c + n / 2),
        });
        for (const i of requests.keys()) {
          expect(state.firstTokenS[i]).toBeCloseTo(plain.firstTokenS[i], 8);
          expect(state.doneS[i]).toBeCloseTo(plain.doneS[i], 8);
        }
      },
    ),
    { numRuns: 200 },
  );
});

/** Poisson arrivals at a server that takes one request at a time; returns mean wait and service times. */
function queue(load: number, outputTokens: (i: number) => number) {
  const requests = 60_000;
  const random = createStream(1, "queue-test");
  const outputs = Array.from({ length: requests }, (_, i) => outputTokens(i));
  const serviceS = outputs.map((tokens) => FIXED_S + 100 * PREFILL_S + (tokens - 1) * STEP_S);
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const rate = load / mean(serviceS);
  const arrivalS: number[] = [];
  for (let i = 0; i < requests; i++)
    arrivalS.push((arrivalS.at(-1) ?? 0) - Math.log(1 - random.uniform(i)) / rate);
  const params = oneStage(
    { arrivalS, promptTokens: outputs.map(() => 100), outputTokens: outputs },
    { maxSequences: 1, fixedS: FIXED_S },
  );
  const { doneS } = simulateFleet(params);
  const waitS = mean(serviceS.map((service, i) => doneS[i] - arrivalS[i] - service));
  return { waitS, rate, meanS: mean(serviceS), squareS2: mean(serviceS.map((service) => service ** 2)) };
}

// 60,000 requests: the mean wait of these draws is within 5 % of the limit, and is the same in every run.
test.each([0.3, 0.6, 0.8])("equal requests at load %s wait as in M/D/1: rho S / 2 (1 - rho)", (load) => {
  const { waitS, meanS } = queue(load, () => 51);
  expect(waitS / ((load * meanS) / (2 * (1 - load)))).toBeCloseTo(1, 1);
});

test("requests of exponential length wait as in M/M/1, and any as Pollaczek and Khinchine say", () => {
  const random = createStream(2, "queue-test-length");
  const { waitS, meanS, rate, squareS2 } = queue(
    0.6,
    (i) => 1 + Math.round(-400 * Math.log(1 - random.uniform(i))),
  );
  expect(waitS / ((0.6 * meanS) / 0.4)).toBeCloseTo(1, 1);
  expect(waitS / ((rate * squareS2) / (2 * 0.4))).toBeCloseTo(1, 1);
});

test("a batch gets more done in the same time than one request after another", () => {
  const burst = { length: 40 };
  const stage: OneStage = {
    arrivalS: Array.from(burst, (_, i) => i * 1e-3),
    promptTokens: Array.from(burst, () => 50),
    outputTokens: Array.from(burst, () => 100),
  };
  const lastS = (maxSequences: number): number =>
    Math.max(...simulateFleet(oneStage(stage, { maxSequences })).doneS);
  expect(lastS(1) / lastS(8)).toBeGreaterThan(6);
  expect(lastS(8)).toBeGreaterThan(lastS(40));
});
