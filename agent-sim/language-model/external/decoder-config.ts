// `config.json` and `generation_config.json` of an exported decoder.
import { BadInputError } from "#core";

export interface DecoderConfig {
  readonly name: string;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headSize: number;
  readonly width: number;
  readonly vocabulary: number;
  readonly contextTokens: number;
  readonly endToken: number | null;
}

type Fields = Record<string, unknown>;

/**
 * Returns what the loader needs of a configuration; families name the same size differently (`num_hidden_layers`, `n_layer`), and
 * models of several kinds of input keep it in `text_config`. Throws BadInputError naming the first key that is missing or no
 * size.
 */
export function parseDecoderConfig(config: Fields, generation: Fields, subject: string): DecoderConfig {
  const fields = isObject(config.text_config) ? config.text_config : config;
  const size = (names: readonly string[]): number | null => {
    const name = names.find((one) => fields[one] !== undefined && fields[one] !== null);
    if (name === undefined) return null;
    const value = fields[name];
    if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value < 2 ** 31) return value;
    throw badConfig(`${subject}, ${name}`, "a positive integer", JSON.stringify(value) ?? "nothing");
  };
  const require = (names: readonly string[]): number => {
    const found = size(names);
    if (found === null) throw badConfig(`${subject}, ${names[0]}`, "a positive integer", "nothing");
    return found;
  };
  const layers = require(["num_hidden_layers", "n_layer", "num_layers"]);
  const heads = require(["num_attention_heads", "n_head", "num_heads"]);
  const width = require(["hidden_size", "n_embd", "d_model"]);
  const kvHeads = size(["num_key_value_heads", "num_kv_heads"]) ?? heads;
  const headSize = size(["head_dim"]) ?? width / heads;
  if (!Number.isInteger(headSize))
    throw badConfig(`${subject}, hidden_size`, `a multiple of ${heads} heads`, String(width));
  if (heads % kvHeads !== 0) {
    throw badConfig(`${subject}, num_key_value_heads`, `a divisor of ${heads} heads`, String(kvHeads));
  }
  return {
    name: textOf(config._name_or_path) ?? textOf(config.model_type) ?? "decoder",
    layers,
    heads,
    kvHeads,
    headSize,
    width,
    vocabulary: require(["vocab_size"]),
    contextTokens: require(["max_position_embeddings", "n_positions", "n_ctx", "max_seq_len"]),
    endToken:
      endToken(generation.eos_token_id) ?? endToken(config.eos_token_id) ?? endToken(fields.eos_token_id),
  };
}

/** The first of several. */
function endToken(value: unknown): number | null {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === "number" && Number.isInteger(first) && first >= 0 ? first : null;
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function badConfig(subject: string, expected: string, got: string): BadInputError {
  return new BadInputError("model-folder", { subject, expected, got });
}
