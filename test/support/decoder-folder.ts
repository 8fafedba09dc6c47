// Folders of small decoders with random weights, as exporters lay them out.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { decoderOnnx } from "../../agent-sim/language-model/external/decoder-onnx.ts";
import type { LlamaShape, LlamaWeights } from "../../agent-sim/language-model/external/llama-weights.ts";
import { createSymbolicGraph } from "../../core/model/index.ts";
import { randomLlama } from "./llama-reference.ts";

export const smallShape: LlamaShape = {
  layers: 2,
  heads: 4,
  kvHeads: 2,
  headSize: 6,
  width: 24,
  hidden: 40,
  vocabulary: 320,
  contextTokens: 48,
};

export interface FolderParts {
  readonly takes?: "ids" | "embeds";
  /** Changes of config.json. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Pieces of the tokenizer; default a few less than the vocabulary. */
  readonly pieces?: number;
  readonly weights?: LlamaWeights;
}

/** Writes a folder and returns the weights of its model. */
export function writeDecoderFolder(folder: string, parts: FolderParts = {}): LlamaWeights {
  const {
    takes = "ids",
    config = {},
    pieces = smallShape.vocabulary - 4,
    weights = randomLlama(smallShape, 1),
  } = parts;
  const { layers, heads, kvHeads, headSize, width, vocabulary, contextTokens } = smallShape;
  mkdirSync(join(folder, "onnx"), { recursive: true });
  const json = (name: string, value: unknown): void =>
    writeFileSync(join(folder, name), JSON.stringify(value));
  json("config.json", {
    model_type: "llama",
    num_hidden_layers: layers,
    num_attention_heads: heads,
    num_key_value_heads: kvHeads,
    head_dim: headSize,
    hidden_size: width,
    vocab_size: vocabulary,
    max_position_embeddings: contextTokens,
    eos_token_id: [2, 3],
    ...config,
  });
  json("generation_config.json", { eos_token_id: 2 });
  json("tokenizer.json", byteLevelTokenizer(pieces));
  writeFileSync(join(folder, "onnx", "model.onnx"), decoderOnnx(weights, { takes }));
  if (takes === "embeds") {
    const graph = createSymbolicGraph();
    const ids = graph.input("input_ids", ["batch", "sequence"], "int64");
    const table = graph.weight("table", weights.embeddings, [vocabulary, width]);
    graph.output("inputs_embeds", graph.node("Gather", [table, ids]), ["batch", "sequence", width]);
    writeFileSync(join(folder, "onnx", "embed_tokens.onnx"), graph.toOnnx());
  }
  return weights;
}

/** A byte-level BPE tokenizer as the tokenizers library saves it: every byte, a few joined pieces, and fillers. */
export function byteLevelTokenizer(pieces: number): Record<string, unknown> {
  const bytes = byteLetters();
  const merges = [
    ["t", "h"],
    ["th", "e"],
    ["Ġ", "the"],
    ["i", "n"],
  ];
  const vocabulary = [...bytes, ...merges.map(([a, b]) => a + b)];
  while (vocabulary.length < pieces) vocabulary.push(`<filler ${vocabulary.length}>`);
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true },
    post_processor: { type: "ByteLevel", add_prefix_space: true, trim_offsets: false, use_regex: true },
    decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      vocab: Object.fromEntries(vocabulary.map((piece, id) => [piece, id])),
      merges,
    },
  };
}

/** The letter that stands for each byte (GPT-2): itself where it is visible, else one from 256 on. */
function byteLetters(): readonly string[] {
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => {
    const isVisible = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
    return String.fromCharCode(isVisible ? byte : next++);
  });
}
