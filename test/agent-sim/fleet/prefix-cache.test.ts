import fc from "fast-check";
import { expect, test } from "vitest";
import {
  cachedBlocks,
  createPrefixCache,
  createRunNames,
  nameRuns,
  type Segments,
  storeRuns,
} from "../../../agent-sim/fleet/prefix-cache.ts";

/** A prompt as (identity, tokens) of each segment; one identity always has the same tokens. */
type Prompt = readonly (readonly [id: number, tokens: number])[];

const lengths = [0, 3, 5, 8, 13, 21, 40, 64];
const prompt = fc
  .array(fc.nat(lengths.length - 1), { minLength: 3, maxLength: 3 })
  .map((ids): Prompt => ids.map((id) => [id, lengths[id]]));
const BLOCK = 4;

function tableOf(prompts: readonly Prompt[]): Segments {
  return {
    tokens: Int32Array.from(prompts.flatMap((one) => one.map(([, tokens]) => tokens))),
    ids: Uint32Array.from(prompts.flatMap((one) => one.map(([id]) => id))),
    count: 3,
  };
}

/** The full blocks of a prompt, each named by every token up to its end: what the hash stands for. */
function blocksOf(one: Prompt): string[] {
  const tokens = one.flatMap(([id, length]) => Array.from({ length }, (_, i) => `${id}.${i}`));
  return Array.from({ length: Math.floor(tokens.length / BLOCK) }, (_, i) =>
    tokens.slice(0, (i + 1) * BLOCK).join(),
  );
}

/** A cache of single blocks in a Map, which keeps the order of use: the plainest form of the same policy. */
function plainCache(capacity: number) {
  const blocks = new Map<string, true>();
  return {
    cached(one: Prompt): number {
      const names = blocksOf(one);
      const miss = names.findIndex((name) => !blocks.has(name));
      return miss === -1 ? names.length : miss;
    },
    store(one: Prompt): void {
      for (const name of blocksOf(one).reverse()) {
        blocks.delete(name);
        blocks.set(name, true);
        if (blocks.size > capacity) blocks.delete(blocks.keys().next().value as string);
      }
    },
    size: () => blocks.size,
  };
}

test("a cache of runs holds the blocks that a cache of single blocks holds, whatever came", () => {
  fc.assert(
    fc.property(fc.array(prompt, { maxLength: 40 }), fc.nat(40), (prompts, capacity) => {
      const table = tableOf(prompts);
      const cache = createPrefixCache(capacity);
      const names = createRunNames(3);
      const plain = plainCache(capacity);
      for (const [i, one] of prompts.entries()) {
        // Every prompt, not only the next, is found to the same depth.
        for (const [j, other] of prompts.entries()) {
          nameRuns(names, table, 3 * j, BLOCK);
          expect(cachedBlocks(cache, names)).toBe(plain.cached(other));
        }
        nameRuns(names, table, 3 * i, BLOCK);
        storeRuns(cache, names);
        plain.store(one);
        expect(cache.blocks).toBe(plain.size());
      }
    }),
  );
});

test("a larger cache that was given the same prompts never has fewer hits", () => {
  fc.assert(
    fc.property(fc.array(prompt, { maxLength: 60 }), fc.nat(30), fc.nat(30), (prompts, capacity, more) => {
      const table = tableOf(prompts);
      const [small, large] = [createPrefixCache(capacity), createPrefixCache(capacity + more)];
      const names = createRunNames(3);
      for (const i of prompts.keys()) {
        nameRuns(names, table, 3 * i, BLOCK);
        expect(cachedBlocks(large, names)).toBeGreaterThanOrEqual(cachedBlocks(small, names));
        for (const cache of [small, large]) storeRuns(cache, names);
      }
    }),
  );
});

test("a document in front is found behind another role prompt, and one behind it is not", () => {
  const documentFirst: Prompt[] = [
    [
      [7, 64],
      [1, 8],
      [4, 3],
    ],
    [
      [7, 64],
      [2, 8],
      [5, 3],
    ],
  ];
  const roleFirst = documentFirst.map(([document, role, said]): Prompt => [role, document, said]);
  const found = ([first, second]: readonly Prompt[]): number => {
    const cache = createPrefixCache(1000);
    const names = createRunNames(3);
    const table = tableOf([first, second]);
    nameRuns(names, table, 0, BLOCK);
    storeRuns(cache, names);
    nameRuns(names, table, 3, BLOCK);
    return cachedBlocks(cache, names);
  };
  expect(found(documentFirst)).toBe(64 / BLOCK);
  expect(found(roleFirst)).toBe(0);
});

test("a capacity that is no number of blocks is refused", () => {
  expect(() => createPrefixCache(-1)).toThrow("capacityBlocks must be an integer in 0..2^26, got -1");
  expect(() => createPrefixCache(1.5)).toThrow(RangeError);
});
