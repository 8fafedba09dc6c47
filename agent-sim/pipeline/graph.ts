// The pipeline as a directed acyclic graph, checked once where it enters.
import { BadInputError, requireName } from "#core";

/** A stage as the scenario names it. */
export interface StageLinks {
  readonly name: string;
  /** Names of the stages whose output it needs; empty for an entry. */
  readonly after: readonly string[];
}

/** Stages by index, in the order of the file. */
export interface PipelineGraph {
  readonly names: readonly string[];
  /** [edge]: (from, to), ordered by receiver, then as its `after` lists them. */
  readonly edges: readonly (readonly [from: number, to: number])[];
  /** [stage]: its predecessors, as `after` lists them; the first hands the shared context over (the *carrier*). */
  readonly predecessors: readonly (readonly number[])[];
  /** [stage] */
  readonly successors: readonly (readonly number[])[];
  /** Stages in topological order; among those that are free to go, the order of the file. */
  readonly order: readonly number[];
  /** Stages with predecessors in topological order: hop h (1-based) is the hand-off to `receivers[h - 1]`. */
  readonly receivers: readonly number[];
  readonly entries: readonly number[];
}

/**
 * Returns the graph of `stages`. Entries, where a task begins, are `entries`, or else the first stage after nothing.
 *
 * Throws BadInputError, with the place in the file and the nearest name, for a name twice, an unknown or repeated
 * stage in `after`, a cycle (which is spelled out), an entry that waits for others, and a stage that no task reaches.
 */
export function createGraph(
  stages: readonly StageLinks[],
  entries: readonly string[],
  subject: string,
): PipelineGraph {
  const names = stages.map(({ name }) => name);
  for (const [i, name] of names.entries()) {
    const first = names.indexOf(name);
    if (first !== i)
      throw bad(`${subject}, stages[${i}].name`, "a name of its own", `"${name}", as stages[${first}]`);
  }
  const predecessors = stages.map(({ after }, i) =>
    after.map((name, j) => {
      const place = `${subject}, stages[${i}].after[${j}]`;
      if (after.indexOf(name) !== j) throw bad(place, "each stage once", `"${name}" again`);
      return names.indexOf(requireName("bad-parameter", place, name, names));
    }),
  );
  const successors = names.map((_, from) =>
    names.flatMap((_, to) => (predecessors[to].includes(from) ? [to] : [])),
  );
  const order = topologicalOrder(names, predecessors, subject);
  const starts =
    entries.length > 0
      ? entries.map((name, i) =>
          names.indexOf(requireName("bad-parameter", `${subject}, entries[${i}]`, name, names)),
        )
      : order.slice(0, 1);
  requireReached({ names, predecessors, order, starts, subject });
  return {
    names,
    edges: predecessors.flatMap((from, to) => from.map((stage) => [stage, to] as const)),
    predecessors,
    successors,
    order,
    receivers: order.filter((stage) => predecessors[stage].length > 0),
    entries: order.filter((stage) => predecessors[stage].length === 0),
  };
}

/** Kahn's algorithm, the lowest index first. */
function topologicalOrder(
  names: readonly string[],
  predecessors: readonly (readonly number[])[],
  subject: string,
): number[] {
  const order: number[] = [];
  const placed = new Set<number>();
  while (order.length < names.length) {
    const next = names.findIndex((_, i) => !placed.has(i) && predecessors[i].every((p) => placed.has(p)));
    if (next === -1) {
      const cycle = findCycle(predecessors, placed).map((stage) => names[stage]);
      throw bad(`${subject}, stages`, "a directed acyclic graph", `the cycle ${cycle.join(" -> ")}`);
    }
    order.push(next);
    placed.add(next);
  }
  return order;
}

/** Returns a cycle among the stages not placed, its first stage repeated at the end. Each of them waits for another. */
function findCycle(
  predecessors: readonly (readonly number[])[],
  placed: ReadonlySet<number>,
): readonly number[] {
  const path: number[] = [];
  let stage = predecessors.findIndex((_, i) => !placed.has(i));
  while (!path.includes(stage)) {
    path.push(stage);
    stage = predecessors[stage].find((p) => !placed.has(p)) as number;
  }
  return [...path.slice(path.indexOf(stage)), stage].reverse();
}

function requireReached(graph: {
  readonly names: readonly string[];
  readonly predecessors: readonly (readonly number[])[];
  readonly order: readonly number[];
  readonly starts: readonly number[];
  readonly subject: string;
}): void {
  const { names, predecessors, order, starts, subject } = graph;
  for (const start of starts) {
    if (predecessors[start].length > 0) {
      throw bad(
        `${subject}, stages[${start}].after`,
        "nothing, as the stage is an entry",
        `"${names[predecessors[start][0]]}"`,
      );
    }
  }
  for (const stage of order) {
    if (predecessors[stage].length === 0 && !starts.includes(stage)) {
      const entries = starts.map((start) => `"${names[start]}"`).join(", ");
      throw new BadInputError("bad-parameter", {
        subject: `${subject}, stages[${stage}]`,
        expected: `a stage that is reached from ${entries}`,
        got: `"${names[stage]}" after nothing`,
        remedy: 'name its predecessors in "after", or list it in "entries"',
      });
    }
  }
}

function bad(subject: string, expected: string, got: string): BadInputError {
  return new BadInputError("bad-parameter", { subject, expected, got });
}
