/**
 * A grid of nodes on a torus: node (i, j) lies at (i / size) t1 + (j / size) t2 and has the index i size + j. Values
 * between nodes are bilinear in lattice coordinates, hence continuous, across the wrap-around too.
 */

import { nearestImage, type Torus } from "./layout.ts";

export interface TorusGrid {
  readonly torus: Torus;
  /** Nodes along each lattice vector, a power of two. */
  readonly size: number;
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
  const { torus, size } = grid;
  const p = (torus.pxPerM * xM + torus.pyPerM * yM) * size;
  const q = (torus.qxPerM * xM + torus.qyPerM * yM) * size;
  const pFloor = Math.floor(p);
  const qFloor = Math.floor(q);
  const u = p - pFloor;
  const v = q - qFloor;
  // size is a power of two, so the mask is the remainder, for negative numbers too.
  const mask = size - 1;
  const i0 = (pFloor & mask) * size;
  const i1 = ((pFloor + 1) & mask) * size;
  const j0 = qFloor & mask;
  const j1 = (qFloor + 1) & mask;
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
  const { torus, size } = grid;
  const image = new Float64Array(2);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const nodeX = (i * torus.t1xM + j * torus.t2xM) / size;
      const nodeY = (i * torus.t1yM + j * torus.t2yM) / size;
      nearestImage(torus, nodeX - xM, nodeY - yM, image);
      visit(i * size + j, image[0], image[1]);
    }
  }
}
