import type { Experiment } from "#core";
import type { Context } from "../../ui/cli/context.ts";

/** An experiment of `count` shards that take no time: shard k adds k to one metric and has one event. */
export function quickExperiment(count: number): Experiment {
  return {
    name: "quick",
    domain: "ran",
    kind: "simulated",
    arms: ["a"],
    metrics: [{ metric: "handovers", unit: "1", pooling: { by: "total" } }],
    shards: Array.from({ length: count }, (_, k) => ({ key: `quick/seed=${k}`, scenario: "quick", seed: k })),
    inputs: [],
    config: {},
    runShard: ({ seed }) => ({
      units: [
        {
          domain: "ran",
          scenario: "quick",
          arm: "a",
          seed,
          unit: `seed=${seed}`,
          group: `seed=${seed}`,
          tallies: { handovers: { sum: (seed ?? 0) + 1 / 3, weight: 1 } },
        },
      ],
      tables: { events: [{ ue: seed ?? 0, t_s: 0.1 }] },
    }),
  };
}

/** A context for `execute`, with a clock of its own and what was noted. */
export function quietContext(cwd: string, projectRoot: string): Context & { readonly notes: string[] } {
  let timeS = 0;
  const notes: string[] = [];
  return {
    notes,
    out: () => undefined,
    note: (text) => notes.push(text),
    terminal: false,
    cwd,
    projectRoot,
    nowS: () => ++timeS,
    now: () => "2026-01-02T03:04:05.000Z",
    threads: 1,
    signal: new AbortController().signal,
    argv: ["ran", "run", "quick"],
  };
}
