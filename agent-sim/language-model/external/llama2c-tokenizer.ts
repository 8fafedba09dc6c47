// The tokenizer format of llama2.c: pieces with scores; the best-scored pair of neighbours is joined first.
import { BadInputError } from "#core";
import type { TextTokenizer } from "./text-tokenizer.ts";

const BEGIN = 1;
/** Ends a text, and an answer. */
export const LLAMA2C_END = 2;
/** Byte b has the id b + 3, for text that no piece covers. */
const FIRST_BYTE = 3;

/**
 * Returns the tokenizer of `vocabulary` pieces, each a float32 score, an int32 length and UTF-8 bytes, behind an int32 of the
 * longest piece. Law: `decode(encode(text))` equals `text`. Throws BadInputError for a file cut short, or with more.
 */
export function parseLlama2cTokenizer(bytes: Uint8Array, vocabulary: number, subject: string): TextTokenizer {
  const pieces = readPieces(bytes, vocabulary, subject);
  const ids = new Map(pieces.map(({ text }, id) => [text, id]));
  const utf8 = new TextEncoder();
  const split = (text: string): number[] =>
    [...text].flatMap((character) => {
      const id = ids.get(character);
      return id === undefined ? [...utf8.encode(character)].map((byte) => byte + FIRST_BYTE) : [id];
    });
  return {
    vocabularySize: vocabulary,
    encode(text) {
      // A text begins with a space, as those did that the pieces were made from.
      const tokens = text === "" ? [] : split(` ${text}`);
      for (;;) {
        const best = bestPair(tokens, pieces, ids);
        if (best === null) return [BEGIN, ...tokens];
        tokens.splice(best.at, 2, best.id);
      }
    },
    decode(tokens) {
      const text = tokens.filter((id) => id >= FIRST_BYTE).flatMap((id) => [...pieces[id].bytes]);
      const decoded = new TextDecoder().decode(Uint8Array.from(text));
      return tokens[0] === BEGIN && decoded.startsWith(" ") ? decoded.slice(1) : decoded;
    },
  };
}

interface Piece {
  readonly text: string;
  readonly bytes: Uint8Array;
  readonly score: number;
}

/** Returns where the pair with the best-scored joint piece is, the first of equal ones; null when no pair has one. */
function bestPair(
  tokens: readonly number[],
  pieces: readonly Piece[],
  ids: ReadonlyMap<string, number>,
): { readonly at: number; readonly id: number } | null {
  let best: { at: number; id: number } | null = null;
  for (let at = 0; at + 1 < tokens.length; at++) {
    const id = ids.get(pieces[tokens[at]].text + pieces[tokens[at + 1]].text);
    if (id === undefined || (best !== null && pieces[id].score <= pieces[best.id].score)) continue;
    best = { at, id };
  }
  return best;
}

function readPieces(bytes: Uint8Array, vocabulary: number, subject: string): readonly Piece[] {
  const refused = (got: string): BadInputError =>
    new BadInputError("model-folder", {
      subject,
      expected: `a llama2.c tokenizer of ${vocabulary} pieces, the size of the model's vocabulary`,
      got,
    });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pieces: Piece[] = [];
  let at = 4;
  while (pieces.length < vocabulary) {
    if (at + 8 > bytes.length) throw refused(`${pieces.length} pieces`);
    const score = view.getFloat32(at, true);
    const length = view.getInt32(at + 4, true);
    at += 8;
    if (length < 0 || at + length > bytes.length || Number.isNaN(score))
      throw refused(`damage in piece ${pieces.length}`);
    pieces.push(readPiece(bytes.subarray(at, at + length), score));
    at += length;
  }
  if (at !== bytes.length) throw refused("more pieces");
  return pieces;
}

/** A piece `<0x41>` stands for a byte. */
function readPiece(bytes: Uint8Array, score: number): Piece {
  const text = new TextDecoder().decode(bytes);
  const byte = /^<0x([0-9A-F]{2})>$/.exec(text);
  return { text, score, bytes: byte === null ? bytes : Uint8Array.of(Number.parseInt(byte[1], 16)) };
}
