import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { TrainingRecord } from "#core/model";
import { openTrainingLog } from "#core/node";

const record = (step: number): TrainingRecord => ({ step, values: { loss: 1 / step } });
const newFolder = () => mkdtemp(join(tmpdir(), "baton-"));

test("a log that goes on from a checkpoint has each step once", async () => {
  const path = join(await newFolder(), "log.jsonl");
  const first = await openTrainingLog(path, 0);
  expect(first.earlier).toEqual([]);
  for (const step of [1, 2, 3, 4]) first.append(record(step));
  first.close();
  // Stopped in the middle of a line, with a checkpoint of step 2.
  await writeFile(path, (await readFile(path, "utf8")).slice(0, -5));
  const second = await openTrainingLog(path, 2);
  expect(second.earlier).toEqual([record(1), record(2)]);
  for (const step of [3, 4]) second.append(record(step));
  second.close();
  const third = await openTrainingLog(path, 4);
  expect(third.earlier).toEqual([1, 2, 3, 4].map(record));
  third.close();
});

test("a file that is no log, and a folder that is not there, are one error each", async () => {
  const folder = await newFolder();
  await writeFile(join(folder, "log.jsonl"), "something else\n");
  await expect(openTrainingLog(join(folder, "log.jsonl"), 0)).rejects.toMatchObject({
    code: "bad-training-log",
  });
  await expect(openTrainingLog(join(folder, "none", "log.jsonl"), 0)).rejects.toMatchObject({
    code: "bad-training-log",
  });
});
