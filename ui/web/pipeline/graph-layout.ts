/** Places stages and edges of a pipeline, from left to right, in a given area. */
import dagre from "@dagrejs/dagre";

export interface GraphShape {
  readonly stages: number;
  readonly edges: readonly { readonly from: number; readonly to: number }[];
}

interface Place {
  readonly x: number;
  readonly y: number;
}

export interface PlacedGraph {
  readonly nodeWidth: number;
  readonly nodeHeight: number;
  /** Top left corners, [stage]. */
  readonly nodes: readonly Place[];
  /** Points along each edge, from the border of one node to that of the next, [edge]. */
  readonly edges: readonly (readonly Place[])[];
}

const widestNode = 132;
const tallestNode = 232;
const widestGap = 28;

/** Returns the places in an area of `width` x `height`; nodes are as large as its columns and rows allow. */
export function layOutGraph(shape: GraphShape, width: number, height: number): PlacedGraph {
  const probe = arrange(shape, { nodeWidth: 1, nodeHeight: 1, columnGap: 1, rowGap: 1 });
  const perColumn = new Map<number, number>();
  for (const { x } of probe.nodes) perColumn.set(x, (perColumn.get(x) ?? 0) + 1);
  const columns = Math.max(1, perColumn.size);
  const rows = Math.max(1, ...perColumn.values());
  const gap = Math.min(widestGap, width / (4 * columns));
  const nodeWidth = Math.min(widestNode, (width - gap * (columns - 1)) / columns);
  const nodeHeight = Math.min(tallestNode, (height - gap * (rows - 1)) / rows);
  const columnGap = columns > 1 ? (width - nodeWidth * columns) / (columns - 1) : 0;
  const placed = arrange(shape, { nodeWidth, nodeHeight, columnGap, rowGap: gap });
  const shift = ({ x, y }: Place): Place => ({
    x: x + (width - placed.width) / 2,
    y: y + (height - placed.height) / 2,
  });
  return {
    nodeWidth,
    nodeHeight,
    nodes: placed.nodes.map(({ x, y }) => shift({ x: x - nodeWidth / 2, y: y - nodeHeight / 2 })),
    edges: placed.edges.map((points) => points.map(shift)),
  };
}

/** Returns the place at the fraction `progress` of the length of a path. */
export function alongPath(points: readonly Place[], progress: number): Place {
  const lengths = points.slice(1).map((point, i) => Math.hypot(point.x - points[i].x, point.y - points[i].y));
  let left = progress * lengths.reduce((sum, length) => sum + length, 0);
  for (const [i, length] of lengths.entries()) {
    if (left <= length && length > 0) {
      const share = left / length;
      const [from, to] = [points[i], points[i + 1]];
      return { x: from.x + share * (to.x - from.x), y: from.y + share * (to.y - from.y) };
    }
    left -= length;
  }
  return points[points.length - 1];
}

function arrange(
  { stages, edges }: GraphShape,
  sizes: { nodeWidth: number; nodeHeight: number; columnGap: number; rowGap: number },
): { width: number; height: number; nodes: Place[]; edges: Place[][] } {
  const graph = new dagre.graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: "LR", ranksep: sizes.columnGap, nodesep: sizes.rowGap, marginx: 0, marginy: 0 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (let i = 0; i < stages; i++) {
    graph.setNode(String(i), { width: sizes.nodeWidth, height: sizes.nodeHeight });
  }
  for (const [i, { from, to }] of edges.entries()) graph.setEdge(String(from), String(to), {}, String(i));
  dagre.layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  return {
    width,
    height,
    nodes: Array.from({ length: stages }, (_, i) => {
      const { x, y } = graph.node(String(i));
      return { x, y };
    }),
    edges: edges.map(({ from, to }, i) => graph.edge(String(from), String(to), String(i)).points),
  };
}
