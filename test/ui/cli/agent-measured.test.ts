import { expect, test } from "vitest";
import { runBaton } from "../../support/run-baton.ts";

test.each([
  [["--facts", "1,2"], "flag --facts: expected --measured beside it"],
  [["--training-seeds", "1,2"], "flag --training-seeds: expected --measured beside it"],
  [["--model", "somewhere"], "flag --model: expected --measured beside it"],
  [["--measured", "--facts", "1,1"], "flag --facts: expected numbers separated by commas, each once"],
  [["--measured", "--facts", "1,99"], "measured.facts"],
  [["--measured", "--training-seeds", "4"], "flag --training-seeds"],
  [["--measured", "--arms", "latnt"], 'did you mean "latent"?'],
  [["--measured", "--model", "no-such-folder"], "no-such-folder"],
  [["--measured", "--set", "arrivals.meanGapS=3"], "default, arrivals: expected none with --measured"],
  [["--measured", "--set", "workload.file=a.csv"], "default, workload: expected none with --measured"],
  [["--measured", "--set", "summary.method=generated"], "default, summary.method: expected extractive"],
  [["--measured", "--set", "document.text=hello"], "default, document: expected none with --measured"],
  [["--measured", "--set", "measured.link.delayMs=50"], "default, measured.link: expected one of the keys"],
])("agent run %j is refused before anything runs", async (flags, words) => {
  const { code, out, notes } = await runBaton(["agent", "run", "default", ...flags]);
  expect([code, out]).toEqual([2, ""]);
  expect(notes).toContain(words);
});

test("agent run --measured refuses a fleet, which it would leave out without a word", async () => {
  const { code, out, notes } = await runBaton(["agent", "run", "fleet", "--measured"]);
  expect([code, out]).toEqual([2, ""]);
  expect(notes).toContain("flag --measured: expected a scenario without a fleet");
});
