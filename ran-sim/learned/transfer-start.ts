import {
  columnDeviations,
  columnMeans,
  fitAffineMap,
  fitPca,
  linearSteps,
  rowOf,
  type StateBatch,
  stateBatch,
} from "#core";
import {
  createGraph,
  expand,
  type Graph,
  type NamedParameters,
  type OpenSession,
  parameterCount,
  quantizeInt8,
  type Tensor,
  toOnnx,
} from "#core/model";
import type { ContextNetwork } from "./context-network.ts";
import { declareContext } from "./context-runtime.ts";
import { type ContextShape, contextSize, FEATURES } from "./context-shape.ts";
import { declareNetwork } from "./declare-network.ts";
import { createEpisodeBatch, type Episode, fillBatch } from "./episodes.ts";
import type { Carried, EpisodeShape } from "./objective.ts";

/**
 * Where the training of a transfer begins: at the best linear one. A latent starts as the principal components of the states
 * that a training sends, a projector as the map of least squares from latents to states. So training can only add to what
 * `pca` does in as many bytes, instead of having to find it.
 */

/** Episodes whose states are looked at. */
const EPISODES = 4096;
/** The least and greatest gate: the sigmoid must be able to move. */
const GATES = [0.02, 0.98] as const;
/** The logarithm of a latent's variance at first: a tenth of the least step of int8, where the largest values are about 3. */
const LOG_VARIANCE = -9;

/** Returns the parameters with which a transfer starts; `parameters` begin with those of the network. None for what has no transfer. */
export async function transferStart(
  training: TransferTraining,
  parameters: Float32Array,
): Promise<NamedParameters> {
  const { shape, carried } = training;
  switch (carried.what) {
    case "latent": {
      const states = await statesOf(training, { shape, parameters });
      return principalStart(states, carried.bytes);
    }
    case "across": {
      const { sender, receiver, bytes } = carried;
      const latents = await atRequests(training, bytes, (graph) => {
        const { network, transfer } = declareContext(graph, { shape: sender.shape, latentBytes: bytes });
        if (transfer === null) throw new RangeError("a sender of latents has an encoder");
        const state = stateAtRequest(graph, network, training.episode);
        return { output: quantizeInt8(transfer.encode(state).mean), parameters: sender.parameters };
      });
      return projectorStart("across", latents, await statesOf(training, receiver));
    }
    default:
      return {};
  }
}

/** What a model is trained on, and for which hand-off. */
export interface TransferTraining {
  readonly shape: ContextShape;
  readonly episode: EpisodeShape;
  readonly carried: Carried;
  readonly episodes: readonly Episode[];
  readonly open: OpenSession;
}

/** Principal components, divided by the largest spread among them: the prior of a latent is the standard normal. */
async function principalStart(states: StateBatch, latentSize: number): Promise<NamedParameters> {
  const { size } = states;
  const pca = fitPca(states, Math.min(latentSize, size));
  const components = await linearSteps(pca).compressor.compress(states);
  const unit = Math.max(...columnDeviations(components, columnMeans(components)));
  const weight = new Float32Array(size * latentSize);
  const bias = new Float32Array(latentSize);
  for (let k = 0; k < pca.latentSize; k++) {
    for (let j = 0; j < size; j++) {
      const value = pca.basis[k * size + j] / pca.scale[j] / unit;
      weight[j * latentSize + k] = value;
      bias[k] -= value * pca.mean[j];
    }
  }
  const latents = new Float32Array(states.count * latentSize);
  for (let row = 0; row < states.count; row++) {
    const of = rowOf(components, row);
    for (const [k, value] of of.entries()) latents[row * latentSize + k] = value / unit;
  }
  return {
    "transfer.encode.skip.weight": weight,
    "transfer.encode.mean.bias": bias,
    "transfer.encode.spread.bias": new Float32Array(latentSize).fill(LOG_VARIANCE),
    ...projectorStart("transfer", stateBatch(states.count, latentSize, latents), states),
  };
}

/** The map of least squares; what of a value it does not explain is left to the receiver. */
function projectorStart(name: string, latents: StateBatch, states: StateBatch): NamedParameters {
  const { weight, bias, explained } = fitAffineMap(latents, states);
  const [least, greatest] = GATES;
  return {
    [`${name}.decode.skip.weight`]: Float32Array.from(weight),
    [`${name}.decode.out.bias`]: Float32Array.from(bias),
    [`${name}.gate.bias`]: Float32Array.from(explained, (share) => {
      const gate = Math.min(greatest, Math.max(least, share));
      return Math.log(gate / (1 - gate));
    }),
  };
}

function statesOf(
  training: TransferTraining,
  { shape, parameters }: { readonly shape: ContextShape; readonly parameters: Float32Array },
): Promise<StateBatch> {
  return atRequests(training, contextSize(shape), (graph) => {
    const output = stateAtRequest(graph, declareNetwork(graph, "network", shape), training.episode);
    return { output, parameters: parameters.subarray(0, parameterCount(graph)) };
  });
}

function stateAtRequest(graph: Graph, network: ContextNetwork, { batch, before }: EpisodeShape): Tensor {
  const { initial, shape } = network;
  const reports = network.read(graph.input("before", [before, batch, shape.slots, FEATURES]));
  const start = expand(initial, [batch, initial.shape[1]]);
  return reports.reduce<Tensor>((state, report) => network.step(report, state), start);
}

/** Returns what a graph [batch, size] makes of the reports of some episodes; the last incomplete batch is left out. */
async function atRequests(
  { shape, episode, episodes, open }: TransferTraining,
  size: number,
  build: (graph: Graph) => { readonly output: Tensor; readonly parameters: Float32Array },
): Promise<StateBatch> {
  const graph = createGraph();
  const { output, parameters } = build(graph);
  graph.output("found", output);
  const session = await open(toOnnx(graph, parameters));
  const feeds = createEpisodeBatch(shape, episode);
  const { batch } = episode;
  const count = batch * Math.floor(Math.min(EPISODES, episodes.length) / batch);
  const values = new Float32Array(count * size);
  for (let from = 0; from < count; from += batch) {
    const { before } = fillBatch(feeds, episodes.slice(from, from + batch), shape, episode);
    const { found } = await session.run({ before });
    values.set(found as Float32Array, from * size);
  }
  await session.close();
  return stateBatch(count, size, values);
}
