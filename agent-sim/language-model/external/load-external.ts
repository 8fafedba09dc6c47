// A model that the user brings, by the path of its folder: an exported ONNX decoder, or a checkpoint of llama2.c.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { BadInputError } from "#core";
import type { LanguageModel } from "../language-model.ts";
import { type DecoderConfig, parseDecoderConfig } from "./decoder-config.ts";
import { decoderOnnx } from "./decoder-onnx.ts";
import { parseLlama2cCheckpoint } from "./llama2c-checkpoint.ts";
import { LLAMA2C_END, parseLlama2cTokenizer } from "./llama2c-tokenizer.ts";
import { createOnnxDecoder } from "./onnx-decoder.ts";
import { createTextTokenizer, type TextTokenizer } from "./text-tokenizer.ts";

export interface ExternalModel {
  readonly name: string;
  readonly model: LanguageModel;
  readonly tokenizer: TextTokenizer;
}

/** Where exporters put the decoder, the one with cache and without first. */
const decoderFiles = [
  "onnx/decoder_model_merged.onnx",
  "onnx/model.onnx",
  "decoder_model_merged.onnx",
  "model.onnx",
  "onnx/decoder_with_past_model.onnx",
];
const embeddingFiles = ["onnx/embed_tokens.onnx", "embed_tokens.onnx"];

/**
 * A vocabulary is padded to a round number, and a tokenizer may have added tokens that the model never learned: neither by
 * more than this share.
 */
const MOST_PADDING = 0.1;
/** Rows of a table of embeddings that are asked for at once. */
const EMBEDDING_ROWS = 4096;

/**
 * Returns the model in a folder. With `config.json` it is a decoder in the layout of optimum and transformers.js, with its
 * `tokenizer.json`; with one `.bin` that has a header of llama2.c (and a `tok*.bin`), it is converted while it is loaded. A path
 * of such a `.bin` works too.
 *
 * Throws BadInputError for a missing file, a configuration, tokenizer or graph that does not fit the others, and damage.
 */
export async function loadExternalModel(path: string): Promise<ExternalModel> {
  if (!existsSync(path)) throw badFolder(path, "the folder of a model", "nothing there");
  if (!statSync(path).isDirectory()) return loadLlama2c(path, dirname(path));
  if (existsSync(join(path, "config.json"))) return loadOnnxFolder(path);
  const checkpoint = readdirSync(path).find((name) => name.endsWith(".bin") && !isTokenizerFile(name));
  if (checkpoint !== undefined) return loadLlama2c(join(path, checkpoint), path);
  throw badFolder(
    path,
    "config.json with onnx/model.onnx and tokenizer.json, or a checkpoint of llama2.c with its tok*.bin",
    "neither config.json nor a .bin",
  );
}

async function loadOnnxFolder(folder: string): Promise<ExternalModel> {
  const { hashInputFiles, openSymbolicSession } = await import("#core/node");
  const configFile = join(folder, "config.json");
  const config = parseDecoderConfig(
    readJson(configFile),
    readJson(join(folder, "generation_config.json"), {}),
    configFile,
  );
  const tokenizerFile = join(folder, "tokenizer.json");
  const found = await createTextTokenizer(
    readJson(tokenizerFile),
    readJson(join(folder, "tokenizer_config.json"), {}),
    tokenizerFile,
  );
  const tokenizer = fitting(found, config, tokenizerFile);
  const file = findFile(folder, decoderFiles);
  if (file === null) throw badFolder(folder, `a decoder, one of ${decoderFiles.join(", ")}`, "none of them");
  const session = await openSymbolicSession(file, file);
  try {
    const embeddings = await readEmbeddings(folder, config);
    const [{ sha256 }] = await hashInputFiles([file], folder);
    const model = createOnnxDecoder({
      modelId: `${basename(folder)}@${sha256.slice(0, 12)}`,
      config,
      session,
      embeddings,
      parameters: countParameters(file),
      subject: file,
    });
    return { name: basename(folder), model, tokenizer };
  } catch (error) {
    await session.close();
    throw error;
  }
}

