import { readdirSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runBaton, temporaryFolder } from "../../support/run-baton.ts";

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

test.each([
  [["--kinds", "slots,slots"], '"slots" twice'],
  [
    ["--kinds", "summary"],
    'flag --kinds: expected some of decoder, published, pooled, attention, slots, got "summary"',
  ],
  [["--seed", "4"], 'flag --seed: expected a whole number from 1 to 3, got "4"'],
  [["--steps", "0"], 'flag --steps: expected a whole number from 1 to 1000000, got "0"'],
  [["--smoke", "--kinds", "slots"], "flag --kinds: expected no --kinds beside --smoke"],
  [["--kinds", "slots"], "decoder-s1.json: expected a file of a trained model, got ENOENT"],
])("agent train %j is refused before anything is trained or written", async (flags, message) => {
  const { code, out, notes } = await runBaton(["agent", "train", ...flags, "--out", folder.path]);
  expect([code, out]).toEqual([2, ""]);
  expect(notes).toContain(message);
  expect(notes.trim().split("\n").length).toBe(1);
  expect(readdirSync(folder.path)).toEqual([]);
});

test("a decoder of another seed is not written over the one that the committed memories belong to", async () => {
  const { code, notes } = await runBaton(["agent", "train", "--seed", "2"], { signal: AbortSignal.abort() });
  expect(code).toBe(2);
  expect(notes).toContain("flag --seed: expected 1 for the committed decoder");
});

test("the decoder is trained before the memories, however they are listed", async () => {
  const argv = ["agent", "train", "--kinds", "slots,decoder", "--steps", "1", "--out", folder.path];
  const { code, notes } = await runBaton(argv, { signal: AbortSignal.abort() });
  // Stopped in its first step, and not for want of a decoder.
  expect(notes).toContain("training was stopped");
  expect(code).toBe(130);
}, 60_000);

test("agent train --help tells every flag, and an example", async () => {
  const { code, out, notes } = await runBaton(["agent", "train", "--help"]);
  expect(code).toBe(0);
  for (const word of ["--kinds", "--seed", "--steps", "--out", "--smoke", "Example:"]) {
    expect(out + notes).toContain(word);
  }
});
