import type { DecoderModel } from "./decoder-runtime.ts";
import { drawDocument } from "./language.ts";

/** Documents of the training split that stand for all of them. */
const SAMPLED_DOCUMENTS = 64;

/**
 * Returns what stands for the data of a training in its manifest (`dataSha256`): the first documents of its seed, and before
 * them, for a memory, the weights of the decoder through which it was trained; null for the decoder itself.
 */
export function trainingData(decoder: Pick<DecoderModel, "parameters"> | null, seed: number): Uint8Array {
  const text = Array.from(
    { length: SAMPLED_DOCUMENTS },
    (_, index) => drawDocument({ seed, split: "train", index, facts: 1 + (index % 16) }).text,
  ).join("\n");
  const documents = new TextEncoder().encode(text);
  if (decoder === null) return documents;
  const { buffer, byteOffset, byteLength } = decoder.parameters;
  const data = new Uint8Array(byteLength + documents.length);
  data.set(new Uint8Array(buffer, byteOffset, byteLength));
  data.set(documents, byteLength);
  return data;
}
