import { type Role, roles } from "./language.ts";
import type { SequenceBatch } from "./sequences.ts";

/** Answers that were exact, of those asked, by role. */
export type ExactMatchTally = Readonly<Record<Role, { exact: number; asked: number }>>;

/** Returns a tally of nothing. */
export function emptyTally(): ExactMatchTally {
  return Object.fromEntries(roles.map((role) => [role, { exact: 0, asked: 0 }])) as Record<
    Role,
    { exact: number; asked: number }
  >;
}

/** Adds the questions of a batch to `tally`, given the logits [rows, length, vocabulary]. */
export function tallyAnswers(
  tally: ExactMatchTally,
  { asked, shape }: Pick<SequenceBatch, "asked" | "shape">,
  logits: Float32Array,
  vocabulary: number,
): void {
  for (const { row, from, question } of asked) {
    const exact = question.answer.every((id, i) => {
      const at = (row * shape.length + from + i) * vocabulary;
      for (let other = 0; other < vocabulary; other++) {
        if (other !== id && logits[at + other] >= logits[at + id]) return false;
      }
      return true;
    });
    const count = tally[question.role];
    count.asked++;
    if (exact) count.exact++;
  }
}
