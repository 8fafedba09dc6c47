// The prefix cache of one server: full blocks of tokens named by a hash chain, evicted least recently used first.
//
// A block's name covers all tokens before it (vLLM, "Automatic Prefix Caching"), so a prompt finds the blocks that it has in
// common with an earlier one from its start on. Prompts are segments here (a document, a role prompt, what others said), and
// a token is named by its segment and its place in it: two segments never share a token. Blocks that lie in one segment
// are therefore always used together. They are one *run*, with one name and one place in the order of use, of which a
// number of blocks from the start on is present; a block across a border is a run of its own. That is the same cache as
// one of single blocks (a test holds it to one), at a cost that does not grow with the length of a document.

/** Runs by slot number, -1 where there is none. */
export interface PrefixCache {
  readonly capacityBlocks: number;
  blocks: number;
  evictedBlocks: number;
  /** Slots ever used; those given back form a list along `chain` from `free` on. */
  slots: number;
  free: number;
  /** [slot] the two halves of a run's name. */
  readonly high: Int32Array;
  readonly low: Int32Array;
  /** [slot] blocks of the run that are there, from its first. */
  readonly present: Int32Array;
  /** [bucket] first slot; [slot] next of the same bucket. */
  readonly bucket: Int32Array;
  readonly chain: Int32Array;
  /** [slot] by recency, `newest` to `oldest`. */
  readonly newer: Int32Array;
  readonly older: Int32Array;
  newest: number;
  oldest: number;
}

/** The full blocks of one prompt as runs, in order. Reused from prompt to prompt. */
export interface RunNames {
  /** The prompt that is named, by its first segment; -1 before the first. */
  at: number;
  runs: number;
  /** [run] */
  readonly high: Int32Array;
  readonly low: Int32Array;
  readonly blocks: Int32Array;
}

/** Prompts of `count` segments each, [prompt, segment] row-major: segments of one identity have the same tokens. */
export interface Segments {
  readonly tokens: Int32Array;
  readonly ids: Uint32Array;
  readonly count: number;
}

/** Returns an empty cache. Throws RangeError when the capacity is no number of blocks. */
export function createPrefixCache(capacityBlocks: number): PrefixCache {
  if (!Number.isInteger(capacityBlocks) || capacityBlocks < 0 || capacityBlocks > 2 ** 26) {
    throw new RangeError(`capacityBlocks must be an integer in 0..2^26, got ${capacityBlocks}`);
  }
  // A run has a block at least, and one more is there for a moment while others make room.
  const slots = capacityBlocks + 1;
  const none = (length: number): Int32Array => new Int32Array(length).fill(-1);
  return {
    capacityBlocks,
    blocks: 0,
    evictedBlocks: 0,
    slots: 0,
    free: -1,
    high: new Int32Array(slots),
    low: new Int32Array(slots),
    present: new Int32Array(slots),
    bucket: none(2 ** Math.ceil(Math.log2(Math.max(2, slots)))),
    chain: none(slots),
    newer: none(slots),
    older: none(slots),
    newest: -1,
    oldest: -1,
  };
}

/** Returns room for the names of prompts of `segments` segments. */
export function createRunNames(segments: number): RunNames {
  const make = (): Int32Array => new Int32Array(2 * segments);
  return { at: -1, runs: 0, high: make(), low: make(), blocks: make() };
}

/**
 * Writes the runs of the prompt whose first segment is `at` into `names`. Two prompts have in common the blocks up to whose
 * end they are equal. Names that are there already are left: `names` serves one table of segments.
 */
export function nameRuns(names: RunNames, segments: Segments, at: number, blockTokens: number): void {
  if (names.at === at) return;
  names.at = at;
  const { tokens, ids, count } = segments;
  let high = 0x1e3779b9;
  let low = 0x7f4a7c15;
  let runs = 0;
  // Tokens of a block that an earlier segment has begun.
  let begun = 0;
  for (let segment = at; segment < at + count; segment++) {
    let offset = 0;
    while (offset < tokens[segment]) {
      const left = tokens[segment] - offset;
      const toEnd = blockTokens - begun;
      const whole = begun === 0 ? Math.floor(left / blockTokens) : left >= toEnd ? 1 : 0;
      const taken = whole === 0 ? left : begun === 0 ? whole * blockTokens : toEnd;
      // Two lanes of a multiplicative mix. Identity, offset and number say which tokens were taken.
      high = Math.imul(high ^ ids[segment], 0x85ebca6b) ^ Math.imul(offset + 1, 0x42b2ae35) ^ taken;
      high = Math.imul(high ^ (high >>> 15), 0x2c1b3c6d);
      low = Math.imul(low ^ high, 0x297a2d39) ^ ids[segment];
      low ^= low >>> 13;
      offset += taken;
      begun = whole === 0 ? begun + taken : 0;
      if (whole === 0) continue;
      names.high[runs] = high;
      names.low[runs] = low;
      names.blocks[runs++] = whole;
    }
  }
  names.runs = runs;
}

