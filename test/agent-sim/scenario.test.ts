import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import {
  agentScenarioJsonSchema,
  agentScenarioNames,
  agentScenarios,
  loadAgentScenario,
  parseAgentScenario,
} from "../../agent-sim/index.ts";

const folder = mkdtempSync(join(tmpdir(), "agent-scenario-"));
afterAll(() => rmSync(folder, { recursive: true }));

const minimal = { name: "two", stages: [stage("a"), { ...stage("b"), after: ["a"] }] };

function stage(name: string) {
  return { name, role: `You are ${name}.`, outputTokens: 10 };
}

function fileOf(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

test("the default is the pipeline of the specification", () => {
  const { graph, model, relay } = loadAgentScenario("default");
  expect(graph.names).toEqual(["router", "planner", "retriever", "reasoner", "checker", "finaliser"]);
  expect(graph.edges).toHaveLength(5);
  expect([model.name, relay]).toEqual(["qwen2.5-7b", "forward"]);
});

test("every built-in scenario loads and says what it is", () => {
  expect(agentScenarioNames()).toContain("default");
  for (const { summary } of agentScenarios()) expect(summary).not.toBe("");
});

test.each([
  [
    "a wrong key names the nearest",
    { ...minimal, calibraton: {} },
    'got "calibraton" - did you mean "calibration"?',
  ],
  [
    "a wrong key deep inside names its place",
    { ...minimal, kv: { precison: "int8" } },
    'kv: expected one of the keys precision, got "precison" - did you mean "precision"?',
  ],
  [
    "a wrong key of a stage",
    { ...minimal, stages: [stage("a"), { ...stage("b"), afer: ["a"] }] },
    'stages[1]: expected one of the keys name, role, roleTokens, outputTokens, after, got "afer"',
  ],
  [
    "a negative number",
    { ...minimal, document: { tokens: -3 } },
    "document.tokens: expected at least 16, got -3",
  ],
  ["an unknown model", { ...minimal, model: { preset: "gpt" } }, "model.preset: expected one of qwen2.5-7b"],
  [
    "heads that do not divide",
    { ...minimal, model: { kvHeads: 3 } },
    "model.kvHeads: expected a divisor of the 28 heads, got 3",
  ],
  [
    "text and file at once",
    { ...minimal, document: { text: "a", file: "b" } },
    "document: expected text or file, not both",
  ],
  ["one stage only", { name: "one", stages: [stage("a")] }, "stages: expected length at least 2"],
])("%s is refused with its path", (_, value, message) => {
  expect(() => parseAgentScenario(value, "s.yaml")).toThrow(message);
  expect(() => parseAgentScenario(value, "s.yaml")).toThrow(
    expect.objectContaining({ code: "bad-parameter" }),
  );
});

test("settings reach any place, stages by number too", () => {
  const scenario = loadAgentScenario("default", [
    { path: "stages.1.outputTokens", value: 7 },
    { path: "model.preset", value: "llama-3.1-8b" },
  ]);
  expect(scenario.stages[1].outputTokens).toBe(7);
  expect(scenario.model.kvHeads).toBe(8);
});

test("an unknown name, a missing file and broken YAML are bad input", () => {
  expect(() => loadAgentScenario("defualt")).toThrow('did you mean "default"?');
  expect(() => loadAgentScenario("none.yaml", [], { folder })).toThrow(
    "expected a file that can be read, got ENOENT",
  );
  const broken = fileOf("broken.yaml", "name: x\nstages:\n  - [\n");
  expect(() => loadAgentScenario(broken)).toThrow(/broken.yaml line \d+, column \d+: expected YAML/);
  const bomb = fileOf(
    "bomb.yaml",
    `a: &a [1]\n${"bcdefghij"
      .split("")
      .map((k, i) => `${k}: &${k} [${Array(20).fill(`*${"abcdefghij"[i]}`).join(",")}]`)
      .join("\n")}\n`,
  );
  expect(() => loadAgentScenario(bomb)).toThrow("bomb.yaml: expected YAML");
});

test("files are found beside the scenario, those of settings from the caller's folder", () => {
  fileOf("text.txt", "A document that the user brought.");
  const lines = [
    "stages:",
    ...["a", "b"].map(
      (name) => `  - {name: ${name}, role: r, outputTokens: 5${name === "b" ? ", after: [a]" : ""}}`,
    ),
  ];
  const file = fileOf("mine.yaml", [...lines, "document: {file: text.txt}"].join("\n"));
  const scenario = loadAgentScenario(file);
  expect(scenario.document).toMatchObject({ text: "A document that the user brought." });
  expect(scenario.name).toBe("mine");
  const set = loadAgentScenario("default", [{ path: "document.file", value: "text.txt" }], { folder });
  expect(set.document.text).toBe("A document that the user brought.");
  fileOf("empty.txt", " \n");
  expect(() =>
    loadAgentScenario("default", [{ path: "document.file", value: "empty.txt" }], { folder }),
  ).toThrow("document.file: expected a text, got an empty file");
});

test("the JSON Schema is made from the parser", () => {
  const schema = agentScenarioJsonSchema() as { properties: Record<string, unknown>; required: string[] };
  expect(Object.keys(schema.properties)).toContain("calibration");
  expect(schema.required).toEqual(["name", "stages"]);
});
