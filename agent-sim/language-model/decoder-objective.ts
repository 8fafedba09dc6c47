import {
  add,
  type Graph,
  layerNorm,
  linear,
  log,
  logSoftmax,
  multiply,
  negate,
  type Objective,
  oneHot,
  reshape,
  rotation,
  scale,
  shift,
  slice,
  sum,
  type Tensor,
} from "#core/model";
import { type DecoderShape, declareDecoder } from "./decoder.ts";
import { attributeWords, entityWords, valueWords } from "./language/vocabulary.ts";
import type { SequenceBatch, SequenceShape } from "./sequences.ts";

/**
 * What a decoder is trained for: answers, and a tenth as much the text of the document. Two aids shorten the plateau on which
 * it knows what was said but not of whom: the state after the first layer must tell, at every value, which key it belongs
 * to, and at the end of a question what it names; and one head of the second layer, and of the last, is guided to the fact that
 * answers, or to the first token where no fact does (guided attention: Deshpande and Narasimhan 2020, arXiv 2010.02399). Nothing of the aids is left after training.
 */

const DOCUMENT_SHARE = 0.1;
const KEY_SHARE = 0.3;
const GUIDE_SHARE = 0.3;

/** Inputs of a graph that reads sequences, fed from a `SequenceBatch` by name. */
export function sequenceInputs(graph: Graph, shape: DecoderShape, { rows, length }: SequenceShape) {
  const ids = graph.input("ids", [rows, length], "int64");
  const positions = graph.input("positions", [rows, 1, length], "int64");
  const mask = graph.input("mask", [rows, 1, length, length]);
  const places = {
    rotation: rotation(graph, positions, { count: shape.contextTokens, size: shape.rotated }),
    mask,
    past: null,
  };
  return { ids, places };
}

/**
 * Returns the cross-entropy of `logits` [rows, length, vocabulary] as a function of the input that says what each place
 * counts; weights sum to 1.
 */
export function sequenceLoss(
  graph: Graph,
  logits: Tensor,
  { rows, length }: SequenceShape,
): (weights: "answerWeights" | "documentWeights") => Tensor {
  const vocabulary = logits.shape.at(-1) as number;
  const targets = graph.input("targets", [rows, length], "int64");
  const each = negate(sum(multiply(logSoftmax(logits), oneHot(targets, vocabulary)), [-1]));
  return (weights) => sum(multiply(each, graph.input(weights, [rows, length])));
}

/** Returns a decoder's objective on sequences of this size. */
export function decoderObjective(shape: DecoderShape, size: SequenceShape): (graph: Graph) => Objective {
  return (graph) => {
    const decoder = declareDecoder(graph, shape);
    const { ids, places } = sequenceInputs(graph, shape, size);
    const { states, attention } = decoder.read(decoder.embed(ids), places);
    const loss = sequenceLoss(graph, decoder.logits(lastOf(states)), size);
    const [answers, document] = [loss("answerWeights"), loss("documentWeights")];
    const keys = keyLoss(graph, states[0], size);
    const guide = guideLoss(graph, attention, size);
    const aids = add(scale(keys, KEY_SHARE), scale(guide, GUIDE_SHARE));
    return {
      loss: add(answers, add(scale(document, DOCUMENT_SHARE), aids)),
      watched: { answers, document, keys, guide },
    };
  };
}

/** Returns the mean cross-entropies of entity, attribute and value, as linear maps read them from `states`. */
function keyLoss(graph: Graph, states: Tensor, { rows, length }: SequenceShape): Tensor {
  const normed = layerNorm(graph, "train.keys.norm", states.shape[2])(states);
  const tell = (name: string, weightsName: string, words: number): Tensor => {
    const weights = graph.input(weightsName, [rows, length]);
    const logits = linear(graph, `train.${name}`, states.shape[2], words)(normed);
    const right = oneHot(graph.input(name, [rows, length], "int64"), words);
    return negate(sum(multiply(sum(multiply(logSoftmax(logits), right), [-1]), weights)));
  };
  const key = add(
    tell("entities", "entityWeights", entityWords.length),
    tell("attributes", "attributeWeights", attributeWords.length),
  );
  return add(key, tell("values", "valueWeights", valueWords.length));
}

/** Returns the mean of -log of what the first head takes of the right place: in the second layer of the first hop's, in the last of the last's. */
function guideLoss(graph: Graph, attention: readonly Tensor[], { rows, length }: SequenceShape): Tensor {
  const weights = graph.input("hopWeights", [rows, length]);
  const taken = (shares: Tensor, name: string): Tensor => {
    const right = oneHot(graph.input(name, [rows, length], "int64"), length);
    const share = sum(multiply(reshape(slice(shares, 1, 0, 1), [rows, length, length]), right), [-1]);
    return negate(sum(multiply(log(shift(share, 1e-5)), weights)));
  };
  return add(taken(attention[1], "firstHops"), taken(lastOf(attention), "lastHops"));
}

/** Returns the states from which the next token is read. */
export function lastOf(states: readonly Tensor[]): Tensor {
  return states[states.length - 1];
}

/** Returns the feeds of a training step. */
export function sequenceFeeds(batch: SequenceBatch) {
  const { asked, shape, ...feeds } = batch;
  return feeds;
}
