// Does it help to carry a short history of reports across a handover? One command, one table; see README.md.
import { writeFile } from "node:fs/promises";
import { argv } from "node:process";
import { pathToFileURL } from "node:url";
import type { Setting } from "#core";
import { armsReport } from "../arms-report.ts";
import { runArms } from "../run-arms.ts";

/** What was fixed before these worlds were looked at. Seeds 1 to 5 were seen while the simulator was built. */
export const protocol = {
  scenario: "hex-uma",
  // The memory that is not learned, on reports that are the means of L1's 200 ms.
  settings: [
    { path: "network.memory", value: "trend" },
    { path: "network.reportAverageMs", value: 200 },
  ] as readonly Setting[],
  arms: ["a3-set3", "a5", "cold", "whole", "pca", "raw", "random-projection", "another", "mean", "noise"],
  seeds: Array.from({ length: 20 }, (_, i) => 101 + i),
  reference: "cold",
};

/** The same in a minute or less, for every change of the code: fewer phones, less time, three worlds. */
export const shortProtocol = {
  ...protocol,
  settings: [
    ...protocol.settings,
    { path: "layout.sites", value: 1 },
    { path: "mobility.users", value: 20 },
    { path: "durationS", value: 10 },
    { path: "training.durationS", value: 10 },
  ],
  seeds: [101, 102, 103],
};

/** The figures of the report; never one without the others. */
const reported = [
  "handoversPerUeMinute",
  "pingPongRate",
  "shortStayRate",
  "failuresPerHandover",
  "lateMsPerUeMinute",
  "postHandoverAccuracy.50-250ms",
  "postHandoverRegretDb.50-250ms",
  "gapClosed",
  "xnPayloadBytesPerHandover",
] as const;

if (
  import.meta.url === pathToFileURL(argv[1] ?? "").href ||
  argv[1]?.endsWith("carry-the-history/experiment.ts")
) {
  const results = await runArms(protocol, (text) => process.stderr.write(text));
  await writeFile(
    new URL("results.md", import.meta.url),
    armsReport({ ...protocol, references: [protocol.reference], reported }, results),
  );
  await writeFile(
    new URL("results.jsonl", import.meta.url),
    `${results.kpis.map((row) => JSON.stringify(row)).join("\n")}\n`,
  );
}
