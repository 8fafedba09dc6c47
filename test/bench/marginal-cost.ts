/**
 * Prints, as JSON, the processor seconds that one more simulated second of hex-uma costs: the difference of two durations, so that making the
 * world, starting and compiling cancel. A process of its own for each figure. Arguments: users, sites, tick in ms, arm, durations in s.
 */

import { createRanExperiment, loadRanScenario } from "#ran-sim";

const [users, sites, tickMs, arm, shortS, longS] = process.argv.slice(2);

/** Returns the processor seconds of a whole run of `durationS`. */
async function costOf(durationS: number): Promise<number> {
  const scenario = loadRanScenario("hex-uma", [
    { path: "mobility.users", value: Number(users) },
    { path: "layout.sites", value: Number(sites) },
    { path: "tickMs", value: Number(tickMs) },
    { path: "warmUpS", value: 0 },
    { path: "durationS", value: durationS },
  ]);
  const experiment = createRanExperiment({ scenario, seeds: [1], arms: [arm] });
  const before = process.cpuUsage();
  await experiment.runShard(experiment.shards[0]);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

// The first run makes the maps, which the process keeps, and has the code compiled.
await costOf(Number(shortS));
const short = await costOf(Number(shortS));
const long = await costOf(Number(longS));
process.stdout.write(
  `${JSON.stringify({ cpuSPerSimulatedS: (long - short) / (Number(longS) - Number(shortS)) })}\n`,
);
