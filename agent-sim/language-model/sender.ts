import { createGraph, type OpenSession, toOnnx } from "#core/model";
import { declareDecoder, MASKED } from "./decoder.ts";
import { sequenceInputs } from "./decoder-objective.ts";
import type { DecoderModel } from "./decoder-runtime.ts";
import { BEGIN, type FactDocument } from "./language.ts";
import type { MemoryKind } from "./memory-network.ts";
import { createSequenceBatch, fillSequences } from "./sequences.ts";

/** What the sender knows: the hidden states of the document that it has read, many documents at once. */

/** A document and the sender's states of its tokens, [tokens, width]. */
export interface ReadDocument {
  readonly document: FactDocument;
  readonly states: Float32Array;
}

export interface DocumentReader {
  /** Returns documents with their states. Throws RangeError for one that is longer than the reader's rows. */
  read(documents: readonly FactDocument[]): Promise<readonly ReadDocument[]>;
  close(): Promise<void>;
}

/** Returns a reader of documents of at most `tokens` tokens, `rows` at a time. */
export async function createDocumentReader(
  { shape, parameters, layer }: Pick<DecoderModel, "shape" | "parameters" | "layer">,
  { rows, tokens }: { readonly rows: number; readonly tokens: number },
  open: OpenSession,
): Promise<DocumentReader> {
  const size = { rows, length: tokens + 1 };
  const { width } = shape;
  const graph = createGraph();
  const decoder = declareDecoder(graph, shape);
  const { ids, places } = sequenceInputs(graph, shape, size);
  graph.output("states", decoder.read(decoder.embed(ids), places).states[layer]);
  const session = await open(toOnnx(graph, parameters));
  const batch = createSequenceBatch(size);
  return {
    async read(documents) {
      const found: ReadDocument[] = [];
      for (let from = 0; from < documents.length; from += rows) {
        const part = documents.slice(from, from + rows);
        fillSequences(
          batch,
          part.map((document) => ({
            shared: Int32Array.of(BEGIN, ...document.tokens),
            predictShared: false,
            facts: [],
            valueAt: [],
            questions: [],
            withRole: false,
          })),
        );
        const results = await session.run({ ids: batch.ids, positions: batch.positions, mask: batch.mask });
        const states = results.states as Float32Array;
        for (const [row, document] of part.entries()) {
          const at = (row * size.length + 1) * width;
          found.push({ document, states: states.slice(at, at + document.tokens.length * width) });
        }
      }
      return found;
    },
    async close() {
      await session.close();
    },
  };
}

/** Feeds of a graph that compresses `rows` senders of at most `tokens` states. */
export interface SenderFeeds {
  readonly states: Float32Array;
  readonly statePositions: BigInt64Array;
  readonly stateMask: Float32Array;
  readonly stateShares: Float32Array;
}

/** Returns the feeds of a graph with nothing in them. */
export function createSenderFeeds(rows: number, tokens: number, width: number): SenderFeeds {
  return {
    states: new Float32Array(rows * tokens * width),
    statePositions: new BigInt64Array(rows * tokens),
    stateMask: new Float32Array(rows * tokens),
    stateShares: new Float32Array(rows * tokens),
  };
}

/** Returns the places of a document whose states a kind of compressor reads: all, or those where values stand. */
function placesRead(kind: MemoryKind, { tokens, valueAt }: FactDocument): ArrayLike<number> {
  return kind === "slots" ? valueAt : Array.from(tokens.keys());
}

/** Fills `feeds` with documents, a row each. Throws RangeError when one has more states than there is room for. */
export function fillSenderFeeds(
  feeds: SenderFeeds,
  kind: MemoryKind,
  documents: readonly ReadDocument[],
  { tokens, width }: { readonly tokens: number; readonly width: number },
): SenderFeeds {
  const { states, statePositions, stateMask, stateShares } = feeds;
  states.fill(0);
  statePositions.fill(0n);
  stateMask.fill(MASKED);
  stateShares.fill(0);
  for (const [row, { document, states: all }] of documents.entries()) {
    const places = placesRead(kind, document);
    if (places.length > tokens) {
      throw new RangeError(`a compressor of ${tokens} states cannot read ${places.length}`);
    }
    for (let i = 0; i < places.length; i++) {
      const at = row * tokens + i;
      states.set(all.subarray(places[i] * width, (places[i] + 1) * width), at * width);
      statePositions[at] = BigInt(places[i]);
      stateMask[at] = 0;
      stateShares[at] = 1 / places.length;
    }
  }
  return feeds;
}
