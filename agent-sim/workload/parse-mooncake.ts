// Mooncake request trace: timestamp, input_length, output_length, hash_ids of prefix blocks (JSONL).
import { BadInputError } from "#core";
import { createBlockSet } from "./block-set.ts";
import { readNumber } from "./field-domains.ts";
import { badField, type Place, requireCount, requireField } from "./fields.ts";
import type { JsonRecord } from "./read-json-records.ts";
import type { TracedRequest } from "./request-workload.ts";
import { emptied, type SetAside } from "./set-aside.ts";

/** What a file does not say of itself. */
export interface MooncakeOptions {
  /** Of `timestamp`; default milliseconds, as published. */
  readonly timeUnit?: "s" | "ms" | undefined;
  /** Tokens of a block; default 512, as published. */
  readonly blockTokens?: number | undefined;
}

const MOONCAKE_BLOCK_TOKENS = 512;
/** Sizes that servers use, for the remedy. */
const usualBlocks = [16, 32, 64, 128, 256, 512, 1024];

/**
 * Yields the requests with, for each, how many of its blocks from the start on an earlier request already had: what an
 * unbounded prefix cache would hold. A block's hash covers the prefix before it. A record with anything missing, no count,
 * or a number of blocks that does not fit its input is set aside.
 *
 * Throws BadInputError for a time that goes back, for a trace without usable requests (with the size of blocks that would
 * fit, if one does), and for one of too many blocks to remember.
 */
export function* parseMooncake(
  records: Iterable<JsonRecord>,
  file: string,
  { timeUnit = "ms", blockTokens = MOONCAKE_BLOCK_TOKENS }: MooncakeOptions,
  setAside: SetAside,
): Generator<TracedRequest> {
  const known = createBlockSet(file);
  const perS = timeUnit === "s" ? 1 : 1000;
  const fits = new Set(usualBlocks);
  let firstTime: number | undefined;
  let lastTime = 0;
  for (const { value, place } of records) {
    const request = setAside.attempt(place, () => readRequest(value, place, blockTokens, fits));
    if (request === null) continue;
    const { time, input, output, blocks } = request;
    firstTime ??= time;
    if (time < lastTime)
      throw badField(place, "timestamp", `a time not before that of the line above, ${lastTime}`, time);
    lastTime = time;
    const fresh = blocks.findIndex((block) => !known.has(block));
    for (const block of blocks) known.add(block);
    yield {
      arrivalS: (time - firstTime) / perS,
      inputTokens: input,
      outputTokens: output,
      blocks: { count: blocks.length, seen: fresh === -1 ? blocks.length : fresh, blockTokens },
    };
  }
  if (firstTime !== undefined) return;
  const other = usualBlocks.filter((size) => size !== blockTokens && fits.has(size));
  throw new BadInputError("trace-format", {
    ...emptied(file, "requests", setAside).parts,
    ...(other.length === 0 || other.length === usualBlocks.length
      ? {}
      : {
          remedy: `its hash_ids fit blocks of ${other.join(" or ")} tokens: say workload.blockTokens=${other[0]}`,
        }),
  });
}

function readRequest(record: Record<string, unknown>, place: Place, blockTokens: number, fits: Set<number>) {
  const given = requireField(record, "timestamp", place);
  const time = readNumber(given);
  if (typeof time !== "number" || !Number.isFinite(time) || time < 0) {
    throw badField(place, "timestamp", "a time of at least 0", given);
  }
  const input = requireCount(requireField(record, "input_length", place), "input_length", place, 1);
  const output = requireCount(requireField(record, "output_length", place), "output_length", place);
  const ids = requireField(record, "hash_ids", place);
  if (Array.isArray(ids)) {
    for (const size of fits) if (Math.ceil(input / size) !== ids.length) fits.delete(size);
  }
  return { time, input, output, blocks: readBlocks(ids, input, place, blockTokens) };
}

function readBlocks(value: unknown, input: number, place: Place, blockTokens: number): readonly number[] {
  const expected = Math.ceil(input / blockTokens);
  if (!Array.isArray(value) || value.length !== expected) {
    throw badField(
      place,
      "hash_ids",
      `a list of one id for each ${blockTokens} input tokens`,
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
