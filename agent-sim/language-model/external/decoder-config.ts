// `config.json` and `generation_config.json` of an exported decoder.
import { BadInputError } from "#core";
import type { LanguageModelShape } from "../language-model.ts";

export interface DecoderConfig extends Omit<LanguageModelShape, "parameters"> {
  readonly name: string;
  readonly endToken: number | null;
}

/**
 * Bounds several times those of the largest decoders that are published (126 layers, 128 heads, 16,384 wide, 262,144 tokens), so
 * that a damaged file is refused before anything of its size is made.
 */
const [MOST_LAYERS, MOST_HEADS, MOST_WIDTH, MOST_TOKENS] = [1024, 4096, 2 ** 17, 2 ** 22];
const MOST_CONTEXT = 2 ** 27;
/** 8 GiB of fp32. */
const MOST_EMBEDDINGS = 2 ** 31;

type Fields = Record<string, unknown>;

/**
 * Returns what the loader needs of a configuration; families name the same size differently (`num_hidden_layers`, `n_layer`), and
 * models of several kinds of input keep it in `text_config`. Throws BadInputError naming the first key that is missing, no size or
 * beyond what a decoder can be, and heads that do not divide.
 */
export function parseDecoderConfig(config: Fields, generation: Fields, subject: string): DecoderConfig {
  const fields = isObject(config.text_config) ? config.text_config : config;
  const size = (names: readonly string[], most: number): number | null => {
    const name = names.find((one) => fields[one] !== undefined && fields[one] !== null);
    if (name === undefined) return null;
    const value = fields[name];
    const isSize = typeof value === "number" && Number.isInteger(value) && value >= 1;
    if (isSize && value <= most) return value;
    const expected = isSize ? `at most ${most}, more than any decoder has` : "a positive integer";
    throw badConfig(`${subject}, ${name}`, expected, show(value));
  };
  const require = (names: readonly string[], most: number): number => {
    const found = size(names, most);
    if (found === null) throw badConfig(`${subject}, ${names[0]}`, "a positive integer", "nothing");
    return found;
  };
  const layers = require(["num_hidden_layers", "n_layer", "num_layers"], MOST_LAYERS);
  const heads = require(["num_attention_heads", "n_head", "num_heads"], MOST_HEADS);
  const width = require(["hidden_size", "n_embd", "d_model"], MOST_WIDTH);
  const kvHeads = size(["num_key_value_heads", "num_kv_heads"], MOST_HEADS) ?? heads;
  const headSize = size(["head_dim"], MOST_WIDTH) ?? width / heads;
  if (!Number.isInteger(headSize))
    throw badConfig(`${subject}, hidden_size`, `a multiple of ${heads} heads`, String(width));
  if (heads % kvHeads !== 0) {
    throw badConfig(`${subject}, num_key_value_heads`, `a divisor of ${heads} heads`, String(kvHeads));
  }
  const vocabulary = require(["vocab_size"], MOST_TOKENS);
  if (vocabulary * width > MOST_EMBEDDINGS) {
    const got = `${vocabulary} tokens of ${width}`;
    throw badConfig(
      `${subject}, vocab_size`,
      `a table of embeddings of at most ${MOST_EMBEDDINGS} values`,
      got,
    );
  }
  return {
    name: textOf(config._name_or_path) ?? textOf(config.model_type) ?? "decoder",
    layers,
    heads,
    kvHeads,
    headSize,
    width,
    vocabulary,
    contextTokens: require(["max_position_embeddings", "n_positions", "n_ctx", "max_seq_len"], MOST_CONTEXT),
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

function show(value: unknown): string {
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "a list" : "an object";
  return JSON.stringify(value) ?? "nothing";
}

function badConfig(subject: string, expected: string, got: string): BadInputError {
  return new BadInputError("model-folder", { subject, expected, got });
}
