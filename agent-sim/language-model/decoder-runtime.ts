import {
  createGraph,
  gatherRows,
  type OpenSession,
  reshape,
  rotation,
  type Session,
  toOnnx,
} from "#core/model";
import { type DecoderShape, declareDecoder, MASKED } from "./decoder.ts";
import type { KvCache, LanguageModel, ModelInput, ModelOutput } from "./language-model.ts";

/**
 * A trained decoder behind a cache. Graphs have fixed sizes, so new and past positions are padded to the next of a list of
 * sizes: a graph is made when its sizes are first asked for, and its run costs what its tokens cost. Padding is masked
 * and changes no result.
 */

/** New positions that a graph reads: 1 for decoding, then steps that waste less than 8 tokens, or 16 of more than 64. */
function paddedNew(tokens: number): number {
  if (tokens === 1) return 1;
  const step = tokens <= 64 ? 8 : 16;
  return Math.ceil(tokens / step) * step;
}

/** Past positions: attention over padding is cheap, graphs are not. */
const PAST_STEP = 32;

/** A trained decoder. */
export interface DecoderModel {
  /** The layer, from 0, after which `run` gives hidden states. */
  readonly layer: number;
  readonly modelId: string;
  readonly shape: DecoderShape;
  readonly parameters: Float32Array;
  readonly endToken: number;
}

/** Returns a trained decoder as a language model. Throws RangeError when the number of parameters is another. */
export function createDecoderRuntime(model: DecoderModel, open: OpenSession): LanguageModel {
  const { modelId, shape, parameters, endToken } = model;
  const { layers, heads, headSize, width, vocabulary, contextTokens } = shape;
  const sessions = new Map<string, Promise<Session>>();
  const embeddings = parameters.subarray(0, vocabulary * width);

  const session = (fresh: number, past: number): Promise<Session> => {
    const key = `${fresh} behind ${past}`;
    let found = sessions.get(key);
    if (found === undefined) {
      found = open(toOnnx(decodingGraph(model, fresh, past), parameters));
      sessions.set(key, found);
    }
    return found;
  };

  return {
    modelId,
    shape: {
      layers,
      heads,
      kvHeads: heads,
      headSize,
      width,
      vocabulary,
      contextTokens,
      parameters: parameters.length,
    },
    takesEmbeddings: true,
    endToken,
    embed(ids) {
      const rows = new Float32Array(ids.length * width);
      for (const [i, id] of ids.entries()) {
        if (id < 0 || id >= vocabulary) throw new RangeError(`token ${id} of a vocabulary of ${vocabulary}`);
        rows.set(embeddings.subarray(id * width, (id + 1) * width), i * width);
      }
      return rows;
    },
    async run(input: ModelInput, past: KvCache | null): Promise<ModelOutput> {
      const embeds = "ids" in input ? this.embed(input.ids) : input.embeds;
      const fresh = embeds.length / width;
      const before = past?.tokens ?? 0;
      if (!Number.isInteger(fresh) || fresh < 1 || before + fresh > contextTokens) {
        throw new RangeError(
          `${modelId}: ${fresh} positions behind ${before}; expected at least one, and ${contextTokens} in all`,
        );
      }
      const padded = { fresh: paddedNew(fresh), past: Math.ceil(before / PAST_STEP) * PAST_STEP };
      const opened = await session(padded.fresh, padded.past);
      const results = await opened.run({
        embeds: stretched(embeds, padded.fresh * width),
        positions: BigInt64Array.from({ length: padded.fresh }, (_, i) =>
          BigInt(Math.min(before + i, contextTokens - 1)),
        ),
        mask: causalMask(fresh, before, padded),
        last: BigInt64Array.of(BigInt(fresh - 1)),
        ...pastFeeds(past, padded.past, { heads, headSize, layers }),
      });
      const cut = (kind: "key" | "value", layer: number): Float32Array =>
        appended(past?.layers[layer][kind] ?? null, results[`${kind}${layer}`] as Float32Array, {
          heads,
          headSize,
          before,
          fresh,
          padded: padded.fresh,
        });
      return {
        logits: results.logits as Float32Array,
        hidden: (results.hidden as Float32Array).slice(0, fresh * width),
        cache: {
          tokens: before + fresh,
          layers: Array.from({ length: layers }, (_, i) => ({ key: cut("key", i), value: cut("value", i) })),
        },
      };
    },
    async close() {
      for (const opened of sessions.values()) await (await opened).close();
      sessions.clear();
    },
  };
}

