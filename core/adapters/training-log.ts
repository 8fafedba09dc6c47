import { closeSync, existsSync, openSync, readFileSync, writeSync } from "node:fs";
import { BadInputError } from "../bad-input.ts";
import type { TrainingRecord } from "../model/train.ts";
import { formatTrainingRecord, parseTrainingLog } from "../model/training-log.ts";
import { writeWhole } from "./write-whole.ts";

/** A log of training that is open for more records. */
export interface TrainingLog {
  /** What the file holds up to the step from which training goes on. */
  readonly earlier: readonly TrainingRecord[];
  /** Adds one line. */
  append(record: TrainingRecord): void;
  close(): void;
}

/**
 * Opens a log of one JSON line a record. Records after `fromStep` are cut off: training that goes on from a checkpoint
 * takes those steps again. Throws BadInputError when the file is not such a log or cannot be written.
 */
export async function openTrainingLog(path: string, fromStep: number): Promise<TrainingLog> {
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  const earlier = parseTrainingLog(text, path).filter(({ step }) => step <= fromStep);
  try {
    await writeWhole(path, earlier.map(formatTrainingRecord).join(""));
    const file = openSync(path, "a");
    return {
      earlier,
      append: (record) => void writeSync(file, formatTrainingRecord(record)),
      close: () => closeSync(file),
    };
  } catch (error) {
    throw new BadInputError("bad-training-log", {
      subject: path,
      expected: "a file that can be written, in a folder that exists",
      got: (error as NodeJS.ErrnoException).code ?? String(error),
    });
  }
}
