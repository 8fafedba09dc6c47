import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  agentMetrics,
  continuationMetrics,
  createAgentExperiment,
  fleetMetrics,
  importMetrics,
  loadAgentScenario,
  measuredMetrics,
} from "#agent-sim";
import { driveTestMetrics, ranMetrics } from "#ran-sim";

const text = readFileSync(new URL("../../docs/glossary.md", import.meta.url), "utf8");

/** Returns the metrics of one section: the names in the first cells of its tables, `.p95` after `x.p50` being `x.p95`. */
function named(from: string, to: string): Set<string> {
  const rows = text.slice(text.indexOf(`## ${from}`), text.indexOf(`## ${to}`)).matchAll(/^\| (`[^|]+) \|/gm);
  const names = new Set<string>();
  for (const [, cell] of rows) {
    let stem = "";
    for (const [, name] of cell.matchAll(/`([^`]+)`/g)) {
      if (!name.startsWith(".")) stem = name.slice(0, Math.max(0, name.indexOf(".")));
      names.add(name.startsWith(".") ? stem + name : name);
    }
  }
  return names;
}

test("every RAN metric is in the glossary's RAN section", () => {
  const glossary = named("RAN", "Agents");
  const missing = [...ranMetrics, ...driveTestMetrics].filter(({ metric }) => !glossary.has(metric));
  expect(missing).toEqual([]);
});

test("every agent metric and calibration input is in the glossary's agent section", () => {
  const glossary = named("Agents", "Both");
  const inputs = ["default", "fleet"].flatMap(
    (name) => createAgentExperiment({ scenario: loadAgentScenario(name), seeds: [1] }).inputs,
  );
  const missing = [
    ...agentMetrics,
    ...measuredMetrics,
    ...continuationMetrics,
    ...fleetMetrics,
    ...importMetrics,
    ...inputs,
  ].filter(({ metric }) => !glossary.has(metric));
  expect(missing).toEqual([]);
});
