// Mooncake request trace: timestamp (ms), input_length, output_length, hash_ids of 512-token prefix blocks (JSONL).
import { BadInputError } from "#core";
import { createBlockSet } from "./block-set.ts";
import { badField, type Place, parseJsonObject, requireCount, requireField } from "./fields.ts";
import type { NumberedLine } from "./read-lines.ts";
import type { TracedRequest } from "./request-workload.ts";

export const mooncakeBlockTokens = 512;

/**
 * Yields the requests with, for each, how many of its blocks from the start on an earlier request already had: what an
 * unbounded prefix cache would hold. A block's hash covers the prefix before it.
 *
 * Throws BadInputError with file, line and field for anything missing, no count, a time that goes back, or a number of
 * blocks that does not fit the input; for a trace without requests; and for one of too many blocks to remember.
 */
export function* parseMooncake(lines: Iterable<NumberedLine>, file: string): Generator<TracedRequest> {
  const known = createBlockSet(file);
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
    for (const block of blocks) known.add(block);
    yield {
      arrivalS: (timeMs - firstMs) / 1000,
      inputTokens: input,
      outputTokens: requireCount(requireField(record, "output_length", place), "output_length", place),
      blocks: {
        count: blocks.length,
        seen: fresh === -1 ? blocks.length : fresh,
        blockTokens: mooncakeBlockTokens,
      },
    };
  }
  if (firstMs === undefined) {
    throw new BadInputError("trace-format", { subject: file, expected: "requests", got: "none" });
  }
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
