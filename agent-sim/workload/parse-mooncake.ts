// Mooncake request trace: timestamp (ms), input_length, output_length, hash_ids of 512-token prefix blocks (JSONL).
import { BadInputError } from "#core";
import { badField, type Place, parseJsonObject, requireCount, requireField } from "./fields.ts";
import { growingColumn } from "./growing-columns.ts";
import type { NumberedLine } from "./read-lines.ts";
import type { RequestWorkload } from "./request-workload.ts";

export const mooncakeBlockTokens = 512;

/**
 * Returns the requests with, for each, how many of its blocks from the start on an earlier request already had: what an
 * unbounded prefix cache would hold. A block's hash covers the prefix before it.
 *
 * Throws BadInputError with file, line and field for anything missing, no count, a time that goes back, or a number of
 * blocks that does not fit the input; and for a trace without requests.
 */
export function parseMooncake(lines: Iterable<NumberedLine>, file: string): RequestWorkload {
  const arrivalS = growingColumn((length) => new Float64Array(length));
  const inputTokens = growingColumn((length) => new Uint32Array(length));
  const outputTokens = growingColumn((length) => new Uint32Array(length));
  const count = growingColumn((length) => new Uint32Array(length));
  const seen = growingColumn((length) => new Uint32Array(length));
  const known = new Set<number>();
  let firstMs: number | undefined;
  let lastMs = 0;
  for (const { number, text } of lines) {
    const place = { file, line: number };
    const record = parseJsonObject(text, place);
    const timeMs = requireField(record, "timestamp", place);
    if (typeof timeMs !== "number" || !Number.isFinite(timeMs) || timeMs < 0) {
      throw badField(place, "timestamp", "milliseconds of at least 0", timeMs);
    }
    firstMs ??= timeMs;
    if (timeMs < lastMs)
      throw badField(place, "timestamp", `a time not before that of the line above, ${lastMs}`, timeMs);
    lastMs = timeMs;
    const input = requireCount(requireField(record, "input_length", place), "input_length", place, 1);
    const blocks = readBlocks(requireField(record, "hash_ids", place), input, place);
    const fresh = blocks.findIndex((block) => !known.has(block));
    arrivalS.add((timeMs - firstMs) / 1000);
    inputTokens.add(input);
    outputTokens.add(requireCount(requireField(record, "output_length", place), "output_length", place));
    count.add(blocks.length);
    seen.add(fresh === -1 ? blocks.length : fresh);
    for (const block of blocks) known.add(block);
  }
  if (firstMs === undefined) {
    throw new BadInputError("trace-format", { subject: file, expected: "requests", got: "none" });
  }
  return {
    format: "mooncake",
    arrivalS: arrivalS.take(),
    inputTokens: inputTokens.take(),
    outputTokens: outputTokens.take(),
    blocks: { count: count.take(), seen: seen.take(), blockTokens: mooncakeBlockTokens },
  };
}

function readBlocks(value: unknown, input: number, place: Place): readonly number[] {
  const expected = Math.ceil(input / mooncakeBlockTokens);
  if (!Array.isArray(value) || value.length !== expected) {
    throw badField(
      place,
      "hash_ids",
      `${expected} ids, one for each ${mooncakeBlockTokens} of ${input} tokens`,
      Array.isArray(value) ? value.length : value,
    );
  }
  return value.map((id, i) => {
    if (typeof id !== "number" || !Number.isSafeInteger(id)) {
      throw badField(place, `hash_ids[${i}]`, "an integer", id);
    }
    return id;
  });
}
