/**
 * Writes the events of one world as lines of JSON, rows of the table `events`: arguments are the output file, a scenario or a recorded
 * trace, and simulated seconds. `compare-events` copies it into each version that it compares, so it uses only names that all of them have.
 */
import { writeFileSync } from "node:fs";
import {
  createRanExperiment,
  createReplayExperiment,
  loadRanScenario,
  parseRanScenario,
  readMultiCellTraces,
} from "#ran-sim";

const [out, name, durationS] = process.argv.slice(2);
const arms = ["a3-set3", "ue-filter", "a5"];
const experiment = name.includes(".csv")
  ? createReplayExperiment({
      name: "replay",
      traces: readMultiCellTraces(name),
      scenario: parseRanScenario({}, "replay"),
      arms,
    })
  : createRanExperiment({
      scenario: loadRanScenario(name, [
        { path: "warmUpS", value: 0 },
        { path: "durationS", value: Number(durationS) },
      ]),
      seeds: [1],
      arms,
    });
const lines: string[] = [];
for (const shard of experiment.shards) {
  const { tables } = await experiment.runShard(shard);
  for (const row of tables?.events ?? []) lines.push(JSON.stringify(row));
}
writeFileSync(out, lines.map((line) => `${line}\n`).join(""));
