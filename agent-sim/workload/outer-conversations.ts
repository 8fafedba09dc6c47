// Of which conversation a call is: an inner label never splits what an outer one holds.

/** In a column of numbers: nothing. */
export const NONE = 2 ** 32 - 1;
/** A chain of parents that is longer is a ring, or as good as one. */
export const LONGEST_CHAIN = 1000;
/** Two different conversations lie side by side. */
const SEVERAL = NONE - 1;

interface Column {
  at(row: number): number;
}

/**
 * Returns a function that tells the conversation of a row, or NONE. A sub-agent often gets a conversation of its own, and a label
 * may stand on calls only, so the outermost one under a root holds for everything under it: the one least deep. Where several
 * lie equally deep side by side (a batch over conversations), each row is of the outermost one on its own way up. Roots
 * of one trace without any are of the conversation of the others, where those agree (parents may be missing from a file).
 */
export function findConversations({
  rows,
  above,
  conversation,
  trace,
}: {
  readonly rows: number;
  /** Returns the row of the parent, or NONE. */
  readonly above: (row: number) => number;
  /** [row] its own, or NONE. */
  readonly conversation: Column;
  /** [row] */
  readonly trace: Column;
}): (row: number) => number {
  // [row] of roots only: the conversation that holds for all under it, and how deep it lies.
  const held = new Uint32Array(rows).fill(NONE);
  const depthOf = new Uint16Array(rows);
  const rootAndDepth = (row: number): readonly [number, number] => {
    let at = row;
    let depth = 0;
    for (let next = above(at); next !== NONE && depth < LONGEST_CHAIN; next = above(at)) {
      at = next;
      depth++;
    }
    return [at, depth];
  };
  let hasAny = false;
  for (let row = 0; row < rows; row++) {
    const own = conversation.at(row);
    if (own === NONE) continue;
    hasAny = true;
    const [root, depth] = rootAndDepth(row);
    const isFirst = held[root] === NONE;
    if (isFirst || depth < depthOf[root]) {
      held[root] = own;
      depthOf[root] = depth;
    } else if (depth === depthOf[root] && held[root] !== own) held[root] = SEVERAL;
  }
  if (!hasAny) return () => NONE;
  const ofTrace = new Map<number, number>();
  for (let row = 0; row < rows; row++) {
    if (held[row] === NONE) continue;
    const before = ofTrace.get(trace.at(row));
    ofTrace.set(trace.at(row), before === undefined || before === held[row] ? held[row] : SEVERAL);
  }
  const known = (found: number | undefined): number =>
    found === undefined || found === SEVERAL ? NONE : found;
  return (row) => {
    const [root] = rootAndDepth(row);
    if (held[root] === NONE) return known(ofTrace.get(trace.at(row)));
    if (held[root] !== SEVERAL) return held[root];
    let outermost = NONE;
    for (let at = row, steps = 0; at !== NONE && steps < LONGEST_CHAIN; at = above(at), steps++) {
      if (conversation.at(at) !== NONE) outermost = conversation.at(at);
    }
    return outermost;
  };
}
