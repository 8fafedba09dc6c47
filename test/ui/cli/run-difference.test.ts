import { expect, test } from "vitest";
import type { RunManifest } from "#core/node";
import { runDifference } from "../../../ui/cli/run-difference.ts";

const run = (id: string, change: Partial<RunManifest["experiments"][number]> = {}): RunManifest => ({
  ...{ format: 1, id, command: ["ran", "run", "walk"], startedAt: "", finishedAt: "", complete: true },
  ...{ wallTimeS: 1, inputs: [], versions: {}, gitRevision: "abc", tables: null },
  machine: { platform: "", cpu: "", cores: 1, memoryGib: 1 },
  experiments: [
    {
      ...{ name: "ran", domain: "ran", arms: ["cold"], seeds: [1, 2, 3], shards: 3 },
      config: { scenario: { name: "walk", a3: { offsetDb: 2 } }, arms: ["cold"], seeds: [1, 2, 3] },
      ...change,
    },
  ],
});

test("one setting that differs stands behind the arm, and in the line with both values", () => {
  const config = { scenario: { name: "walk", a3: { offsetDb: 3 } } };
  const { labels, lines, differs } = runDifference(run("first"), run("second", { config }));
  expect(labels).toEqual({ reference: "a3.offsetDb=2", other: "a3.offsetDb=3" });
  expect(lines.at(-1)).toBe("What differs (reference -> other): a3.offsetDb 2 -> 3.");
  expect(differs).toEqual([{ what: "a3.offsetDb", reference: "2", other: "3" }]);
});

test("seeds, the scenario's name and arms are told; arms alone leave the ids as labels", () => {
  const seeds = runDifference(run("first"), run("second", { seeds: [1, 2, 3, 7] }));
  expect(seeds.labels).toEqual({ reference: "seeds=1-3", other: "seeds=1-3,7" });
  const named = { scenario: { name: "hex-uma", a3: { offsetDb: 2 } } };
  expect(runDifference(run("first"), run("second", { config: named })).lines.at(-1)).toContain(
    "scenario walk -> hex-uma",
  );
  const arms = runDifference(run("first"), run("second", { arms: ["latent"] }));
  expect(arms.labels).toEqual({ reference: "first", other: "second" });
  expect(arms.lines.at(-1)).toContain("arms cold -> latent");
});

test("runs that are alike say so", () => {
  expect(runDifference(run("first"), run("second")).lines.at(-1)).toContain("Nothing differs");
});

test("many changes leave the label short and are counted in the line", () => {
  const config = { scenario: Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`key${i}`, i])) };
  const { labels, lines } = runDifference(run("first"), run("second", { config }));
  expect(labels.other).toBe("second");
  expect(lines.at(-1)).toMatch(/and \d+ more\.$/);
});
