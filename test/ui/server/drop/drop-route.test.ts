import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { KpiRow } from "#core";
import { builtBundle } from "../../../../.ci/bundle.mjs";
import { type DropLine, type DropResult, mostDroppedBytes, parseDropLine } from "../../../../ui/drop-line.ts";
import { openDrops } from "../../../../ui/server/drop/drop-route.ts";
import { createRoutes } from "../../../../ui/server/routes.ts";
import { runBaton, temporaryFolder } from "../../../support/run-baton.ts";

const data = fileURLToPath(new URL("../../../../docs/examples/data/", import.meta.url));
// Where the route keeps files while they are read: a folder of this test's own, so that what stays is seen.
const kept = mkdtempSync(join(tmpdir(), "baton-drop-test-"));
const tmpBefore = process.env.TMPDIR;

const drops = openDrops();
const hasty = openDrops({ limitMs: 50 });
const ports: Record<string, number> = {};
const servers = [drops, hasty].map(({ route }) => {
  const answerRoute = createRoutes([route], "127.0.0.1");
  return createServer((request, response) => {
    if (!answerRoute(request, response)) response.writeHead(404).end();
  });
});
beforeAll(async () => {
  mkdirSync(join(kept, "tmp"));
  // Processes start from the bundle, as those of the command line do, in a fraction of the loader's time.
  process.env.BATON_BUNDLE = (await builtBundle(() => {})).href;
  process.env.TMPDIR = join(kept, "tmp");
  for (const [i, server] of servers.entries()) {
    // Longer than a bomb takes to make.
    server.keepAliveTimeout = 60_000;
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    ports[i] = (server.address() as AddressInfo).port;
  }
});
afterAll(async () => {
  await Promise.all([drops.close(), hasty.close()]);
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
  delete process.env.BATON_BUNDLE;
  process.env.TMPDIR = tmpBefore;
  if (tmpBefore === undefined) delete process.env.TMPDIR;
  rmSync(kept, { recursive: true });
});

test("reads a trace of OpenTelemetry spans, and says what agent import says", async () => {
  const lines = await drop("agent-otel.json", readFileSync(join(data, "agent-otel.json")));
  expect(lines[0]).toMatchObject({ kind: "agent-trace", what: "a trace of agents (otel-genai)" });
  const result = resultOf(lines);
  const said = await asCommand(["agent", "import", join(data, "agent-otel.json")]);
  expect(result.rows).toEqual(said.kpis);
  expect(result.notes.find(({ title }) => title === "This trace cannot tell")?.lines).toEqual(
    said.cannotTell,
  );
  expect(result.command).toBe("npm run -s baton -- agent import agent-otel.json");
  expect(result.headline).toContain("rereadTokensPerHandOff.atMost");
});

test("replays a drive test and traces of several cells, as ran replay does", async () => {
  const drive = await drop("drive.jsonl", readFileSync(join(data, "drive-test.jsonl")));
  expect(drive[0]).toMatchObject({ kind: "ran-trace", what: "a drive test" });
  expect(withoutNames(resultOf(drive).rows)).toEqual(
    withoutNames((await asCommand(["ran", "replay", join(data, "drive-test.jsonl")])).kpis),
  );
  const folder = join(data, "traces");
  const names = readdirSync(folder).filter((name) => name.endsWith(".csv"));
  const zip = zipSync(Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name))])));
  const traces = await drop("traces.zip", Buffer.from(zip));
  expect(traces[0]).toMatchObject({ kind: "ran-trace", what: "traces of several cells" });
  expect(traces.filter(({ type }) => type === "progress")).toHaveLength(names.length);
  const rows = resultOf(traces).rows;
  expect(rows).toEqual((await asCommand(["ran", "replay", folder])).kpis);
  // Two groups of traces: intervals, as the page promises.
  expect(rows.some(({ arm, ci95 }) => arm === "latent" && ci95[0] !== null)).toBe(true);
});

test("recognises by content, whatever the name says, packed or not", async () => {
  const packed = gzipSync(readFileSync(join(data, "agent-transcript.jsonl")));
  expect((await drop("notes.txt", packed))[0]).toMatchObject({ kind: "agent-trace" });
  const yaml = "# mine\nlayout: { kind: line, sites: 2, isdM: 500 }\n";
  expect((await drop("notes", yaml)).at(-1)).toMatchObject({ type: "refused", code: "bad-parameter" });
});

test("runs a scenario short, of phones and of agents", async () => {
  const phones = await drop("two.yaml", "durationS: 4\nwarmUpS: 1\nmobility: { users: 3 }\n");
  expect(phones[0]).toMatchObject({ kind: "ran-scenario", doing: "running it short: 3 worlds of 4 s" });
  const rows = resultOf(phones).rows;
  expect(new Set(rows.filter(({ kind }) => kind === "simulated").map(({ seeds }) => seeds))).toEqual(
    new Set([3]),
  );
  const agents = await drop(
    "pair.yml",
    "stages: [{ name: a, role: R., outputTokens: 40 }, { name: b, role: A., outputTokens: 9, after: [a] }]\n",
  );
  expect(agents[0]).toMatchObject({ kind: "agent-scenario" });
  expect(resultOf(agents).notes).toContainEqual({
    title: "Run short",
    lines: ["The whole run, with narrower intervals: npm run -s baton -- agent run pair.yml"],
  });
});

