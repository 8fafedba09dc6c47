/** Batches of any number of phones through graphs whose number of rows is fixed. */

/** Rows of the graphs that serve phones that leave, or arrive, on one tick: mostly a few, and many at a time. */
export const FEW = 8;
export const MANY = 128;
/** More than this many phones are cheaper in one run of a large graph than in several of a small one. */
const MORE_THAN_FEW = 3 * FEW;

/** Far above what any encoder sends, and small enough for no product in the projector to overflow. */
const GREATEST_LATENT = 1e4;

/** Returns values of latents that arrived, held to that; the same array where none is beyond. */
export function held(values: Float32Array): Float32Array {
  // A loop, since `map` and `every` cost more here than the projector's sums.
  for (let i = 0; i < values.length; i++) {
    if (values[i] > GREATEST_LATENT || values[i] < -GREATEST_LATENT) {
      return values.map((value) => Math.min(GREATEST_LATENT, Math.max(-GREATEST_LATENT, value)));
    }
  }
  return values;
}

/** Returns a function that makes its value on the first call and remembers it. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => {
    made ??= make();
    return made;
  };
}

/** Some phones of a batch, and the rows of the graph that serves them. */
interface Part {
  readonly from: number;
  readonly count: number;
  readonly rows: number;
}

/** Returns the values of a part for as many rows as its graph has: a view where all are there, else a copy with zeros after them. */
export function padded(values: Float32Array, { from, count, rows }: Part, width: number): Float32Array {
  const there = values.subarray(from * width, (from + count) * width);
  if (count === rows) return there;
  const padded = new Float32Array(rows * width);
  padded.set(there);
  return padded;
}

/** Returns [count, width], made part by part. */
export async function inParts(
  count: number,
  width: number,
  make: (part: Part) => Promise<Float32Array>,
): Promise<Float32Array> {
  const all = new Float32Array(count * width);
  for (let from = 0; from < count; ) {
    const rows = count - from > MORE_THAN_FEW ? MANY : FEW;
    const part = { from, count: Math.min(rows, count - from), rows };
    all.set((await make(part)).subarray(0, part.count * width), from * width);
    from += part.count;
  }
  return all;
}
