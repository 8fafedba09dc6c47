import {
  add,
  attend,
  concat,
  divergence,
  divide,
  frozen,
  type Graph,
  gatedMlp,
  gatherRows,
  linear,
  logSoftmax,
  mean,
  mergeHeads,
  multiply,
  negate,
  type Objective,
  oneHot,
  quantizeInt8,
  reshape,
  sample,
  scale,
  shift,
  slice,
  splitHeads,
  sqrt,
  square,
  stopGradient,
  subtract,
  sum,
  type Tensor,
} from "#core/model";
import { type DecoderShape, declareDecoder } from "./decoder.ts";
import { lastOf, sequenceInputs, sequenceLoss } from "./decoder-objective.ts";
import {
  chunked,
  declareMemory,
  interleaved,
  type MemoryShape,
  pooledState,
  type SenderStates,
} from "./memory-network.ts";
import type { SequenceShape } from "./sequences.ts";

/** What compressors and projectors are trained for, through a decoder that is not trained any further. */

/** Sizes of a training graph: documents of at most `senderTokens` states, questions in rows behind the memory. */
export interface MemorySizes extends SequenceShape {
  readonly senderTokens: number;
}

/** The decoder that reads memories, as constants of the graph. */
export interface FrozenDecoder {
  readonly shape: DecoderShape;
  readonly parameters: Float32Array;
  /** Root mean square of its table of tokens. */
  readonly tokenRms: number;
}

/** Weights of the terms of the losses. */
const WEIGHTS = { divergence: 1e-3, alignment: 5, tellingFacts: 1, pooledDivergence: 1e-5 };

/** Keys that facts can have, and what their values can be: 32 values, 16 entities, or nothing said. */
export const KEYS = 64;
export const TOLD = 49;
export const NOT_SAID = 48;

/** Inputs of a sender's states, fed by name from `senderFeeds`. */
export function senderInputs(graph: Graph, rows: number, tokens: number, width: number): SenderStates {
  return {
    states: graph.input("states", [rows, tokens, width]),
    positions: graph.input("statePositions", [rows, tokens], "int64"),
    mask: graph.input("stateMask", [rows, 1, tokens]),
    shares: graph.input("stateShares", [rows, 1, tokens]),
  };
}

/** Returns payloads as they arrive: cut to a prefix by `kept` (1, or 0 behind it), and rounded to int8. */
function arrived(latent: Tensor, kept: Tensor): Tensor {
  const [, chunks] = latent.shape;
  return chunked(quantizeInt8(multiply(interleaved(latent), kept)), chunks);
}

/**
 * Returns the logits of questions read behind a memory: ids [rows, length] in which places 1..chunks hold a memory
 * [rows, chunks, width] instead.
 */
export function readBehind(
  graph: Graph,
  { shape, parameters }: FrozenDecoder,
  memory: Tensor,
  size: SequenceShape,
): Tensor {
  const decoder = declareDecoder(frozen(graph, parameters), shape);
  const { ids, places } = sequenceInputs(graph, shape, size);
  const embedded = decoder.embed(ids);
  const chunks = memory.shape[1];
  const x = concat([slice(embedded, 1, 0, 1), memory, slice(embedded, 1, 1 + chunks, size.length)], 1);
  return decoder.logits(lastOf(decoder.read(x, places).states));
}

/** Returns the objective of a kind of memory. */
export function memoryObjective(
  shape: MemoryShape,
  decoder: FrozenDecoder,
  size: MemorySizes,
): (graph: Graph) => Objective {
  return (graph) => {
    const { rows } = size;
    const network = declareMemory(graph, shape, decoder.tokenRms);
    const sender = senderInputs(graph, rows, size.senderTokens, shape.width);
    const { latent, posterior } = network.encode(sender);
    const values = shape.chunks * shape.valuesPerChunk;
    const sent =
      posterior === null
        ? latent
        : reshape(sample(posterior, graph.input("noise", [rows, values])), latent.shape);
    const received = arrived(sent, graph.input("kept", [rows, values]));
    const { memory, features } = network.project(received);
    if (shape.kind === "published" && posterior !== null) {
      const pooled = stopGradient(standardised(pooledState(sender)));
      const rebuilt = linear(graph, "train.rebuild", values, shape.width)(interleaved(received));
      const reconstruction = mean(square(subtract(rebuilt, pooled)));
      const alignment = mean(square(subtract(standardised(mean(memory, [1])), pooled)));
      const kl = divergence(posterior, 0);
      return {
        loss: add(reconstruction, add(scale(kl, WEIGHTS.divergence), scale(alignment, WEIGHTS.alignment))),
        watched: { reconstruction, alignment, divergence: kl },
      };
    }
    const answers = sequenceLoss(graph, readBehind(graph, decoder, memory, size), size)("answerWeights");
    if (posterior !== null) {
      const kl = divergence(posterior, 0);
      return {
        loss: add(answers, scale(kl, WEIGHTS.pooledDivergence)),
        watched: { answers, divergence: kl },
      };
    }
    const told = tellingLoss(graph, features, rows);
    return { loss: add(answers, scale(told, WEIGHTS.tellingFacts)), watched: { answers, telling: told } };
  };
}

/**
 * The dense auto-encoding loss: a small head, there in training only, must tell the value of each of the 64 keys from what
 * the memory is made of. `told` [rows, KEYS] and `toldWeights` say what each is and how much it counts.
 */
function tellingLoss(graph: Graph, features: Tensor, rows: number): Tensor {
  const width = features.shape[2];
  const chunks = features.shape[1];
  const keys = graph.parameter("train.keys", [1, KEYS, width], { standardDeviation: 1 });
  const toKeys = linear(graph, "train.attention.keys", width, width, { bias: false });
  const toValues = linear(graph, "train.attention.values", width, width, { bias: false });
  const network = gatedMlp(graph, "train.network", width, 2 * width, width);
  const out = linear(graph, "train.out", width, TOLD);
  const mask = graph.input("memoryMask", [rows, 1, 1, chunks]);
  const read = mergeHeads(
    attend(splitHeads(keys, 4), splitHeads(toKeys(features), 4), splitHeads(toValues(features), 4), mask),
  );
  const logits = out(add(read, network(add(read, keys))));
  const targets = graph.input("told", [rows, KEYS], "int64");
  const each = negate(sum(multiply(logSoftmax(logits), oneHot(targets, TOLD)), [-1]));
  return sum(multiply(each, graph.input("toldWeights", [rows, KEYS])));
}

function standardised(x: Tensor): Tensor {
  const centred = subtract(x, mean(x, [-1], true));
  return divide(centred, sqrt(shift(mean(square(centred), [-1], true), 1e-6)));
}

/** Declares what evaluation runs: latents as they arrive, and the logits behind their memory. */
export function evaluateMemory(
  graph: Graph,
  shape: MemoryShape,
  decoder: FrozenDecoder,
  size: MemorySizes,
): { readonly logits: Tensor } {
  const network = declareMemory(graph, shape, decoder.tokenRms);
  const { latent } = network.encode(senderInputs(graph, size.rows, size.senderTokens, shape.width));
  const kept = graph.input("kept", [size.rows, shape.chunks * shape.valuesPerChunk]);
  const received = arrived(latent, kept);
  // Each row reads the memory of the row that `of` names: its own, or another's as a control.
  const memory = gatherRows(network.project(received).memory, graph.input("of", [size.rows], "int64"));
  return { logits: readBehind(graph, decoder, memory, size) };
}
