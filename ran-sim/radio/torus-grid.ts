/**
 * A grid of nodes on a torus: node (i, j) lies at (i / rows) t1 + (j / columns) t2 and has the index i columns + j. Values
 * between nodes are bilinear in lattice coordinates, hence continuous, across the wrap-around too.
 */

import { nearestImage, type Torus } from "./layout.ts";

export interface TorusGrid {
  readonly torus: Torus;
  /** Nodes along the first lattice vector, a power of two. */
  readonly rows: number;
  /** Nodes along the second, a power of two. */
  readonly columns: number;
}

/** The four nodes around a position and their weights, which sum to 1; filled by `locate`. */
export interface GridCell {
  /** [4]: node indices. */
  readonly node: Int32Array;
  /** [4]. */
  readonly weight: Float64Array;
}

export function createGridCell(): GridCell {
  return { node: new Int32Array(4), weight: new Float64Array(4) };
}

/** Writes the nodes and weights of the position (xM, yM), anywhere in the plane, to `cell`. */
export function locate(grid: TorusGrid, xM: number, yM: number, cell: GridCell): void {
  const { torus, rows, columns } = grid;
  const p = (torus.pxPerM * xM + torus.pyPerM * yM) * rows;
  const q = (torus.qxPerM * xM + torus.qyPerM * yM) * columns;
  const pFloor = Math.floor(p);
  const qFloor = Math.floor(q);
  const u = p - pFloor;
  const v = q - qFloor;
  // Both are powers of two, so the masks are remainders, for negative numbers too.
  const i0 = (pFloor & (rows - 1)) * columns;
  const i1 = ((pFloor + 1) & (rows - 1)) * columns;
  const j0 = qFloor & (columns - 1);
  const j1 = (qFloor + 1) & (columns - 1);
  cell.node[0] = i0 + j0;
  cell.node[1] = i0 + j1;
  cell.node[2] = i1 + j0;
  cell.node[3] = i1 + j1;
  cell.weight[0] = (1 - u) * (1 - v);
  cell.weight[1] = (1 - u) * v;
  cell.weight[2] = u * (1 - v);
  cell.weight[3] = u * v;
}

/** Returns the value of `values` [node] at a position. Allocates: kernels call `locate` once for many maps. */
export function valueAt(grid: TorusGrid, values: Float32Array, xM: number, yM: number): number {
  const cell = createGridCell();
  locate(grid, xM, yM, cell);
  let value = 0;
  for (let corner = 0; corner < 4; corner++) value += cell.weight[corner] * values[cell.node[corner]];
  return value;
}

/** Calls `visit` with every node's index and its shortest displacement from (xM, yM). */
export function visitNodes(
  grid: TorusGrid,
  xM: number,
  yM: number,
  visit: (node: number, dxM: number, dyM: number) => void,
): void {
  const { torus, rows, columns } = grid;
  const image = new Float64Array(2);
  const alongX = Float64Array.from({ length: columns }, (_, j) => (j / columns) * torus.t2xM);
  const alongY = Float64Array.from({ length: columns }, (_, j) => (j / columns) * torus.t2yM);
  for (let i = 0; i < rows; i++) {
    const rowX = (i / rows) * torus.t1xM;
    const rowY = (i / rows) * torus.t1yM;
    for (let j = 0; j < columns; j++) {
      nearestImage(torus, rowX + alongX[j] - xM, rowY + alongY[j] - yM, image);
      visit(i * columns + j, image[0], image[1]);
    }
  }
}
