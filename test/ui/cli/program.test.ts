import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type KpiRow, kpiRowSchema } from "#core";
import { runBaton, temporaryFolder } from "../../support/run-baton.ts";

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const small = [
  "--set",
  "layout.sites=1",
  "--set",
  "mobility.users=8",
  "--set",
  "durationS=4",
  "--set",
  "training.durationS=6",
];
const ranRun = (...more: string[]): string[] => [
  "ran",
  "run",
  "hex-uma",
  ...small,
  "--set",
  "network.memory=trend",
  "--out",
  folder.path,
  ...more,
];

test("ran run prints one JSON document: manifest, checked KPI rows, timings", async () => {
  const { code, out, notes } = await runBaton(
    ranRun("--arms", "a3-set3,cold,whole", "--seeds", "2", "--json"),
  );
  expect([code, notes]).toEqual([0, ""]);
  const { manifest, kpis, timings } = JSON.parse(out);
  expect(manifest.complete).toBe(true);
  expect(manifest.experiments[0].seeds).toEqual([1, 2]);
  expect(kpis.length).toBeGreaterThan(30);
  for (const row of kpis) expect(kpiRowSchema.safeParse(row).success).toBe(true);
  expect(new Set(kpis.map((row: { arm: string }) => row.arm))).toEqual(new Set(["a3-set3", "cold", "whole"]));
  expect(timings.map((row: { metric: string }) => row.metric)).toContain("wallTimeS");
});

test("the same seeds give byte-identical KPI rows", async () => {
  const run = async (): Promise<string> =>
    JSON.stringify(
      JSON.parse((await runBaton(ranRun("--arms", "cold,pca", "--seeds", "2", "--json"))).out).kpis,
    );
  expect(await run()).toBe(await run());
});

test("a sweep gives each point rows of its own", async () => {
  const { out } = await runBaton(
    ranRun("--arms", "raw", "--seed", "1", "--set", "payload.bytes=32,64", "--json"),
  );
  const scenarios = new Set(JSON.parse(out).kpis.map((row: { scenario: string }) => row.scenario));
  expect(scenarios).toEqual(new Set(["hex-uma/payload.bytes=32", "hex-uma/payload.bytes=64"]));
});

test("agent run prints one JSON document of agent rows", async () => {
  const { code, out } = await runBaton([
    "agent",
    "run",
    "default",
    "--seeds",
    "1",
    "--out",
    folder.path,
    "--json",
  ]);
  expect(code).toBe(0);
  const { kpis } = JSON.parse(out);
  expect(new Set(kpis.map((row: { domain: string }) => row.domain))).toEqual(new Set(["agent"]));
});

test("a dry run says how much there is to do and stores nothing", async () => {
  const { code, out } = await runBaton(ranRun("--dry-run", "--arms", "cold,whole", "--seeds", "3"));
  expect([code, out]).toEqual([
    0,
    "ran: 2 arms x 3 worlds or traces; no estimate: no run of this set-up is stored yet\n",
  ]);
  expect(readdirSync(folder.path)).toEqual([]);
});

test("an interrupted run keeps its finished shards, says how to go on, and ends the same when resumed", async () => {
  const words = ranRun("--arms", "cold,whole", "--seeds", "3");
  const interrupt = new AbortController();
  interrupt.abort();
  const stopped = await runBaton(words, { signal: interrupt.signal });
  expect(stopped.code).toBe(130);
  const id = /--resume (\S+)/.exec(stopped.notes)?.[1] ?? "";
  expect(stopped.notes).toContain(`0 of 3 shards of ran are kept in run ${id}`);
  const resumed = await runBaton([...words, "--resume", id, "--json"]);
  const whole = await runBaton([...words, "--json"]);
  expect(JSON.parse(resumed.out).manifest.id).toBe(id);
  expect(JSON.parse(resumed.out).kpis).toEqual(JSON.parse(whole.out).kpis);
  const again = await runBaton([...words, "--resume", id]);
  expect([again.code, again.notes]).toEqual([2, expect.stringContaining("got a complete one")]);
});

test("resuming with other seeds is refused", async () => {
  const interrupt = new AbortController();
  interrupt.abort();
  const { notes } = await runBaton(ranRun("--arms", "cold", "--seeds", "3"), { signal: interrupt.signal });
  const id = /--resume (\S+)/.exec(notes)?.[1] ?? "";
  const other = await runBaton(ranRun("--arms", "cold", "--seeds", "4", "--resume", id));
  expect([other.code, other.notes]).toEqual([2, expect.stringContaining("the same experiment, arms, seeds")]);
});

