import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { agentExamples } from "../../docs/examples/data/generate-agent.ts";
import { findRow, importFile } from "../support/import-rows.ts";

const path = (name: string): string => new URL(`../../docs/examples/data/${name}`, import.meta.url).pathname;

test.each(Object.keys(agentExamples))("%s is what its generator makes", (name) => {
  expect(readFileSync(path(name), "utf8")).toBe(agentExamples[name]());
});

test("the examples import without anything set aside, with hand-offs, a cache and times", async () => {
  const spans = await importFile(path("agent-otel.json"));
  expect(spans.setAside).toEqual([]);
  expect(findRow(spans.rows, "observed", "runs").value).toBe(12);
  for (const metric of ["handOffs", "cacheReadShare", "timeToFirstTokenMs.p50", "rereadFactor.atMost"])
    expect(findRow(spans.rows, "observed", metric).value, metric).toBeGreaterThan(0);
  const transcript = await importFile(path("agent-transcript.jsonl"));
  expect(transcript.setAside).toEqual([]);
  expect(findRow(transcript.rows, "observed", "rereadFactor").value).toBeGreaterThan(1);
  const requests = await importFile(path("agent-requests.jsonl"));
  expect(findRow(requests.rows, "observed", "requests").value).toBe(300);
});
