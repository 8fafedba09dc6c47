/** Nearest rows by Euclidean distance: a k-d tree (Bentley 1975) over rows that do not change. */

/** More rows than this are split. */
const LEAF_ROWS = 12;

interface Leaf {
  readonly from: number;
  readonly to: number;
}

interface Branch {
  readonly dimension: number;
  /** Rows of `low` are at most, rows of `high` at least so high in the dimension. */
  readonly splitAt: number;
  readonly low: Node;
  readonly high: Node;
}

type Node = Leaf | Branch;

/**
 * Returns a search over `values`, [row, dimension] row-major: given a point, [dimension], it returns the index of the
 * nearest row, the lowest of equally near ones. Throws RangeError when there is no row.
 */
export function createNearestRow(values: Float64Array, dimensions: number): (point: Float64Array) => number {
  const rowCount = values.length / dimensions;
  if (!(rowCount >= 1)) throw new RangeError("createNearestRow: there are no rows");
  const order = Int32Array.from({ length: rowCount }, (_, row) => row);
  const root = build(0, rowCount);

  return (point) => {
    let nearest = -1;
    let least = Number.POSITIVE_INFINITY;
    const search = (node: Node): void => {
      if ("from" in node) {
        for (let i = node.from; i < node.to; i++) {
          const distance = distanceTo(order[i], point, least);
          if (distance > least || (distance === least && order[i] > nearest)) continue;
          least = distance;
          nearest = order[i];
        }
        return;
      }
      const beyond = point[node.dimension] - node.splitAt;
      search(beyond < 0 ? node.low : node.high);
      if (beyond * beyond <= least) search(beyond < 0 ? node.high : node.low);
    };
    search(root);
    return nearest;
  };

  /** Squared; any number above `limit` once it is known to be above it. */
  function distanceTo(row: number, point: Float64Array, limit: number): number {
    let sum = 0;
    const first = row * dimensions;
    for (let d = 0; d < dimensions && sum <= limit; d++) {
      const difference = values[first + d] - point[d];
      sum += difference * difference;
    }
    return sum;
  }

  function build(from: number, to: number): Node {
    if (to - from <= LEAF_ROWS) return { from, to };
    const dimension = widest(from, to);
    const levelOf = (row: number): number => values[row * dimensions + dimension];
    const part = order.subarray(from, to);
    part.sort((a, b) => levelOf(a) - levelOf(b) || a - b);
    const middle = from + ((to - from) >> 1);
    const splitAt = levelOf(order[middle]);
    return { dimension, splitAt, low: build(from, middle), high: build(middle, to) };
  }

  function widest(from: number, to: number): number {
    let best = 0;
    let bestSpread = -1;
    for (let d = 0; d < dimensions; d++) {
      let low = Number.POSITIVE_INFINITY;
      let high = Number.NEGATIVE_INFINITY;
      for (let i = from; i < to; i++) {
        const value = values[order[i] * dimensions + d];
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
      if (high - low <= bestSpread) continue;
      best = d;
      bestSpread = high - low;
    }
    return best;
  }
}