/** Returns how many blocks from the prompt's start on are in the cache. Nothing becomes more recent by being looked for. */
export function cachedBlocks(cache: PrefixCache, names: RunNames): number {
  let blocks = 0;
  for (let run = 0; run < names.runs; run++) {
    const slot = findRun(cache, names.high[run], names.low[run]);
    if (slot === -1) break;
    blocks += cache.present[slot];
    if (cache.present[slot] < names.blocks[run]) break;
  }
  return blocks;
}

/**
 * Stores the blocks of a prompt and makes them the most recent, the first block last: of blocks used at the same time the
 * one with the longest prefix is evicted first, as in vLLM.
 *
 * Laws: a block is never there without all before it; a larger cache that was given the same prompts holds all that a
 * smaller one holds (Mattson et al., IBM Systems Journal 9 (1970) 78).
 */
export function storeRuns(cache: PrefixCache, names: RunNames): void {
  if (cache.capacityBlocks === 0) return;
  for (let run = names.runs - 1; run >= 0; run--) {
    const high = names.high[run];
    const low = names.low[run];
    let slot = findRun(cache, high, low);
    if (slot === -1) slot = addRun(cache, high, low);
    else unlink(cache, slot);
    makeNewest(cache, slot);
    const missing = names.blocks[run] - cache.present[slot];
    if (missing === 0) continue;
    cache.present[slot] += missing;
    cache.blocks += missing;
    if (cache.blocks > cache.capacityBlocks) evict(cache);
  }
}

/** Takes blocks away, the last of the least recent run first, until the rest fits. */
function evict(cache: PrefixCache): void {
  for (let excess = cache.blocks - cache.capacityBlocks; excess > 0; ) {
    const slot = cache.oldest;
    const taken = Math.min(excess, cache.present[slot]);
    cache.present[slot] -= taken;
    cache.blocks -= taken;
    cache.evictedBlocks += taken;
    excess -= taken;
    if (cache.present[slot] === 0) removeRun(cache, slot);
  }
}

function findRun(cache: PrefixCache, high: number, low: number): number {
  let slot = cache.bucket[low & (cache.bucket.length - 1)];
  while (slot !== -1 && (cache.low[slot] !== low || cache.high[slot] !== high)) slot = cache.chain[slot];
  return slot;
}

function addRun(cache: PrefixCache, high: number, low: number): number {
  const slot = cache.free === -1 ? cache.slots++ : cache.free;
  if (slot === cache.free) cache.free = cache.chain[slot];
  const place = low & (cache.bucket.length - 1);
  cache.high[slot] = high;
  cache.low[slot] = low;
  cache.present[slot] = 0;
  cache.chain[slot] = cache.bucket[place];
  cache.bucket[place] = slot;
  return slot;
}

function removeRun(cache: PrefixCache, slot: number): void {
  unlink(cache, slot);
  const place = cache.low[slot] & (cache.bucket.length - 1);
  if (cache.bucket[place] === slot) cache.bucket[place] = cache.chain[slot];
  else {
    let before = cache.bucket[place];
    while (cache.chain[before] !== slot) before = cache.chain[before];
    cache.chain[before] = cache.chain[slot];
  }
  cache.chain[slot] = cache.free;
  cache.free = slot;
}

function makeNewest(cache: PrefixCache, slot: number): void {
  cache.newer[slot] = -1;
  cache.older[slot] = cache.newest;
  if (cache.newest !== -1) cache.newer[cache.newest] = slot;
  cache.newest = slot;
  if (cache.oldest === -1) cache.oldest = slot;
}

function unlink(cache: PrefixCache, slot: number): void {
  const newer = cache.newer[slot];
  const older = cache.older[slot];
  if (newer === -1) cache.newest = older;
  else cache.older[newer] = older;
  if (older === -1) cache.oldest = newer;
  else cache.newer[older] = newer;
}
