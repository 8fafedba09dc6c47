import { expect, test } from "vitest";
import { createStream, rowOf, type StateBatch } from "#core";
import { createGraph, initialParameters, toOnnx } from "#core/model";
import { openOnnxSession } from "#core/node";
import { contextNetwork } from "../../../ran-sim/learned/context-network.ts";
import { createContextRuntime, declareContext } from "../../../ran-sim/learned/context-runtime.ts";
import { contextSize, LAST_VALUES, OUTPUTS, stateLimits } from "../../../ran-sim/learned/context-shape.ts";
import { memoryOf, reportOf, smallModel, smallShape } from "../support/context.ts";

const { slots, slotWidth } = smallShape;
const slotSize = slotWidth + LAST_VALUES;
const size = contextSize(smallShape);
const random = createStream(2, "context-network-test");

test("a state that is bounded lies in the range of states, and knows the cells that are listed, whatever it said itself", async () => {
  const graph = createGraph();
  const network = contextNetwork(graph, "network", smallShape);
  graph.output("held", network.bound(graph.input("state", [3, size]), graph.input("listed", [3, slots])));
  const session = await openOnnxSession(toOnnx(graph, initialParameters(graph, 1)));
  const state = Float32Array.from({ length: 3 * size }, (_, i) => 8 * random.normal(i));
  const listed = Float32Array.of(1, 0, 0, 1, 0, 0, 0, 0, 1, 1, 1, 1);
  const results = (await session.run({ state, listed })) as Record<string, Float32Array>;
  await session.close();
  const { low, high } = stateLimits(smallShape);
  for (const [i, value] of results.held.entries()) {
    const [row, j] = [Math.floor(i / size), i % size];
    const slot = Math.floor(j / slotSize);
    const isKnown = slot < slots && j % slotSize === slotSize - 1;
    const within = Math.min(high[j], Math.max(low[j], state[i]));
    expect(value).toBe(isKnown ? listed[row * slots + slot] : within);
  }
});

/** Weights in which a training would start; where `keepsMuch`, gates say to keep 99 %, by the inputs alone. */
function weightsOf(keepsMuch: boolean): Float32Array {
  const graph = createGraph();
  declareContext(graph, smallModel);
  const values = initialParameters(graph, 3);
  if (!keepsMuch) return values;
  let at = 0;
  for (const { tensor } of graph.parameters) {
    const count = tensor.shape.reduce((product, length) => product * length, 1);
    if (/\.state\.weight$|cell\.ue\.weight$/.test(tensor.name)) values.fill(0, at, at + count);
    // The update gate stands first.
    if (/\.state\.bias$/.test(tensor.name)) values.fill(5, at, at + count / 3);
    at += count;
  }
  return values;
}

const runtimeOf = (keepsMuch: boolean) =>
  createContextRuntime(smallModel, 1, {
    readWeights: async () => weightsOf(keepsMuch),
    open: openOnnxSession,
  });

const REPORTS = 500;
const LAST = 120;
/** What 120 reports leave of the width of the range, 2. */
const LEFT = 2 * 0.96 ** LAST;

/** Levels of three cells that wander: no more than there are slots, so that cells stay in theirs. */
const levelsAt = (t: number) =>
  [0, 1, 2].map((cell) => -85 - 4 * cell + 6 * Math.sin(t / (9 + 5 * cell)) + 2 * random.normal(t, cell));

test.each([
  ["as training starts", false],
  ["whose gates would keep nearly all", true],
])(
  "a memory that has run 500 reports is one that has run the last 120 from the start, to 0.96^120: weights %s",
  async (_, keepsMuch) => {
    const runtime = runtimeOf(keepsMuch);
    const memories = await Promise.all(
      [1, REPORTS - LAST + 1].map(async (from) => {
        const memory = memoryOf(runtime, { cellCount: 3 });
        for (let t = from; t <= REPORTS; t++) await memory.observe(reportOf(0.04 * t, [levelsAt(t)], [0]));
        return memory;
      }),
    );
    const [long, short] = memories.map((memory) => Float32Array.from(rowOf(memory.read([0]), 0)));
    const worst = Math.max(...long.map((value, j) => Math.abs(value - short[j])));
    expect(worst).toBeLessThanOrEqual(LEFT + 1e-5);

    // How much each value of a state that may still differ moves what is expected, added up.
    const moved = await expectationsMoved(runtime, short, LEFT);
    for (const cell of [0, 1, 2]) {
      const [a, b] = memories.map((memory) => Array.from(memory.expectation(0, cell) ?? [Number.NaN]));
      for (const [i, value] of a.entries()) expect(Math.abs(value - b[i])).toBeLessThan(moved[i] + 1e-4);
    }
  },
);

/** Returns the sum over the recurrent values of a state of how far moving one by `step` moves each output at most, [OUTPUTS]. */
async function expectationsMoved(
  runtime: ReturnType<typeof runtimeOf>,
  state: Float32Array,
  step: number,
): Promise<readonly number[]> {
  const values = new Float32Array((size + 1) * size);
  for (let row = 0; row <= size; row++) {
    values.set(state, row * size);
    const place = row % slotSize;
    if (row < slots * slotSize ? place < slotWidth : row < size) values[row * size + row] += step;
  }
  const batch: StateBatch = { count: size + 1, size, values };
  const expected = await runtime.expect(batch, new Float32Array((size + 1) * slots * slots));
  const width = slots * OUTPUTS;
  const plain = expected.subarray(size * width);
  const moved = new Array<number>(OUTPUTS).fill(0);
  for (let row = 0; row < size; row++) {
    for (let i = 0; i < OUTPUTS; i++) {
      const at = Array.from({ length: slots }, (_, slot) => slot * OUTPUTS + i);
      moved[i] += Math.max(...at.map((j) => Math.abs(expected[row * width + j] - plain[j])));
    }
  }
  return moved;
}
