import fc from "fast-check";
import { expect, test } from "vitest";
import { alongPath, layOutGraph } from "../../../ui/web/pipeline/graph-layout.ts";

test("places stages inside the area, none upon another, and every edge forwards", () => {
  const graphs = fc.integer({ min: 2, max: 12 }).chain((stages) =>
    fc.record({
      stages: fc.constant(stages),
      edges: fc
        .array(fc.tuple(fc.nat(stages - 2), fc.nat(stages)), { minLength: 1, maxLength: 16 })
        .map((pairs) =>
          pairs.map(([from, ahead]) => ({ from, to: from + 1 + (ahead % (stages - from - 1)) })),
        ),
    }),
  );
  fc.assert(
    fc.property(graphs, (graph) => {
      const { nodes, nodeWidth, nodeHeight, edges } = layOutGraph(graph, 640, 280);
      for (const [i, a] of nodes.entries()) {
        expect(a.x).toBeGreaterThan(-1);
        expect(a.x + nodeWidth).toBeLessThan(641);
        for (const b of nodes.slice(i + 1)) {
          const apart = Math.abs(a.x - b.x) >= nodeWidth - 1e-6 || Math.abs(a.y - b.y) >= nodeHeight - 1e-6;
          expect(apart).toBe(true);
        }
      }
      for (const points of edges) expect(points[points.length - 1].x).toBeGreaterThan(points[0].x - 1e-6);
    }),
    { numRuns: 50 },
  );
});

test("travels along a path by length", () => {
  const path = [
    { x: 0, y: 0 },
    { x: 30, y: 0 },
    { x: 30, y: 10 },
  ];
  expect(alongPath(path, 0)).toEqual({ x: 0, y: 0 });
  expect(alongPath(path, 0.5)).toEqual({ x: 20, y: 0 });
  expect(alongPath(path, 1)).toEqual({ x: 30, y: 10 });
});
