// The stage that begins reads the document: once, for every arm alike.
import { createStepClock } from "../hand-off/clock.ts";
import type { Source } from "../hand-off/holding.ts";
import type { FactDocument } from "../language-model/language.ts";
import type { Reader } from "./reader.ts";

/** Returns what reading a document gives, and the seconds that it took. */
export async function readSource(
  reader: Reader,
  { entity, document }: { readonly entity: number; readonly document: FactDocument },
  nowS: () => number,
): Promise<{ readonly source: Source; readonly readS: number }> {
  const { width } = reader.model.shape;
  const clock = createStepClock(nowS);
  const { cache, hidden } = await reader.read(document.tokens, clock);
  const states = hidden === null ? new Float32Array(0) : hidden.slice(width);
  const read = { states, positions: document.tokens.length, document };
  return { source: { entity, tokens: document.tokens, cache, read }, readS: clock.times.prefill };
}
