import fc from "fast-check";
import { expect, test } from "vitest";
import { createGraph } from "../../../agent-sim/pipeline/graph.ts";

/** `"a; b<a; c<a,b"` */
function graphOf(text: string, entries: readonly string[] = []) {
  const stages = text.split("; ").map((stage) => {
    const [name, after = ""] = stage.split("<");
    return { name, after: after === "" ? [] : after.split(",") };
  });
  return createGraph(stages, entries, "file.yaml");
}

test("stages may stand in any order and fan out and in", () => {
  const graph = graphOf("join<left,right; left<start; right<start; start");
  expect(graph.order.map((stage) => graph.names[stage])).toEqual(["start", "left", "right", "join"]);
  expect(graph.entries).toEqual([3]);
  expect(graph.receivers).toEqual([1, 2, 0]);
  expect(graph.edges).toEqual([
    [1, 0],
    [2, 0],
    [3, 1],
    [3, 2],
  ]);
});

test.each([
  [
    "a cycle is spelled out",
    "a; b<a,d; c<b; d<c",
    "stages: expected a directed acyclic graph, got the cycle b -> c -> d -> b",
  ],
  ["a stage that waits for itself is a cycle", "a; b<b", "got the cycle b -> b"],
  [
    "a stage nobody knows is named with the nearest",
    "router; planner<router; checker<plannr",
    'stages[2].after[0]: expected one of router, planner, checker, got "plannr" - did you mean "planner"?',
  ],
  [
    "a name twice is refused",
    "a; b<a; a<b",
    'stages[2].name: expected a name of its own, got "a", as stages[0]',
  ],
  [
    "a stage no task reaches is refused",
    "a; b<a; c; d<c",
    'stages[2]: expected a stage that is reached from "a", got "c" after nothing',
  ],
  [
    "a predecessor twice is refused",
    "a; b<a,a",
    'stages[1].after[1]: expected each stage once, got "a" again',
  ],
])("%s", (_, text, message) => {
  expect(() => graphOf(text)).toThrow(expect.objectContaining({ name: "BadInputError" }));
  expect(() => graphOf(text)).toThrow(message);
});

test("several entries are allowed when they are named", () => {
  expect(graphOf("a; b; c<a,b", ["a", "b"]).entries).toEqual([0, 1]);
  expect(() => graphOf("a; b<a; c<b", ["a", "b"])).toThrow(
    "stages[1].after: expected nothing, as the stage is an entry",
  );
  expect(() => graphOf("a; b<a", ["aa"])).toThrow('entries[0]: expected one of a, b, got "aa"');
});

test("every stage comes after its predecessors, whatever the graph", () => {
  const edges = fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { maxLength: 30 });
  fc.assert(
    fc.property(edges, (pairs) => {
      // Edges from lower to higher stages, and from stage 0 to all, make every graph acyclic and reached.
      const stages = Array.from({ length: 10 }, (_, to) => ({
        name: `s${to}`,
        after: [
          ...new Set(pairs.flatMap(([x, y]) => (Math.max(x, y) === to && x !== y ? [Math.min(x, y)] : []))),
        ]
          .concat(to > 0 ? [0] : [])
          .filter((from, i, all) => all.indexOf(from) === i)
          .map((from) => `s${from}`),
      }));
      const graph = createGraph(stages.toReversed(), [], "file.yaml");
      const place = new Map(graph.order.map((stage, i) => [stage, i]));
      for (const [from, to] of graph.edges) {
        expect(place.get(from) as number).toBeLessThan(place.get(to) as number);
      }
      expect(new Set(graph.order).size).toBe(10);
    }),
  );
});
