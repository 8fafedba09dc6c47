// The shape of a decoder as far as cost depends on it, and the bytes of its key-value cache.
import { bytesPerValue, type Precision } from "#core";

/** A decoder-only transformer with grouped key-value heads. */
export interface ModelShape {
  readonly name: string;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headSize: number;
  /** All parameters, embeddings included. */
  readonly parameters: number;
}

/**
 * Published configurations; their cache at fp16 takes 57,344 / 131,072 / 327,680 / 114,688 bytes a token
 * (spec/agents.md section 3).
 */
export const modelPresets = {
  "qwen2.5-7b": {
    name: "qwen2.5-7b",
    layers: 28,
    heads: 28,
    kvHeads: 4,
    headSize: 128,
    parameters: 7.62e9,
  },
  "llama-3.1-8b": {
    name: "llama-3.1-8b",
    layers: 32,
    heads: 32,
    kvHeads: 8,
    headSize: 128,
    parameters: 8.03e9,
  },
  "llama-3.1-70b": {
    name: "llama-3.1-70b",
    layers: 80,
    heads: 64,
    kvHeads: 8,
    headSize: 128,
    parameters: 70.6e9,
  },
  "qwen3-0.6b": {
    name: "qwen3-0.6b",
    layers: 28,
    heads: 16,
    kvHeads: 8,
    headSize: 128,
    parameters: 0.6e9,
  },
} as const satisfies Record<string, ModelShape>;

export type ModelPreset = keyof typeof modelPresets;

/** Returns the bytes of the key-value cache of `tokens` tokens: 2 L Hkv d T b (spec/agents.md section 2), values only. */
export function kvCacheBytes(
  model: Pick<ModelShape, "layers" | "kvHeads" | "headSize">,
  tokens: number,
  precision: Precision,
): number {
  return 2 * model.layers * model.kvHeads * model.headSize * tokens * bytesPerValue[precision];
}