/** Returns the graph that reads `fresh` positions behind `past`, one row. */
export function decodingGraph({ shape, layer }: DecoderModel, fresh: number, past: number) {
  const { layers, heads, headSize, width, contextTokens } = shape;
  const graph = createGraph();
  const decoder = declareDecoder(graph, shape);
  const positions = graph.input("positions", [fresh], "int64");
  const { states, made } = decoder.read(graph.input("embeds", [1, fresh, width]), {
    rotation: rotation(graph, positions, { count: contextTokens, size: shape.rotated }),
    mask: graph.input("mask", [fresh, past + fresh]),
    past:
      past === 0
        ? null
        : Array.from({ length: layers }, (_, i) => ({
            key: graph.input(`pastKey${i}`, [1, heads, past, headSize]),
            value: graph.input(`pastValue${i}`, [1, heads, past, headSize]),
          })),
  });
  const last = gatherRows(reshape(states[layers - 1], [fresh, width]), graph.input("last", [1], "int64"));
  graph.output("logits", decoder.logits(last));
  graph.output("hidden", states[layer]);
  for (const [i, { key, value }] of made.entries()) {
    graph.output(`key${i}`, key);
    graph.output(`value${i}`, value);
  }
  return graph;
}

/** Returns what each new position may see, [fresh, past + fresh] padded: the past, and what is not behind itself. */
function causalMask(
  fresh: number,
  before: number,
  padded: { readonly fresh: number; readonly past: number },
): Float32Array {
  const columns = padded.past + padded.fresh;
  const mask = new Float32Array(padded.fresh * columns).fill(MASKED);
  for (let row = 0; row < padded.fresh; row++) {
    mask.fill(0, row * columns, row * columns + before);
    mask.fill(0, row * columns + padded.past, row * columns + padded.past + Math.min(row + 1, fresh));
  }
  return mask;
}

interface HeadSizes {
  readonly heads: number;
  readonly headSize: number;
}

/** Returns the cache as inputs of a graph of `size` past positions; none for 0. */
function pastFeeds(
  past: KvCache | null,
  size: number,
  { heads, headSize, layers }: HeadSizes & { readonly layers: number },
): Record<string, Float32Array> {
  if (past === null || size === 0) return {};
  const spread = (values: Float32Array): Float32Array => {
    const wide = new Float32Array(heads * size * headSize);
    const row = past.tokens * headSize;
    for (let head = 0; head < heads; head++) {
      wide.set(values.subarray(head * row, (head + 1) * row), head * size * headSize);
    }
    return wide;
  };
  return Object.fromEntries(
    Array.from({ length: layers }, (_, i) => [
      [`pastKey${i}`, spread(past.layers[i].key)],
      [`pastValue${i}`, spread(past.layers[i].value)],
    ]).flat(),
  );
}

/** Returns past and new positions of each head one behind the other, [heads, before + fresh, headSize]. */
function appended(
  past: Float32Array | null,
  made: Float32Array,
  {
    heads,
    headSize,
    before,
    fresh,
    padded,
  }: HeadSizes & { readonly before: number; readonly fresh: number; readonly padded: number },
): Float32Array {
  const row = (before + fresh) * headSize;
  const joined = new Float32Array(heads * row);
  for (let head = 0; head < heads; head++) {
    const old = before * headSize;
    if (past !== null) joined.set(past.subarray(head * old, (head + 1) * old), head * row);
    const from = head * padded * headSize;
    joined.set(made.subarray(from, from + fresh * headSize), head * row + old);
  }
  return joined;
}

function stretched(values: Float32Array, size: number): Float32Array {
  if (values.length === size) return values;
  const wide = new Float32Array(size);
  wide.set(values);
  return wide;
}