test("two stored runs are compared arm by arm, and a RAN run never with an agent run", async () => {
  const id = async (argv: string[]): Promise<string> =>
    JSON.parse((await runBaton([...argv, "--json"])).out).manifest.id;
  const first = await id(ranRun("--arms", "cold", "--seeds", "2"));
  const second = await id(ranRun("--arms", "cold", "--seeds", "2", "--set", "network.biasLimitDb=0"));
  const third = await id(["agent", "run", "default", "--arms", "text", "--seeds", "1", "--out", folder.path]);
  const compared = await runBaton(["compare", first, second, "--out", folder.path, "--json"]);
  const { comparisons, runs } = JSON.parse(compared.out);
  expect(comparisons.length).toBeGreaterThan(5);
  expect(comparisons[0]).toMatchObject({
    domain: "ran",
    arm: "cold@network.biasLimitDb=0",
    reference: "cold@network.biasLimitDb=4",
    n: 2,
  });
  expect(runs).toMatchObject({ reference: first, other: second });
  const shown = await runBaton(["compare", first, second, "--out", folder.path]);
  expect(shown.out).toContain("What differs (reference -> other): network.biasLimitDb 4 -> 0.");
  const mixed = await runBaton(["compare", first, third, "--out", folder.path]);
  expect([mixed.code, mixed.notes]).toEqual([2, expect.stringContaining("(ran) and")]);
});

test("compare without arguments has rows of both domains, and comparisons within each only", async () => {
  const arms = ["--arms", "cold,whole,text,kv", "--seeds", "1"];
  const { code, out } = await runBaton(["compare", ...arms, "--out", folder.path, "--json"]);
  expect(code).toBe(0);
  const { kpis, comparisons, verdicts } = JSON.parse(out);
  expect(verdicts.map((one: { domain: string; reading: string }) => [one.domain, one.reading])).toEqual([
    ["ran", "too few"],
    // By formula; the measured run has neither the learned latent nor nothing to hold it against.
    ["agent", "gain"],
  ]);
  expect(new Set(kpis.map((row: { domain: string }) => row.domain))).toEqual(new Set(["ran", "agent"]));
  const pairs = new Set(
    comparisons.map(
      (row: { domain: string; arm: string; reference: string }) =>
        `${row.domain} ${row.arm}-${row.reference}`,
    ),
  );
  expect(pairs).toEqual(new Set(["ran whole-cold", "agent cold-text", "agent kv-text"]));
});

