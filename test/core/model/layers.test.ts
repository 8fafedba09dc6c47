import { expect, test } from "vitest";
import { createStream } from "#core";
import {
  createGraph,
  type Graph,
  gru,
  gruStep,
  initialParameters,
  layerNorm,
  reshape,
  stack,
  swapLast,
  type Tensor,
  toOnnx,
  unstack,
} from "#core/model";
import { openOnnxSession } from "#core/node";
import { operator } from "../../../core/model/arithmetic.ts";
import { concat } from "../../../core/model/parts.ts";

const random = createStream(11, "layers");
const normals = (count: number, entity: number) =>
  Float32Array.from({ length: count }, (_, i) => random.normal(entity, i));

/** An optional input that is left out has the empty name in ONNX: here the sequence lengths, which are all equal. */
const omitted = (graph: Graph): Tensor => ({ graph, name: "", shape: [], type: "float32" });

async function run(graph: Graph, feeds: Record<string, Float32Array>) {
  const parameters = initialParameters(graph, 3).map((value, i) => value + 0.1 * random.normal(9, i));
  const session = await openOnnxSession(toOnnx(graph));
  const results = await session.run({ ...feeds, parameters });
  await session.close();
  return results as Record<string, Float32Array>;
}

test("a gated recurrent unit over five steps equals ONNX's own with linear_before_reset", async () => {
  const [length, batch, inputs, width] = [5, 3, 4, 6];
  const graph = createGraph();
  const x = graph.input("x", [length, batch, inputs]);
  const start = graph.input("start", [batch, width]);
  const step = gru(graph, "layer", inputs, width);
  const states: Tensor[] = [];
  for (const input of unstack(x, 0)) states.push(step(input, states.at(-1) ?? start));
  graph.output("ours", stack(states, 0));

  const parameter = (name: string): Tensor => {
    const found = graph.parameters.find(({ tensor }) => tensor.name === `layer.${name}`);
    if (found === undefined) throw new Error(name);
    return found.tensor;
  };
  // ONNX GRU-14: gates in the order update, reset, hidden, as ours; weights [directions, 3 width, inputs].
  const theirs = operator(
    "GRU",
    [
      x,
      reshape(swapLast(parameter("input.weight")), [1, 3 * width, inputs]),
      reshape(swapLast(parameter("state.weight")), [1, 3 * width, width]),
      reshape(concat([parameter("input.bias"), parameter("state.bias")], 0), [1, 6 * width]),
      omitted(graph),
      reshape(start, [1, batch, width]),
    ],
    [length, 1, batch, width],
    null,
    { hidden_size: { int: width }, linear_before_reset: { int: 1 } },
  );
  graph.output("theirs", reshape(theirs, [length, batch, width]));
  const { ours, theirs: wanted } = await run(graph, {
    x: normals(length * batch * inputs, 1),
    start: normals(batch * width, 2),
  });
  for (const [i, value] of ours.entries()) expect(Math.abs(value - wanted[i])).toBeLessThan(1e-6);
});

/**
 * Returns the states [length, width] of a unit that keeps at most so much, for gates [length, 3 width] from `start` on.
 * `parameters`: weights [width, 3 width], then biases [3 width].
 */
