// Names and identifiers of agents, joined where a span has both: one agent everywhere.
import { BadInputError } from "#core";
import { growingColumn } from "./growing-columns.ts";

const MOST_NAMES = 100_000;

/** Returns a table that numbers labels in the order in which they come, and joins them. */
export function createJoinedNames(file: string) {
  const numbers = new Map<string, number>();
  const joined = growingColumn((length) => new Uint32Array(length));
  const isNamed = growingColumn((length) => new Uint32Array(length));
  const number = (label: string): number => {
    const known = numbers.get(label);
    if (known !== undefined) return known;
    if (numbers.size === MOST_NAMES) {
      throw new BadInputError("trace-format", {
        subject: file,
        expected: `at most ${MOST_NAMES} different names of agents`,
        got: "more",
        remedy: "is it an id that changes from call to call?",
      });
    }
    joined.add(numbers.size);
    isNamed.add(0);
    numbers.set(label, numbers.size);
    return numbers.size - 1;
  };
  /** Returns the number of the agent that a label belongs to. */
  const agentOf = (label: number): number => {
    let at = label;
    while (joined.at(at) !== at) {
      joined.set(at, joined.at(joined.at(at)));
      at = joined.at(at);
    }
    return at;
  };
  return {
    /** Returns the number of a label; `name` and `id` are of different kinds, however they are spelled. */
    number: (kind: "name" | "id" | "place", label: string): number => {
      const found = number(`${kind} ${label}`);
      if (kind === "name") isNamed.set(agentOf(found), 1);
      return found;
    },
    join(a: number, b: number): void {
      const [first, second] = [agentOf(a), agentOf(b)];
      if (first === second) return;
      isNamed.set(first, isNamed.at(first) | isNamed.at(second));
      joined.set(second, first);
    },
    agentOf,
    /** Returns whether the agent of a label has a name. */
    isNamed: (label: number): boolean => isNamed.at(agentOf(label)) === 1,
  };
}
