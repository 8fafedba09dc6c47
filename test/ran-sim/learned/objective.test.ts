import { expect, test } from "vitest";
import { createStream } from "#core";
import { createGraph, initialParameters, toOnnx } from "#core/model";
import { openOnnxSession } from "#core/node";
import {
  FEATURES,
  feature,
  OUTAGE_WITHIN_MS,
  OUTPUTS,
  output,
} from "../../../ran-sim/learned/context-shape.ts";
import { episodeObjective, judgedInstants, VALID, valid } from "../../../ran-sim/learned/objective.ts";
import { smallShape } from "../support/context.ts";

const { slots } = smallShape;
const episode = { batch: 2, before: 3, after: 2, judgeEvery: 2 };
const entries = judgedInstants(episode) * episode.batch * slots;
const random = createStream(4, "objective-test");

/** An episode batch of reports and targets; the last slot is of no cell, outages of the first cell count a quarter. */
function feedsOf() {
  const reports = (count: number, draw: number) =>
    Float32Array.from({ length: count * episode.batch * slots * FEATURES }, (_, i) =>
      i % FEATURES === feature.present ? 1 : random.normal(i, draw),
    );
  const targets = new Float32Array(entries * OUTPUTS);
  const counts = new Float32Array(entries * VALID);
  for (let entry = 0; entry < entries; entry++) {
    const slot = entry % slots;
    const at = entry * OUTPUTS;
    targets[at + output.rsrpMean] = random.normal(entry, 2);
    targets[at + output.sinrMean] = random.normal(entry, 3);
    targets[at + output.right] = slot === 1 ? 1 : 0;
    counts[entry * VALID + valid.cell] = slot === slots - 1 ? 0 : 1;
    counts[entry * VALID + valid.outage] = [1 / 4, 1, 1, 0][slot];
  }
  return {
    before: reports(episode.before, 0),
    after: reports(episode.after, 1),
    xn: new Float32Array(episode.batch * slots * slots),
    listed: Float32Array.from({ length: episode.batch * slots }, (_, i) => (i % slots === slots - 1 ? 0 : 1)),
    targets,
    valid: counts,
  };
}

const graph = createGraph();
const { loss, watched } = episodeObjective(smallShape, episode, { what: "state" })(graph);
graph.output("loss", loss);
for (const name of ["sinrError", "outageNats", "choiceNats"]) graph.output(name, watched[name]);
const onnx = toOnnx(graph, initialParameters(graph, 1));

/** Returns the errors of an episode whose targets at some slots and places of OUTPUTS are other ones. */
async function errorsWith(
  slotsChanged: readonly number[],
  places: readonly number[],
  { outageWeight = 1 / 4 } = {},
) {
  const feeds = feedsOf();
  for (let entry = 0; entry < entries; entry += slots)
    feeds.valid[entry * VALID + valid.outage] = outageWeight;
  for (let entry = 0; entry < entries; entry++) {
    if (!slotsChanged.includes(entry % slots)) continue;
    for (const place of places)
      feeds.targets[entry * OUTPUTS + place] = 1 - feeds.targets[entry * OUTPUTS + place];
  }
  const session = await openOnnxSession(onnx);
  const results = await session.run(feeds);
  await session.close();
  return Object.fromEntries(Object.entries(results).map(([name, values]) => [name, Number(values[0])]));
}

const outages = OUTAGE_WITHIN_MS.map((_, horizon) => output.outage + horizon);
const everything = Array.from({ length: OUTPUTS }, (_, place) => place);

test("a slot without a cell counts for nothing", async () => {
  expect(await errorsWith([slots - 1], everything)).toEqual(await errorsWith([], []));
});

test("outages count as much as they are said to, and nothing else counts less for that", async () => {
  const outageNats = async (weight: number) => {
    const [before, after] = await Promise.all(
      [[], outages].map((places) => errorsWith([0], places, { outageWeight: weight })),
    );
    // A mean over what counts, of two other cells that count 1 each: the sum over entries is divided by their weights.
    return (after.outageNats - before.outageNats) * (weight + 2);
  };
  const whole = await outageNats(1);
  expect(Math.abs(whole)).toBeGreaterThan(0.1);
  expect(await outageNats(0.25)).toBeCloseTo(0.25 * whole, 4);
  expect(await outageNats(0)).toBe(0);
  const plain = await errorsWith([], []);
  for (const place of [output.rsrpMean, output.sinrMean, output.delivered, output.reached, output.right]) {
    expect((await errorsWith([0], [place])).loss).not.toBe(plain.loss);
  }
});

test("of a cell of the list every target counts, and each error is of its own targets", async () => {
  const plain = await errorsWith([], []);
  for (const place of everything) {
    expect((await errorsWith([2], [place])).loss, `place ${place}`).not.toBe(plain.loss);
  }
  const changed = await errorsWith([2], outages);
  expect(changed.outageNats).not.toBe(plain.outageNats);
  expect(changed.sinrError).toBe(plain.sinrError);
  expect(changed.choiceNats).toBe(plain.choiceNats);
});

test("where no cell of the list is a right one, the choice is not judged", async () => {
  expect((await errorsWith([1], [output.right])).choiceNats).toBe(0);
});