test.each([
  ["a misspelt key", "s.yaml", "mobilty: { users: 3 }\n", ["ran", "run"]],
  ["broken YAML", "s.yaml", "mobility: { users: 3\n", ["ran", "run"]],
  ["a trace of no known columns", "t.csv", "time,thing\n1,2\n", ["ran", "replay"]],
  ["times that go back", "t.csv", "t_ms,rsrp_dbm_a,sinr_db_a\n10,-80,1\n0,-81,2\n", ["ran", "replay"]],
  ["spans of nothing known", "t.json", '{"a":1}\n', ["agent", "import"]],
  ["an empty file", "t.csv", "", ["ran", "replay"]],
])("refuses %s in the words of the command", async (_, name, text, command) => {
  const { code, message } = refusalOf(await drop(name, text));
  const folder = temporaryFolder();
  try {
    writeFileSync(join(folder.path, name), text);
    const said = await runBaton([...command, name], { cwd: folder.path });
    expect(said.code).toBe(2);
    expect(`baton: ${message} (docs/errors.md#${code})\n`).toBe(said.notes.replaceAll(`${folder.path}/`, ""));
  } finally {
    folder.remove();
  }
});

test("reads no file of this machine that a scenario names", async () => {
  const phones = refusalOf(await drop("a.yaml", "mobility: { model: { kind: trace, file: /etc/passwd } }\n"));
  expect(phones.message).toMatch(/^a\.yaml, mobility\.model\.file: expected no other file/);
  const agents = refusalOf(await drop("b.yaml", "stages: []\ndocument: { file: ../../../etc/hostname }\n"));
  expect(agents.message).toMatch(/^b\.yaml, document\.file: expected no other file/);
});

test("refuses bombs: a zip by the size that it states, a gzip while it unpacks", async () => {
  const zeros = new Uint8Array(200 << 20);
  const zip = zipSync({ "trace.csv": [zeros, { level: 9 }] });
  expect(zip.length).toBeLessThan(1 << 20);
  expect(refusalOf(await drop("bomb.zip", Buffer.from(zip)))).toEqual({
    type: "refused",
    code: "trace-archive",
    message: "bomb.zip/trace.csv: expected at most 134217728 bytes unpacked, got 209715200",
  });
  const gzip = gzipSync(zeros, { level: 9 });
  expect(refusalOf(await drop("bomb.jsonl.gz", gzip)).message).toMatch(
    /^bomb\.jsonl\.gz: expected at most 67108864 bytes unpacked, got more, from \d+ bytes packed/,
  );
});

test("refuses what is too large before it is sent, and what takes too long", async () => {
  const { status, error } = await refusedAtOnce("big.json", {
    "content-length": String(mostDroppedBytes + 1),
  });
  expect([status, error.code]).toEqual([413, "dropped-file"]);
  const late = await drop("agent-otel.json", readFileSync(join(data, "agent-otel.json")), 1);
  expect(refusalOf(late).message).toMatch(
    /^agent-otel\.json: expected what can be read and run within 0\.05 s, got more/,
  );
});

test("refuses a page of another origin before it reads a byte", async () => {
  const response = await fetch(`http://127.0.0.1:${ports[0]}/api/drop?name=a.csv`, {
    method: "POST",
    body: "t_ms\n",
    headers: { origin: "http://evil.example" },
  });
  expect(response.status).toBe(403);
});

test("deletes every file, also that of somebody who goes away", async () => {
  const gone = new AbortController();
  const leaving = fetch(`http://127.0.0.1:${ports[0]}/api/drop?name=a.json`, {
    method: "POST",
    body: readFileSync(join(data, "agent-otel.json")),
    signal: gone.signal,
  }).then(async (response) => {
    const reader = response.body?.getReader();
    await reader?.read();
    gone.abort();
  });
  await leaving.catch(() => {});
  gone.abort();
  // The process is ended and its folder deleted soon after the connection.
  while (readdirSync(join(kept, "tmp")).some((name) => name.startsWith("baton-drop-"))) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
});

async function drop(name: string, body: string | Buffer, server = 0): Promise<DropLine[]> {
  const response = await fetch(
    `http://127.0.0.1:${ports[server]}/api/drop?name=${encodeURIComponent(name)}`,
    { method: "POST", body },
  );
  expect(response.status).toBe(200);
  const lines = (await response.text()).trimEnd().split("\n").map(parseDropLine);
  return lines;
}

function resultOf(lines: readonly DropLine[]): DropResult {
  const last = lines.at(-1);
  if (last?.type !== "result") throw new Error(`expected a result, got ${JSON.stringify(last)}`);
  return last;
}

function refusalOf(lines: readonly DropLine[]): Extract<DropLine, { type: "refused" }> {
  const last = lines.at(-1);
  if (last?.type !== "refused")
    throw new Error(`expected a refusal, got ${JSON.stringify(last).slice(0, 300)}`);
  return last;
}

/** Returns the document that a command prints with --json. */
async function asCommand(argv: readonly string[]): Promise<{ kpis: KpiRow[]; cannotTell: string[] }> {
  const folder = temporaryFolder();
  try {
    const { code, out, notes } = await runBaton([...argv, "--json", "--out", folder.path]);
    expect([code, notes.includes("expected")]).toEqual([0, false]);
    return JSON.parse(out);
  } finally {
    folder.remove();
  }
}

/** A file under another name makes the same rows of another scenario. */
function withoutNames(rows: readonly KpiRow[]): unknown[] {
  return rows.map(({ scenario: _, source: __, ...rest }) => rest);
}

async function refusedAtOnce(
  name: string,
  headers: Record<string, string>,
): Promise<{ status: number; error: { code: string; message: string } }> {
  return new Promise((resolve, reject) => {
    const path = `/api/drop?name=${name}`;
    const asked = request(
      { port: ports[0], host: "127.0.0.1", method: "POST", path, headers },
      async (response) => {
        let text = "";
        for await (const part of response) text += part;
        asked.destroy();
        resolve({ status: response.statusCode ?? 0, error: JSON.parse(text).error });
      },
    );
    asked.on("error", reject);
    asked.flushHeaders();
  });
}
