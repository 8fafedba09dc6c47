import { readdirSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runBaton, temporaryFolder } from "../../support/run-baton.ts";

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

test.each([
  [["--kinds", "state,state"], '"state" twice'],
  [["--kinds", "x"], 'a-to-b-128, b-to-a-128, got "x"'],
  [["--kinds", "state,latent-24"], 'got "latent-24"'],
  [["--kinds", ""], 'got ""'],
  [["--seed", "9"], 'flag --seed: expected a whole number from 1 to 3, got "9"'],
  [["--seed", "1.5"], 'got "1.5"'],
  [["--steps", "0"], 'flag --steps: expected a whole number from 1 to 1000000, got "0"'],
  [["--steps", "many"], 'got "many"'],
  [["--smoke", "--kinds", "state"], "flag --kinds: expected no --kinds beside --smoke"],
  [["--perturbed", "--smoke"], /flag --perturbed: expected no --smoke, .* got --smoke/],
  [["--perturbed"], /flag --perturbed: .* got --kinds base - choose --kinds nothing,state,/],
  [["--perturbed", "--kinds", "state,b-latent-128"], "got --kinds b-latent-128"],
  [["--traces", "karlsruhe", "--kinds", "base"], /flag --traces: .* got --kinds base/],
  [["--traces", "karlsruhe", "--perturbed", "--kinds", "state"], /flag --traces: .* got --perturbed/],
])("ran train %j is refused before anything is recorded or written", async (flags, message) => {
  const { code, out, notes } = await runBaton(["ran", "train", ...flags, "--out", folder.path]);
  expect([code, out]).toEqual([2, ""]);
  expect(notes).toMatch(message);
  expect(notes.trim().split("\n").length).toBe(1);
  expect(readdirSync(folder.path)).toEqual([]);
});

test("ran train --help tells every flag, and an example", async () => {
  const { code, out, notes } = await runBaton(["ran", "train", "--help"]);
  expect(code).toBe(0);
  for (const word of [
    "--kinds",
    "--seed",
    "--steps",
    "--traces",
    "--perturbed",
    "--out",
    "--smoke",
    "Example:",
  ]) {
    expect(out + notes).toContain(word);
  }
});
