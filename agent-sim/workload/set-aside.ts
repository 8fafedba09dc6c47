// What a reader leaves out of a file, counted by reason, so that the good records count and nothing goes silently.
import { BadInputError, type TableRow } from "#core";
import { type Place, where } from "./fields.ts";

/**
 * - `records`: damaged, or with a field that has no legal value and cannot be missing
 * - `values`: outside the domain of their field, in a record that counts without them
 * - `other`: nothing is wrong with them, but they are not what is read here: logs, metrics, empty batches
 */
export type SetAsideSort = "records" | "values" | "other";

export interface SetAsideReason {
  readonly sort: SetAsideSort;
  readonly reason: string;
  readonly count: number;
  /** Where the first one was. */
  readonly first: string;
}

/** More different reasons than a person reads; the rest share one. */
const MOST_REASONS = 50;

export type SetAside = ReturnType<typeof createSetAside>;

/** Returns a collector of what is left out, in bounded memory. */
export function createSetAside() {
  const reasons = new Map<string, { sort: SetAsideSort; reason: string; count: number; first: string }>();
  const notes = new Map<string, number>();
  const add = (sort: SetAsideSort, reason: string, place: Place, count = 1): void => {
    const known = reasons.get(`${sort} ${reason}`);
    if (known !== undefined) {
      known.count += count;
      return;
    }
    const shared = reasons.size < MOST_REASONS ? reason : "for other reasons";
    const key = `${sort} ${shared}`;
    const entry = reasons.get(key);
    if (entry === undefined) reasons.set(key, { sort, reason: shared, count, first: where(place) });
    else entry.count += count;
  };
  return {
    add,
    /** Returns what `read` returns; where it throws a BadInputError, counts the record as set aside and returns null. */
    attempt<T>(place: Place, read: () => T): T | null {
      try {
        return read();
      } catch (error) {
        if (!(error instanceof BadInputError)) throw error;
        add("records", reasonOf(error, place), place);
        return null;
      }
    },
    /** Says once that something was read in another way than its name says. */
    note(sentence: string, count = 1): void {
      if (notes.has(sentence) || notes.size < MOST_REASONS)
        notes.set(sentence, (notes.get(sentence) ?? 0) + count);
    },
    reasons: (): readonly SetAsideReason[] => [...reasons.values()],
    /** Returns how many were set aside of a sort. */
    count: (sort: SetAsideSort): number =>
      [...reasons.values()].reduce((sum, one) => sum + (one.sort === sort ? one.count : 0), 0),
    /** Returns rows for the run store, which say the same as {@link setAsideSentences}. */
    rows: (scenario: string): readonly TableRow[] => [
      ...[...reasons.values()].map(({ sort, reason, count, first }) => ({
        scenario,
        event: `set-aside-${sort}`,
        reason,
        count,
        place: first,
      })),
      ...[...notes].map(([reason, count]) => ({
        scenario,
        event: "read-otherwise",
        reason,
        count,
        place: null,
      })),
    ],
    /** Returns what was found instead of anything usable, for an error. */
    found: (): string =>
      [...reasons.values()].map(({ reason, count, first }) => `${count} x ${reason} (${first})`).join("; "),
  };
}

/** Returns the error of a file that has nothing usable, with what was found instead. */
export function emptied(file: string, expected: string, setAside: SetAside): BadInputError {
  const found = setAside.found();
  return new BadInputError("trace-format", {
    subject: file,
    expected,
    got: found === "" ? "none" : `none that can be used; set aside: ${found}`,
  });
}

function reasonOf(error: BadInputError, place: Place): string {
  const { subject, expected } = error.parts;
  const field = subject.startsWith(where(place)) ? subject.slice(where(place).length) : `, ${subject}`;
  // Numbers of list elements would make every place a reason of its own.
  const name = field.replace(/^, /, "").replaceAll(/\[\d+\]/g, "[]");
  return name === "" ? `not ${expected}` : `${name} is not ${expected}`;
}

/** Returns what was set aside and read otherwise, in sentences, from the rows of a run's table `events`. */
export function setAsideSentences(rows: readonly TableRow[]): readonly string[] {
  const words: Readonly<Record<string, string>> = {
    "set-aside-records": "record set aside",
    "set-aside-values": "value set aside, its record counts",
    "set-aside-other": "skipped",
  };
  return rows.flatMap(({ event, reason, count, place }) => {
    if (event === "read-otherwise")
      return [`${String(reason)}${count === 1 ? "" : ` (${String(count)} times)`}`];
    const word = words[String(event)];
    return word === undefined
      ? []
      : [`${String(count)} x ${word}: ${String(reason)} (first: ${String(place)})`];
  });
}
