import {
  add,
  concat,
  embedding,
  type Graph,
  gatedMlp,
  layerNorm,
  linear,
  matmul,
  mergeHeads,
  type Rotation,
  rotate,
  scale,
  softmax,
  split,
  splitHeads,
  swapLast,
  type Tensor,
} from "#core/model";
import { vocabularySize } from "./language.ts";

/**
 * The decoder: pre-normalised attention with rotary positions and a SwiGLU network, as in Llama (Touvron et al. 2023,
 * arXiv 2302.13971) but with LayerNorm. One definition serves training, evaluation in batches and the runtime with its cache.
 */

export interface DecoderShape {
  /** Of each head's values, those that turn with the position; the others compare contents at any distance. */
  readonly rotated: number;
  readonly layers: number;
  readonly heads: number;
  readonly headSize: number;
  readonly width: number;
  /** Of the SwiGLU network. */
  readonly hidden: number;
  readonly vocabulary: number;
  readonly contextTokens: number;
}

/** The reference size, with wider heads: 0.28 million parameters. */
export const standardShape: DecoderShape = {
  layers: 3,
  heads: 4,
  headSize: 32,
  width: 96,
  hidden: 128,
  rotated: 12,
  vocabulary: vocabularySize,
  contextTokens: 384,
};

/**
 * The layer after which states are handed to compressors, from 0: there a linear probe reads value and key of a fact at the
 * value's token.
 */
export const STATE_LAYER = 0;

/** Keys and values of one layer, [batch, heads, tokens, head size] each. */
export interface LayerCache {
  readonly key: Tensor;
  readonly value: Tensor;
}

/** What positions are read with. */
export interface DecoderPlaces {
  /** Broadcasts to [batch, heads, tokens, rotated / 2]. */
  readonly rotation: Rotation;
  /** Added to the scores, broadcasts to [batch, heads, tokens, past + tokens]: 0, or MASKED where a key must not be seen. */
  readonly mask: Tensor;
  /** One a layer; null for none. */
  readonly past: readonly LayerCache[] | null;
}

/** A token must stay readable in the sum of its own vector and what the layers add: of about their size, not 0.02. */
const TOKEN_SPREAD = { standardDeviation: 0.5 };

/** A score from which softmax makes 0, whatever it is added to. */
export const MASKED = -1e9;

export interface Decoder {
  /** Returns rows of the table, int64 [batch, tokens] -> [batch, tokens, width]. */
  embed(ids: Tensor): Tensor;
  /**
   * Returns the states after each layer, [batch, tokens, width], the keys and values of the new positions, and what each
   * position takes of each that it sees, [batch, heads, tokens, past + tokens] a layer.
   */
  read(
    x: Tensor,
    places: DecoderPlaces,
  ): {
    readonly states: readonly Tensor[];
    readonly made: readonly LayerCache[];
    readonly attention: readonly Tensor[];
  };
  /** Returns the logits [..., vocabulary] of the last layer's states [..., width]. */
  logits(states: Tensor): Tensor;
}

/** Declares a decoder's parameters, in an order that belongs to its weights, and returns its parts. */
export function declareDecoder(graph: Graph, shape: DecoderShape): Decoder {
  const { layers, heads, headSize, width, hidden, rotated, vocabulary } = shape;
  const inner = heads * headSize;
  const embed = embedding(graph, "tokens", vocabulary, width, { initial: TOKEN_SPREAD });
  const blocks = Array.from({ length: layers }, (_, i) => ({
    beforeAttention: layerNorm(graph, `layer${i}.attention.norm`, width),
    queries: linear(graph, `layer${i}.attention.queries`, width, inner),
    keys: linear(graph, `layer${i}.attention.keys`, width, inner),
    values: linear(graph, `layer${i}.attention.values`, width, inner, { bias: false }),
    merge: linear(graph, `layer${i}.attention.merge`, inner, width),
    beforeNetwork: layerNorm(graph, `layer${i}.network.norm`, width),
    network: gatedMlp(graph, `layer${i}.network`, width, hidden, width),
  }));
  const beforeHead = layerNorm(graph, "head.norm", width);
  const head = linear(graph, "head", width, vocabulary, { bias: false });
  return {
    embed,
    read(x, { rotation, mask, past }) {
      const placed = (projected: Tensor): Tensor => {
        const [turning, still] = split(splitHeads(projected, heads), -1, [rotated, headSize - rotated]);
        return concat([rotate(turning, rotation), still], -1);
      };
      const states: Tensor[] = [];
      const made: LayerCache[] = [];
      const attention: Tensor[] = [];
      let state = x;
      for (const [i, block] of blocks.entries()) {
        const normed = block.beforeAttention(state);
        const queries = placed(scale(block.queries(normed), 1 / Math.sqrt(headSize)));
        const key = placed(block.keys(normed));
        const value = splitHeads(block.values(normed), heads);
        made.push({ key, value });
        const seen = (kind: keyof LayerCache, now: Tensor): Tensor =>
          past === null ? now : concat([past[i][kind], now], 2);
        const shares = softmax(add(matmul(queries, swapLast(seen("key", key))), mask));
        attention.push(shares);
        state = add(state, block.merge(mergeHeads(matmul(shares, seen("value", value)))));
        state = add(state, block.network(block.beforeNetwork(state)));
        states.push(state);
      }
      return { states, made, attention };
    },
    logits: (states) => head(beforeHead(states)),
  };
}