async function runSteps(
  parameters: Float32Array,
  gates: Float32Array,
  start: Float32Array,
  options: Parameters<typeof gruStep>[3],
): Promise<readonly Float32Array[]> {
  const width = start.length;
  const graph = createGraph();
  const step = gruStep(graph, "layer", width, options);
  const states: Tensor[] = [];
  for (const gate of unstack(graph.input("gates", [gates.length / (3 * width), 1, 3 * width]), 0)) {
    states.push(step(gate, states.at(-1) ?? graph.input("start", [1, width])));
  }
  graph.output("states", stack(states, 0));
  const session = await openOnnxSession(toOnnx(graph, parameters));
  const results = (await session.run({ gates, start })) as Record<string, Float32Array>;
  await session.close();
  return states.map((_, i) => results.states.slice(i * width, (i + 1) * width));
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const WIDTH = 4;
const stepParameters = normals(WIDTH * 3 * WIDTH + 3 * WIDTH, 5);

test.each([1, 0.9, 0.3])(
  "a unit that keeps at most a share of %d takes that share of its update gate, value for value",
  async (keepAtMost) => {
    const [gates, start] = [normals(4 * 3 * WIDTH, 6), normals(WIDTH, 7)];
    const got = await runSteps(stepParameters, gates, start, { keepAtMost });
    let state = Array.from(start);
    for (const [t, row] of got.entries()) {
      const ofState = (column: number) =>
        state.reduce(
          (sum, value, i) => sum + value * stepParameters[i * 3 * WIDTH + column],
          stepParameters[WIDTH * 3 * WIDTH + column],
        );
      const ofInput = (column: number) => gates[t * 3 * WIDTH + column];
      state = state.map((value, j) => {
        const kept = keepAtMost * sigmoid(ofInput(j) + ofState(j));
        const reset = sigmoid(ofInput(WIDTH + j) + ofState(WIDTH + j));
        const candidate = Math.tanh(ofInput(2 * WIDTH + j) + reset * ofState(2 * WIDTH + j));
        return candidate + kept * (value - candidate);
      });
      for (const [j, value] of row.entries()) expect(Math.abs(value - state[j])).toBeLessThan(1e-5);
    }
  },
);

test("a unit that keeps all it wants to is the plain one, bit for bit", async () => {
  const [gates, start] = [normals(6 * 3 * WIDTH, 8), normals(WIDTH, 10)];
  expect(await runSteps(stepParameters, gates, start, { keepAtMost: 1 })).toEqual(
    await runSteps(stepParameters, gates, start, undefined),
  );
});

/** Gates of inputs [length, 3 WIDTH] which say to keep everything. */
function keepingGates(length: number): Float32Array {
  const gates = normals(length * 3 * WIDTH, 12);
  for (let t = 0; t < length; t++) gates.fill(20, t * 3 * WIDTH, t * 3 * WIDTH + WIDTH);
  return gates;
}

test("n steps after two sequences differed they differ by at most keepAtMost^n of the range, though the gates keep all", async () => {
  // Gates and candidates of the inputs alone: the state acts through what is kept of it.
  const parameters = Float32Array.from(stepParameters, (value, i) => (i < WIDTH * 3 * WIDTH ? 0 : value));
  // The gates of the inputs outweigh any bias.
  const length = 60;
  const gates = keepingGates(length);
  const differing = gates.slice();
  // The sequences differ on the first step alone, by as much as can be.
  for (const [of, candidate] of [
    [gates, 30],
    [differing, -30],
  ] as const) {
    of.fill(-30, 0, WIDTH);
    of.fill(candidate, 2 * WIDTH, 3 * WIDTH);
  }
  const differences = async (keepAtMost: number) => {
    const [a, b] = await Promise.all(
      [gates, differing].map((of) => runSteps(parameters, of, new Float32Array(WIDTH), { keepAtMost })),
    );
    return a.map((row, n) => Math.max(...row.map((value, j) => Math.abs(value - b[n][j]))));
  };
  const held = await differences(0.9);
  expect(held[0]).toBeCloseTo(2, 5);
  for (const [n, difference] of held.entries()) {
    expect(difference).toBeLessThanOrEqual(2 * 0.9 ** n + 1e-5);
    // No smaller either: the bound is what is kept, not what the gates happen to let go.
    expect(difference).toBeGreaterThan(1.99 * 0.9 ** n - 1e-5);
  }
  expect((await differences(1)).at(-1)).toBeCloseTo(2, 4);
});

test("the bound is of what is kept: a candidate that repeats the state remembers beyond it", async () => {
  // tanh(5 h) has two states in which it stays.
  const parameters = new Float32Array(WIDTH * 3 * WIDTH + 3 * WIDTH);
  for (let j = 0; j < WIDTH; j++) parameters[j * 3 * WIDTH + 2 * WIDTH + j] = 5;
  const gates = new Float32Array(80 * 3 * WIDTH);
  const [up, down] = await Promise.all(
    [1, -1].map((value) =>
      runSteps(parameters, gates, new Float32Array(WIDTH).fill(value), { keepAtMost: 0.9 }),
    ),
  );
  expect((up.at(-1) ?? [])[0] - (down.at(-1) ?? [])[0]).toBeGreaterThan(1);
});

test("layer normalisation returns mean 0 and variance 1 where gain is 1 and bias 0", async () => {
  const graph = createGraph();
  const x = graph.input("x", [3, 16]);
  graph.output("y", layerNorm(graph, "layer", 16)(x));
  const session = await openOnnxSession(toOnnx(graph, initialParameters(graph, 1)));
  const values = normals(48, 4).map((value) => 5 + 3 * value);
  const { y } = (await session.run({ x: values })) as Record<string, Float32Array>;
  await session.close();
  for (const row of [0, 1, 2]) {
    const rowValues = [...y.subarray(16 * row, 16 * row + 16)];
    const mean = rowValues.reduce((a, b) => a + b, 0) / 16;
    const variance = rowValues.reduce((a, b) => a + (b - mean) ** 2, 0) / 16;
    expect(mean).toBeCloseTo(0, 5);
    expect(variance).toBeCloseTo(1, 4);
  }
});
