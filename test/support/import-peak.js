// Imports the trace that is its argument, in a process of its own, and prints the most memory that it had, in bytes.
import { register } from "tsx/esm/api";

register();
const { createImportExperiment } = await import("../../agent-sim/index.ts");
const { experiment } = createImportExperiment(process.argv[2]);
const { units } = await experiment.runShard(experiment.shards[0]);
const calls = units.reduce((sum, { tallies }) => sum + (tallies.requests?.sum ?? tallies.runs?.sum ?? 0), 0);
process.stdout.write(JSON.stringify({ peakBytes: process.resourceUsage().maxRSS * 1024, calls }));
