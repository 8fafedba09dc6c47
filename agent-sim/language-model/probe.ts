import { createStream } from "#core";
import {
  add,
  createGraph,
  defaultOptimizer,
  type Feeds,
  type Graph,
  layerNorm,
  linear,
  logSoftmax,
  multiply,
  negate,
  type OpenSession,
  oneHot,
  scale,
  startTraining,
  sum,
  type Tensor,
  toOnnx,
  train,
  trainingGraph,
} from "#core/model";
import type { DecoderModel } from "./decoder-runtime.ts";
import { drawDocument } from "./language.ts";
import { createDocumentReader } from "./sender.ts";

/**
 * Linear probes: where in a document's states, and after which layer, a fact can be read by one linear map. Run before a
 * compressor is trained: what no probe finds, no pooling will.
 */

/** What a probe reads: the state at the value itself, or at the full stop behind it. */
export const probedPlaces = ["value", "separator"] as const;
/** What it must tell. */
export const probedParts = ["value", "entity", "attribute"] as const;

export interface ProbeResult {
  readonly layer: number;
  readonly place: (typeof probedPlaces)[number];
  /** Share told right on documents that the probe was not trained on, by part. */
  readonly accuracy: Readonly<Record<(typeof probedParts)[number], number>>;
  readonly n: number;
}

/** Classes of each part: 32 values and 16 entities, 16 entities, 4 attributes. */
const CLASSES = { value: 48, entity: 16, attribute: 4 } as const;
const FACTS = 8;
const TOKENS = FACTS * 12;
const ROWS = 256;
const STEPS = 150;

interface Sample {
  readonly state: Float32Array;
  readonly right: Readonly<Record<keyof typeof CLASSES, number>>;
}

/** Returns what probes reach after each layer and at each place, on documents of eight facts. */
export async function probeStates(
  decoder: Pick<DecoderModel, "shape" | "parameters">,
  {
    seed,
    documents,
    open,
  }: { readonly seed: number; readonly documents: number; readonly open: OpenSession },
): Promise<readonly ProbeResult[]> {
  const results: ProbeResult[] = [];
  for (let layer = 0; layer < decoder.shape.layers; layer++) {
    const reader = await createDocumentReader({ ...decoder, layer }, { rows: 8, tokens: TOKENS }, open);
    const draw = (split: "train" | "validation") =>
      reader.read(
        Array.from({ length: documents }, (_, index) => drawDocument({ seed, split, index, facts: FACTS })),
      );
    const [known, unseen] = [await draw("train"), await draw("validation")];
    await reader.close();
    for (const place of probedPlaces) {
      const samples = (read: typeof known): readonly Sample[] =>
        read.flatMap(({ document, states }) =>
          document.facts.map(({ entity, attribute, value }, i) => {
            const at = (document.valueAt[i] + (place === "value" ? 0 : 1)) * decoder.shape.width;
            return {
              state: states.subarray(at, at + decoder.shape.width),
              right: { entity, attribute, value: attribute === 3 ? 32 + value : value },
            };
          }),
        );
      results.push({ layer, place, ...(await probe(samples(known), samples(unseen), seed, open)) });
    }
  }
  return results;
}

async function probe(
  known: readonly Sample[],
  unseen: readonly Sample[],
  seed: number,
  open: OpenSession,
): Promise<Pick<ProbeResult, "accuracy" | "n">> {
  const width = known[0].state.length;
  const define = (graph: Graph): Readonly<Record<string, Tensor>> => {
    const normed = layerNorm(graph, "norm", width)(graph.input("states", [ROWS, width]));
    return Object.fromEntries(
      probedParts.map((part) => [part, linear(graph, part, width, CLASSES[part])(normed)]),
    );
  };
  const random = createStream(seed, "probe");
  const feeds = (
    samples: readonly Sample[],
  ): { states: Float32Array } & Record<string, BigInt64Array | Float32Array> => ({
    states: Float32Array.from(
      { length: ROWS * width },
      (_, i) => samples[Math.floor(i / width)].state[i % width],
    ),
    ...Object.fromEntries(
      probedParts.map((part) => [
        `right ${part}`,
        BigInt64Array.from(samples, ({ right }) => BigInt(right[part])),
      ]),
    ),
  });
  const graph = trainingGraph(
    (made) => {
      const logits = define(made);
      const losses = probedParts.map((part) => {
        const right = oneHot(made.input(`right ${part}`, [ROWS], "int64"), CLASSES[part]);
        return scale(negate(sum(multiply(logSoftmax(logits[part]), right))), 1 / ROWS);
      });
      return { loss: losses.reduce((total, loss) => add(total, loss)), watched: {} };
    },
    { ...defaultOptimizer, learningRate: 1e-2, totalSteps: STEPS },
  );
  const session = await open(graph.onnx);
  const state = await train({
    session,
    graph,
    state: startTraining(graph, seed),
    untilStep: STEPS,
    batch: (step): Feeds =>
      feeds(Array.from({ length: ROWS }, (_, i) => known[random.integer(known.length, step, i)])),
  });
  await session.close();
  const judged = createGraph();
  for (const [part, logits] of Object.entries(define(judged))) judged.output(part, logits);
  const judge = await open(toOnnx(judged, state.parameters));
  const hits = { value: 0, entity: 0, attribute: 0 };
  let n = 0;
  for (let from = 0; from + ROWS <= unseen.length; from += ROWS) {
    const part = unseen.slice(from, from + ROWS);
    const results = await judge.run({ states: feeds(part).states });
    for (const name of probedParts) {
      const logits = results[name] as Float32Array;
      for (const [row, sample] of part.entries()) {
        const classes = CLASSES[name];
        const told = logits.subarray(row * classes, (row + 1) * classes);
        if (told.indexOf(Math.max(...told)) === sample.right[name]) hits[name]++;
      }
    }
    n += ROWS;
  }
  await judge.close();
  return {
    accuracy: { value: hits.value / n, entity: hits.entity / n, attribute: hits.attribute / n },
    n,
  };
}
