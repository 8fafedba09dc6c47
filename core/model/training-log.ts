import { z } from "zod";
import { BadInputError } from "../bad-input.ts";
import { parseInput } from "../parse.ts";
import type { TrainingRecord } from "./train.ts";

/** Training as one JSON line a record. A number that is not finite is written as null. */

const recordSchema = z.strictObject({
  step: z.int().positive(),
  values: z.record(z.string(), z.number().nullable()),
});

/** Returns a record as a line, its end included. */
export function formatTrainingRecord(record: TrainingRecord): string {
  return `${JSON.stringify(record)}\n`;
}

/**
 * Returns the records of a log in order; null reads as NaN. A last line without its end is dropped: the process that
 * wrote it was stopped. `subject` names the file in errors. Throws BadInputError when another line is no record, or steps
 * do not rise.
 */
export function parseTrainingLog(text: string, subject: string): readonly TrainingRecord[] {
  const records: TrainingRecord[] = [];
  for (const [i, line] of text.split("\n").slice(0, -1).entries()) {
    const where = `${subject} line ${i + 1}`;
    const { step, values } = parseInput(recordSchema, parseJson(line, where), where, "bad-training-log");
    const before = records.at(-1)?.step ?? 0;
    if (step <= before) {
      throw new BadInputError("bad-training-log", {
        subject: where,
        expected: `a step after ${before}`,
        got: String(step),
      });
    }
    const numbers = Object.entries(values).map(([name, value]) => [name, value ?? Number.NaN]);
    records.push({ step, values: Object.fromEntries(numbers) });
  }
  return records;
}

function parseJson(line: string, subject: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new BadInputError("bad-training-log", {
      subject,
      expected: "a JSON line",
      got: `"${line.slice(0, 40)}"`,
    });
  }
}
