// A decoder of the Llama family as its numbers: RMS norm, rotary positions, grouped key-value heads, gated MLP.

export interface LlamaShape {
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headSize: number;
  readonly width: number;
  /** Of the gated MLP. */
  readonly hidden: number;
  readonly vocabulary: number;
  readonly contextTokens: number;
}

/** Matrices are [out, in], row-major: a value is a row times the state. */
export interface LlamaLayer {
  /** [width] */
  readonly attentionNorm: Float32Array;
  /** [heads * headSize, width]; rotary pairs are neighbours (2 i, 2 i + 1), as llama2.c has them. */
  readonly query: Float32Array;
  /** [kvHeads * headSize, width], with the same pairs. */
  readonly key: Float32Array;
  /** [kvHeads * headSize, width] */
  readonly value: Float32Array;
  /** [width, heads * headSize] */
  readonly output: Float32Array;
  /** [width] */
  readonly mlpNorm: Float32Array;
  /** [hidden, width] */
  readonly gate: Float32Array;
  /** [width, hidden] */
  readonly down: Float32Array;
  /** [hidden, width] */
  readonly up: Float32Array;
}

export interface LlamaWeights {
  readonly shape: LlamaShape;
  /** [vocabulary, width] */
  readonly embeddings: Float32Array;
  readonly layers: readonly LlamaLayer[];
  /** [width] */
  readonly finalNorm: Float32Array;
  /** [vocabulary, width]; the embeddings where they are shared. */
  readonly classifier: Float32Array;
}

/** Added to the mean square before its root. */
export const RMS_EPSILON = 1e-5;
/** Base of the rotary angles. */
export const ROTARY_BASE = 10_000;