test("compare runs the agents' measured arms as well, and says how many of 100 answers are right", async () => {
  const arms = ["--arms", "cold,latent,slots,another,prefix-cache", "--seeds", "1"];
  const set = ["--set", "agent.measured.documents=6", "--set", "agent.document.tokens=200"];
  const { code, out } = await runBaton(["compare", ...arms, ...set, "--out", folder.path, "--json"]);
  expect(code).toBe(0);
  const { kpis, verdicts } = JSON.parse(out) as { kpis: KpiRow[]; verdicts: { line: string }[] };
  const right = (arm: string) =>
    kpis.find((row) => row.arm === arm && row.metric === "exactMatch" && row.scenario === "facts");
  expect(right("slots")).toMatchObject({ kind: "measured", n: 30 });
  // 0.99, 0.83 and chance, 1 in 32, over many documents (agent-sim/measured/README.md).
  expect(right("slots")?.value).toBeGreaterThan(0.85);
  expect(right("latent")?.value).toBeGreaterThan(0.5);
  for (const arm of ["cold", "another"]) expect(right(arm)?.value).toBeLessThan(0.25);
  expect(kpis.filter(({ scenario }) => scenario.includes("facts="))).toEqual([]);
  expect(verdicts).toHaveLength(1);
  expect(verdicts[0].line).toMatch(/^Agents \(facts, 6 documents, measured/);
  // A scenario of another sort has no measured run beside it.
  const fleet = await runBaton(["compare", "fleet", ...arms, "--out", folder.path, "--dry-run"]);
  expect(fleet.out + fleet.notes).not.toContain("facts");
});

test("compare takes a list of arms for each domain, by names of now and of before, and leaves the other's as it is", async () => {
  const few = [
    "--set",
    "agent.measured.documents=2",
    "--set",
    "ran.mobility.users=6",
    "--set",
    "ran.durationS=5",
  ];
  const words = ["compare", "walk", ...few, "--seeds", "1", "--out", folder.path, "--json"];
  const { code, out } = await runBaton([
    ...words,
    "--arms-agent",
    "attention,text,none",
    "--arms-ran",
    "cold",
  ]);
  expect(code).toBe(0);
  const armsOf = (domain: string) =>
    new Set(
      (JSON.parse(out).kpis as KpiRow[]).flatMap((row) =>
        row.domain === domain && row.kind !== "cited" && row.kind !== "assumed" ? [row.arm] : [],
      ),
    );
  expect(armsOf("ran")).toEqual(new Set(["cold"]));
  expect(armsOf("agent")).toEqual(new Set(["latent", "text", "cold"]));
});

test("compare takes settings of either domain and a formula of either", async () => {
  const words = ["compare", "--arms", "text,kv", "--seeds", "2", "--out", folder.path, "--json"];
  const tokens = async (...set: string[]): Promise<number> => {
    const { kpis } = JSON.parse((await runBaton([...words, ...set])).out) as { kpis: KpiRow[] };
    return (
      kpis.find(({ arm, metric }) => arm === "text" && metric === "prefillTokensPerHop")?.value ?? Number.NaN
    );
  };
  expect(await tokens("--set", "agent.document.tokens=4096")).toBeGreaterThan(2 * (await tokens()));
  const bare = await runBaton([...words, "--set", "document.tokens=4096"]);
  expect([bare.code, bare.notes]).toEqual([2, expect.stringContaining("write ran.document.tokens=")]);
  const { comparisons } = JSON.parse((await runBaton([...words, "--kpi", "twice = 2 * rereadFactor"])).out);
  const of = (metric: string) => comparisons.find((row: { metric: string }) => row.metric === metric);
  expect(of("twice").difference).toBeCloseTo(2 * of("rereadFactor").difference, 10);
});

test("a stored run can be queried", async () => {
  await runBaton(ranRun("--arms", "cold", "--seed", "1", "--quiet"));
  const sql = "SELECT DISTINCT domain, arm FROM kpis";
  const { out } = await runBaton(["query", sql, "--out", folder.path, "--json"]);
  expect(JSON.parse(out)).toEqual({ columns: ["domain", "arm"], rows: [{ domain: "ran", arm: "cold" }] });
});

test("agent import reckons with the figures that --set gives, and refuses those that there are not", async () => {
  const file = join(folder.path, "runs.jsonl");
  const turns = ["a", "b", "a"].map((agent) => ({ agent, chars: 400, tokens_o200k: 100 }));
  writeFileSync(file, JSON.stringify({ run_id: "one", turns }));
  const bytesOf = async (...set: string[]): Promise<number> => {
    const { out } = await runBaton(["agent", "import", file, "--json", "--out", folder.path, ...set]);
    const { kpis } = JSON.parse(out) as { kpis: { arm: string; metric: string; value: number }[] };
    return kpis.find(({ arm, metric }) => arm === "kv" && metric === "wireBytesPerHop")?.value ?? Number.NaN;
  };
  expect(await bytesOf("--set", "kv.precision=int8")).toBe((await bytesOf()) / 2);
  const { code, notes } = await runBaton(["agent", "import", file, "--set", "kv.precison=int8"]);
  expect(code).toBe(2);
  expect(notes).toContain("precision");
});

test.each([
  [["ran", "run", "hex-uma", "--arms", "whol"], 'did you mean "whole"?'],
  [["agent", "run", "default", "--arms", "txt"], 'did you mean "text"?'],
  [["agent", "run", "default", "--arms", "latent"], "this one needs a language model: add --measured"],
  [["ran", "run", "hexuma"], 'did you mean "hex-uma"?'],
  [["ran", "run", "nowhere.yaml"], "no such file"],
  [
    ["ran", "run", "hex-uma", "--seeds", "-1"],
    'flag --seeds: expected a whole number from 1 to 100000, got "-1"',
  ],
  [["ran", "run", "hex-uma", "--set", "mobility.user=3"], 'did you mean "users"?'],
  [["ran", "run", "hex-uma", "--set", "a3.timeToTriggerMs=150"], "TS 38.331"],
  [["ran", "run", "hex-uma", "--first-seed", "1000000"], "training"],
  [["ran", "replay", "no-such-folder"], "no-such-folder"],
  [["ran", "fly"], "unknown command 'fly'"],
  [["ran", "run", "hex-uma", "--seedz", "3"], "unknown option '--seedz'"],
  [["query", "DROP TABLE kpis"], "a DROP statement"],
  [["compare", "only-one"], "expected a named scenario, or two stored runs"],
  [["compare", "walkk"], 'did you mean "walk"?'],
  [["compare", "--arms-agent", "ue-filter"], "flag --arms-agent"],
  [["compare", "--arms-ran", "latnt"], 'did you mean "latent"?'],
  [["compare", "--arms-agent", "none,cold"], '"cold" twice'],
  [["compare", "--arms", "cold", "--arms-agent", "text"], "expected --arms for both domains"],
  [
    ["compare", "walk", "--bytes", "8", "--resume", "20260101-000000-aaaa"],
    "flag --resume: expected no --bytes beside it",
  ],
  [
    ["compare", "walk", "--bytes", "8", "--dry-run", "--json"],
    "flag --dry-run: expected no --json beside it",
  ],
  [["compare", "one", "other", "--bytes", "8"], "flag --bytes: expected none with two stored runs"],
  [["compare", "one", "other", "--dry-run"], "flag --dry-run: expected none with two stored runs"],
  [["serve", "--port", "99999"], "flag --port"],
  [["serve", "--kpi", "x = sum(1:1e9)"], 'KPI formula "x"'],
  [["serve", "--kpi", "x = 1e6!"], 'KPI formula "x"'],
  [["agent", "import", "no-such-file.jsonl"], "no-such-file.jsonl"],
])("baton %j is refused with exit code 2 and one clear line", async (words, message) => {
  const { code, out, notes } = await runBaton(words);
  expect(code).toBe(2);
  expect(out).toBe("");
  expect(notes).toContain(message);
  expect(notes.trimEnd().split("\n")).toHaveLength(1);
});

test("a YAML file with a wrong key is refused with the path, and one with right keys runs", async () => {
  mkdirSync(join(folder.path, "scenarios"));
  const file = join(folder.path, "scenarios", "mine.yaml");
  writeFileSync(
    file,
    "durationS: 4\nlayout: { sites: 1 }\nmobility: { users: 6 }\nradio: { carierGhz: 2 }\n",
  );
  const refused = await runBaton(["ran", "run", "scenarios/mine.yaml"], { cwd: folder.path });
  expect([refused.code, refused.notes]).toEqual([
    2,
    expect.stringMatching(/radio.*did you mean "carrierGhz"/),
  ]);
  writeFileSync(file, "durationS: 4\nlayout: { sites: 1 }\nmobility: { users: 6 }\n");
  const words = [
    "ran",
    "run",
    "scenarios/mine.yaml",
    "--arms",
    "a3",
    "--seed",
    "1",
    "--out",
    "runs",
    "--json",
  ];
  const { code, out } = await runBaton(words, { cwd: folder.path });
  expect(code).toBe(0);
  expect(JSON.parse(out).kpis[0].scenario).toBe("mine");
});

test("help is there for every command, with an example, and ends with exit code 0", async () => {
  const top = await runBaton(["--help"]);
  const commands = [...top.out.matchAll(/^ {2}(\w+)/gm)]
    .map(([, name]) => name)
    .filter((name) => name !== "help");
  expect(commands).toEqual(
    expect.arrayContaining(["ran", "agent", "compare", "serve", "query", "arms", "scenarios", "doctor"]),
  );
  for (const name of [
    "ran run",
    "ran replay",
    "agent run",
    "agent import",
    "compare",
    "serve",
    "query",
    "arms",
    "scenarios",
    "doctor",
  ]) {
    const { code, out } = await runBaton([...name.split(" "), "--help"]);
    expect([name, code]).toEqual([name, 0]);
    expect(out).toContain("Example:\n  npm run -s baton -- ");
  }
});

test("arms and scenarios list both domains", async () => {
  const arms = JSON.parse((await runBaton(["arms", "--json"])).out).arms;
  expect(arms).toContainEqual(expect.objectContaining({ domain: "ran", name: "cold" }));
  expect(arms).toContainEqual(expect.objectContaining({ domain: "agent", name: "prefix-cache" }));
  const inFleets = arms.filter(
    ({ domain, name }: { domain: string; name: string }) => domain === "agent" && name === "latent",
  );
  expect(inFleets.map(({ commands }: { commands: string[] }) => commands)).toEqual([
    ["agent run fleet"],
    ["agent run --measured"],
  ]);
  expect((await runBaton(["arms"])).out).toMatch(/agent +text +run, run fleet, run --measured +~4 a token/);
  const { scenarios } = JSON.parse((await runBaton(["scenarios", "--json"])).out);
  expect(scenarios).toContainEqual(expect.objectContaining({ domain: "ran", name: "hex-uma" }));
  expect(scenarios).toContainEqual(expect.objectContaining({ domain: "agent", name: "default" }));
});
