// Inputs made after public reports, each for a kind of fault; `cases/README.md` of the shared data has the right answers.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createAgentExperiment, loadAgentScenario } from "../../../agent-sim/index.ts";
import { poolUnits } from "../../../core/index.ts";
import { findRow, type Imported, importFile } from "../../support/import-rows.ts";
import { describeWithShared, sharedPath } from "../../support/shared-data.ts";

const report = (path: string): string => sharedPath("cases", "public-reports", ...path.split("/"));
const observed = ({ rows }: Imported, metric: string): number | null | undefined =>
  rows.find((row) => row.arm === "observed" && row.metric === metric)?.value;

describeWithShared("inputs of public reports", () => {
  test.each<[string, Readonly<Record<string, number>>]>([
    // 2,500 tokens of 1,600; the sub-agent's conversation lies within that of its caller.
    ["24-conversation/sub-agent-own-id.json", { runs: 1, handOffs: 2, "rereadFactor.atMost": 2500 / 1600 }],
    ["24-conversation/sub-agent-same-id.json", { runs: 1, handOffs: 2, "rereadFactor.atMost": 2500 / 1600 }],
    [
      "26-langsmith-usage/anthropic-ephemeral-write.jsonl",
      { inputTokensPerRequest: 39_019, "rereadTokensPerHandOff.atMost": 39_019 },
    ],
    [
      "26-langsmith-usage/anthropic-inclusive.jsonl",
      { "inputTokensPerRequest.atLeast": 39_119, "inputTokensPerRequest.atMost": 78_119 },
    ],
    [
      "05-anthropic-exclusive/spans.json",
      {
        "inputTokensPerRequest.atLeast": 5100,
        "inputTokensPerRequest.atMost": 8100,
        "cacheReadShare.atMost": 6000 / 10_200,
        "cacheReadShare.atLeast": 6000 / 16_200,
      },
    ],
    [
      "05-anthropic-exclusive/with-one-obvious.json",
      { inputTokensPerRequest: 24_212 / 3, cacheReadShare: 14_000 / 24_212 },
    ],
    ["01-strands-ttft/no-ttft.json", { inputTokensPerRequest: 4116, "rereadTokensPerHandOff.atMost": 4212 }],
    ["01-strands-ttft/console.jsonl", { inputTokensPerRequest: 4116, "timeToFirstTokenMs.p50": 415 }],
    ["01-strands-ttft/otlp.json", { inputTokensPerRequest: 4116, "timeToFirstTokenMs.p50": 415 }],
    ["02-langsmith-agents/runs.jsonl", { handOffs: 4 }],
    [
      "07-pydantic-vercel/pydantic-ai.json",
      { handOffs: 1, inputTokensPerRequest: 1200, cacheReadShare: 2000 / 2400 },
    ],
    [
      "07-pydantic-vercel/vercel-ai.json",
      { handOffs: 1, cacheReadShare: 1536 / 2400, "timeToFirstTokenMs.p50": 312.5 },
    ],
    ["27-agent-id-and-name/spans.json", { requests: 3, handOffs: 0 }],
    ["04-other-exports/claude-code.jsonl", { requests: 3, inputTokensPerRequest: 6004, handOffs: 2 }],
  ])("%s", async (path, expected) => {
    const said = await importFile(report(path));
    for (const [metric, value] of Object.entries(expected))
      expect(observed(said, metric), metric).toBeCloseTo(value, 9);
  });

  test.each([
    "04-other-exports/jaeger.json",
    "04-other-exports/langfuse-observations.jsonl",
    "04-other-exports/openai-agents.jsonl",
    "33-phoenix/dataframe.jsonl",
    "33-phoenix/list-nested.json",
    "33-phoenix/rest-flat.json",
    "33-phoenix/rest-list.json",
    "25-file-exporter/bom.jsonl",
    "25-file-exporter/nan.jsonl",
    "25-file-exporter/nul-first.jsonl",
    "25-file-exporter/numeric-times.json",
    "25-file-exporter/utf16.jsonl",
    "25-file-exporter/cut-last-line.jsonl",
    "25-file-exporter/empty-batch.jsonl",
    "25-file-exporter/logs-first.jsonl",
    "25-file-exporter/mixed.jsonl",
  ])("%s says the two calls that all of them are made from", async (path) => {
    const said = await importFile(report(path));
    const metrics = [
      "requests",
      "handOffs",
      "inputTokensPerRequest",
      "outputTokensPerRequest",
      "rereadFactor.atMost",
    ];
    expect(metrics.map((metric) => observed(said, metric))).toEqual([2, 1, 1200, 250, 1200 / 1700]);
  });

  test.each([
    ["cut-last-line", "setAside.records", 1],
    ["empty-batch", "setAside.other", 2],
    ["logs-first", "setAside.other", 1],
    ["mixed", "setAside.other", 2],
  ])("25-file-exporter/%s counts what it leaves out, and says it", async (name, metric, count) => {
    const said = await importFile(report(`25-file-exporter/${name}.jsonl`));
    expect(observed(said, metric)).toBe(count);
    expect(said.setAside.length).toBeGreaterThan(0);
  });

  test("a Mooncake trace in seconds is as workload the same as its twin, once said, and refused before", async () => {
    const latency = async (name: string, more: Readonly<Record<string, string>> = {}) => {
      const settings = {
        "workload.file": report(`32-mooncake-seconds/${name}.jsonl`),
        "fleet.arrivals": { kind: "workload" },
        tasksPerSeed: 50,
        ...more,
      };
      const list = Object.entries(settings).map(([path, value]) => ({ path, value }));
      const scenario = loadAgentScenario("fleet", list);
      const experiment = createAgentExperiment({ scenario, seeds: [1], arms: ["text"] });
      const { units } = await experiment.runShard(experiment.shards[0]);
      return poolUnits(experiment, units).find(({ metric }) => metric === "taskLatencyMs.p50")?.value;
    };
    const twin = await latency("ms");
    expect(twin).toBeGreaterThan(0);
    expect(await latency("seconds", { "workload.timeUnit": "s" })).toBe(twin);
    await expect(latency("seconds")).rejects.toThrow("say workload.timeUnit=s if they are seconds");
  });

  test("all ten spellings of tokens read from a cache are read", async () => {
    const names = JSON.parse(readFileSync(report("30-cache-read-spellings/names.json"), "utf8")) as object;
    for (const i of Object.keys(names).keys()) {
      const said = await importFile(report(`30-cache-read-spellings/${i}.json`));
      expect(findRow(said.rows, "observed", "cacheReadShare").value, String(i)).toBe(0.768);
    }
  });

  test.each([
    ["04-other-exports/zipkin.json", "got Zipkin spans - "],
    ["04-other-exports/sharegpt.json", "got ShareGPT conversations - "],
  ])("%s is named in its refusal, with what to do", async (path, words) => {
    await expect(importFile(report(path))).rejects.toThrow(words);
  });
});
