import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  drawDocument,
  isExactMatch,
  LONGEST_ANSWER,
  promptOf,
  questionsOf,
  roles,
} from "../../../agent-sim/language-model/language.ts";
import { decodeGreedily, largestIndex } from "../../../agent-sim/language-model/language-model.ts";
import {
  DECODER,
  languageWeightsFolder,
  loadDecoder,
  loadMemory,
  openDocumentModel,
} from "../../../agent-sim/language-model/weights.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "baton-weights-"));
  for (const ending of ["onnx", "json"]) {
    await cp(join(languageWeightsFolder, `${DECODER}.${ending}`), join(folder, `${DECODER}.${ending}`));
  }
});
afterEach(() => rm(folder, { recursive: true }));

test("weights that were cut short are one clear error", async () => {
  const path = join(folder, `${DECODER}.onnx`);
  await writeFile(path, (await readFile(path)).subarray(0, 1000));
  await expect(loadDecoder(folder)).rejects.toThrow(
    /decoder-s1\.onnx: expected the weights that decoder-s1\.json describes/,
  );
});

test("weights that are missing are one clear error", async () => {
  await rm(join(folder, `${DECODER}.onnx`));
  await expect(loadDecoder(folder)).rejects.toThrow(/expected a file of a trained model, got ENOENT/);
});

test("a memory is taken with the decoder through which it was trained, and with no other", async () => {
  const decoder = await loadDecoder();
  for (const kind of ["published", "pooled", "attention", "slots"] as const) {
    expect((await loadMemory(kind, 1, decoder)).modelId).toBe(`memory-${kind}-s1`);
  }
  const other = { ...decoder, parameters: decoder.parameters.map((value) => 1.01 * value) };
  await expect(loadMemory("slots", 1, other)).rejects.toThrow(
    /memory-slots-s1\.json.*got one trained through other weights.*agent train --kinds slots --seed 1/,
  );
});

test("the committed model answers a document of four facts in both orders, as every role", async () => {
  const model = await openDocumentModel();
  const document = drawDocument({ seed: 77, split: "test", index: 0, facts: 4 });
  let [asked, exact] = [0, 0];
  for (const order of ["document-first", "role-first"] as const) {
    for (const role of roles) {
      for (const question of questionsOf(document, role)) {
        const read = await model.run({ ids: promptOf(document.tokens, question, order) }, null);
        const { ids } = await decodeGreedily(model, read, LONGEST_ANSWER);
        asked++;
        if (isExactMatch(ids, question)) exact++;
      }
    }
  }
  expect(largestIndex(Float32Array.of(1, 3, 3))).toBe(1);
  expect(exact / asked).toBeGreaterThan(0.95);
  await model.close();
});