/** Returns the table of embeddings, [vocabulary, width], by asking the graph beside the decoder for every id; null without one. */
async function readEmbeddings(
  folder: string,
  { vocabulary, width }: DecoderConfig,
): Promise<Float32Array | null> {
  const file = findFile(folder, embeddingFiles);
  if (file === null) return null;
  const { openSymbolicSession } = await import("#core/node");
  const session = await openSymbolicSession(file, file);
  try {
    const [input] = session.inputs;
    const [output] = session.outputs;
    if (session.inputs.length !== 1 || input.type !== "int64" || output?.type !== "float32") {
      throw badFolder(
        file,
        "one input of ids (int64) and an output of float32",
        `${input.name} of ${input.type}`,
      );
    }
    const table = new Float32Array(vocabulary * width);
    for (let from = 0; from < vocabulary; from += EMBEDDING_ROWS) {
      const length = Math.min(EMBEDDING_ROWS, vocabulary - from);
      const data = BigInt64Array.from({ length }, (_, i) => BigInt(from + i));
      const results = await session.run({ [input.name]: { data, shape: [1, length] } }, [output.name]);
      const rows = results[output.name].data as Float32Array;
      if (rows.length !== length * width) {
        throw badFolder(file, `rows of ${width} values, by config.json`, `${rows.length / length}`);
      }
      table.set(rows, from * width);
    }
    return table;
  } finally {
    await session.close();
  }
}

async function loadLlama2c(file: string, folder: string): Promise<ExternalModel> {
  const { openSymbolicSession, sha256 } = await import("#core/node");
  const bytes = readFile(file);
  const weights = parseLlama2cCheckpoint(bytes, file);
  const tokenizerFile = readdirSync(folder).find(isTokenizerFile);
  if (tokenizerFile === undefined)
    throw badFolder(folder, "a tokenizer of llama2.c, tok*.bin", "no such file");
  const { vocabulary } = weights.shape;
  const path = join(folder, tokenizerFile);
  const tokenizer = parseLlama2cTokenizer(readFile(path), vocabulary, path);
  const name = basename(file, ".bin");
  const session = await openSymbolicSession(decoderOnnx(weights, { takes: "embeds" }), file);
  const model = createOnnxDecoder({
    modelId: `${name}@${sha256(bytes).slice(0, 12)}`,
    config: { name, ...weights.shape, endToken: LLAMA2C_END },
    session,
    embeddings: weights.embeddings,
    parameters: countWeights(weights),
    subject: file,
  });
  return { name, model, tokenizer };
}

function countWeights({
  embeddings,
  classifier,
  layers,
  finalNorm,
}: ReturnType<typeof parseLlama2cCheckpoint>): number {
  const inLayers = layers.reduce(
    (sum, layer) =>
      sum + Object.values(layer).reduce((total, values: Float32Array) => total + values.length, 0),
    0,
  );
  return (
    inLayers + finalNorm.length + embeddings.length + (classifier === embeddings ? 0 : classifier.length)
  );
}

/** Weights of fp32 are 4 bytes each, wherever the file keeps them; of a quantized file it is a lower bound. */
function countParameters(file: string): number {
  const beside = [`${file}_data`, `${file}.data`].filter((path) => existsSync(path));
  return Math.round([file, ...beside].reduce((bytes, path) => bytes + statSync(path).size, 0) / 4);
}

/**
 * Returns the tokenizer without ids that the model has no embedding for: added tokens (of a template, of padding) begin where
 * the vocabulary ends. A text that spells one of them is read without it.
 */
function fitting(tokenizer: TextTokenizer, { vocabulary }: DecoderConfig, file: string): TextTokenizer {
  const { vocabularySize } = tokenizer;
  if (Math.abs(vocabularySize - vocabulary) <= MOST_PADDING * vocabulary) {
    if (vocabularySize <= vocabulary) return tokenizer;
    return {
      ...tokenizer,
      vocabularySize: vocabulary,
      encode: (text) => tokenizer.encode(text).filter((id) => id < vocabulary),
    };
  }
  throw badFolder(
    file,
    `a tokenizer of ${vocabulary} ids, the vocab_size of config.json, or a few less or more`,
    `${vocabularySize}`,
    "take the tokenizer.json that was saved with this model",
  );
}

function isTokenizerFile(name: string): boolean {
  return /^tok.*\.bin$/.test(name);
}

function findFile(folder: string, names: readonly string[]): string | null {
  const found = names.find((name) => existsSync(join(folder, name)));
  return found === undefined ? null : join(folder, found);
}

/** Returns the object in a file of JSON; without `otherwise` the file has to be there. */
function readJson(file: string, otherwise?: Record<string, unknown>): Record<string, unknown> {
  if (otherwise !== undefined && !existsSync(file)) return otherwise;
  const text = new TextDecoder().decode(readFile(file));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw badFolder(file, "JSON", (error as Error).message.split("\n")[0]);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw badFolder(file, "a JSON object", Array.isArray(value) ? "a list" : String(value));
}

function readFile(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw badFolder(
      file,
      "this file of the model",
      code === "ENOENT" ? "no such file" : String(code ?? error),
    );
  }
}

function badFolder(subject: string, expected: string, got: string, remedy?: string): BadInputError {
  return new BadInputError("model-folder", {
    subject,
    expected,
    got,
    ...(remedy === undefined ? {} : { remedy }),
  });
}
