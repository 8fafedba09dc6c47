import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { BadInputError } from "#core";
import { decodeFrame, PROTOCOL_VERSION } from "../../../ui/protocol.ts";
import { type RunningServer, serve } from "../../../ui/server/serve.ts";
import { joinLive } from "../../support/live-test-client.ts";

const webFolder = mkdtempSync(join(tmpdir(), "baton-web-"));
writeFileSync(
  join(webFolder, "index.html"),
  `<!doctype html><title>Baton</title>${"<p>Baton</p>".repeat(100)}`,
);
const workerEntry = new URL("../../support/fake-worker.js", import.meta.url);

let server: RunningServer;
beforeAll(async () => {
  server = await serve({ port: 0, webFolder, workerEntry });
});
afterAll(async () => {
  await server.close();
  rmSync(webFolder, { recursive: true });
});

test("welcomes a client, tells it the state, the layouts and the KPIs, and streams both sides", async () => {
  const client = await joinLive(server.port);
  const welcome = await client.next("welcome");
  expect(welcome.catalogue.ran.arms.map(({ name }) => name)).toEqual(["cold", "pca"]);
  expect((await client.next("run")).playing).toBe(true);
  expect((await client.next("ran-layout")).sites).toHaveLength(2);
  expect((await client.next("agent-layout")).stages).toHaveLength(2);
  expect((await client.next("kpis")).rows).toHaveLength(1);
  const first = decodeFrame(await client.nextFrame("phones"));
  const later = decodeFrame(await client.nextFrame("phones"));
  expect(later.timeS).toBeGreaterThan(first.timeS);
  await client.nextFrame("pipeline");
  client.close();
});

test("shares one run between two clients, and pauses both sides", async () => {
  const one = await joinLive(server.port);
  const other = await joinLive(server.port);
  await other.next("run");
  one.say({ type: "speed", speed: 4 });
  expect((await other.next("run", (state) => state.speed === 4)).speed).toBe(4);
  one.say({ type: "play", playing: false });
  expect((await other.next("run", (state) => !state.playing)).playing).toBe(false);
  await other.next("pace", ({ ran, agent }) => ran === null && agent === null);
  other.forget();
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(other.frameCount()).toBe(0);
  const third = await joinLive(server.port);
  expect(await third.next("run")).toMatchObject({ playing: false, speed: 4 });
  one.say({ type: "play", playing: true });
  one.say({ type: "speed", speed: 1 });
  await other.nextFrame("phones");
  for (const client of [one, other, third]) client.close();
});

test("starts a side again when its arm changes, and leaves the other alone", async () => {
  const client = await joinLive(server.port);
  const before = await client.next("run");
  client.say({ type: "select", domain: "ran", arm: "cold" });
  const after = await client.next("run", ({ ran }) => ran.arm === "cold" && ran.status === "running");
  expect(after.ran.epoch).toBe(before.ran.epoch + 1);
  expect(after.agent.epoch).toBe(before.agent.epoch);
  client.close();
});

test("answers what it cannot use with a typed error and goes on listening", async () => {
  const client = await joinLive(server.port);
  client.raw("not json");
  expect((await client.next("error")).code).toBe("bad-json");
  client.raw('{"type":"speed","speed":-1}');
  expect((await client.next("error")).code).toBe("bad-message");
  client.raw(JSON.stringify({ type: "select", domain: "ran", arm: "x".repeat(5000) }));
  expect((await client.next("error")).code).toBe("message-too-large");
  client.raw(Buffer.from([1, 2, 3]));
  expect((await client.next("error")).code).toBe("bad-message");
  client.say({ type: "select", domain: "ran", arm: "pcb" });
  const unknown = await client.next("error");
  expect(unknown.code).toBe("unknown-arm");
  expect(unknown.message).toContain('did you mean "pca"?');
  client.say({ type: "select", domain: "agent", scenario: "nowhere" });
  expect((await client.next("error")).code).toBe("unknown-scenario");
  client.say({ type: "restart" });
  await client.next("ran-layout");
  client.close();
});

test("counts the bytes of a message, not its characters", async () => {
  const client = await joinLive(server.port);
  // 2,000 characters of three bytes each.
  client.raw(JSON.stringify({ type: "select", domain: "ran", arm: "\u20ac".repeat(2000) }));
  const error = await client.next("error");
  expect(error.code).toBe("message-too-large");
  expect(error.message).toMatch(/at most 4096 bytes, got 60\d\d$/);
  client.close();
});

test("runs on after a double click on Restart, and after restarts and selects in one breath", async () => {
  const client = await joinLive(server.port);
  for (let i = 0; i < 2; i++) client.say({ type: "restart" });
  for (const scenario of ["line", "crash", "refused", "line"]) {
    client.say({ type: "select", domain: "ran", scenario });
    client.say({ type: "restart" });
  }
  client.say({ type: "select", domain: "ran", arm: "cold" });
  // What was put together comes within the gate's period.
  await new Promise((resolve) => setTimeout(resolve, 400));
  client.forget();
  await client.nextFrame("phones");
  await client.nextFrame("pipeline");
  const late = await joinLive(server.port);
  expect(await late.next("run")).toMatchObject({
    ran: { scenario: "line", arm: "cold", status: "running", problem: null },
    agent: { status: "running", problem: null },
  });
  for (const each of [client, late]) each.close();
});

test.each([
  ["a reserved bit", Buffer.from([0xf1, 0x80, 0, 0, 0, 0])],
  ["an unknown opcode", Buffer.from([0x83, 0x80, 0, 0, 0, 0])],
  ["a frame without a mask", Buffer.from([0x81, 0x01, 0x61])],
  ["a ping that is too long", Buffer.from([0x89, 0xfe, 0x01, 0x00, 0, 0, 0, 0])],
  ["text that is not UTF-8", Buffer.from([0x81, 0x81, 0, 0, 0, 0, 0xff])],
  ["a length of 2^63 bytes", Buffer.from([0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])],
  ["noise", Buffer.from(Array.from({ length: 600 }, (_, i) => (i * 167 + 13) % 256))],
])("ends a connection that sends %s with a close frame, and serves the others", async (_, bytes) => {
  const other = await joinLive(server.port);
  const stream = connect(server.port, "127.0.0.1");
  stream.on("error", () => {});
  await once(stream, "connect");
  const heard: Buffer[] = [];
  stream.on("data", (data) => heard.push(data));
  const key = "dGhlIHNhbXBsZSBub25jZQ==";
  stream.write(
    `GET /live HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
  );
  await once(stream, "data");
  stream.write(bytes);
  const isClosed = (): boolean =>
    closeHexes.some((hex) => Buffer.concat(heard).toString("hex").includes(hex));
  while (!isClosed()) await once(stream, "data");
  other.forget();
  await other.nextFrame("phones");
  other.close();
  stream.destroy();
});

/** Close frames of a server without a reason (RFC 6455 section 5.5.1): 1002, 1007 and 1009. */
const closeHexes = ["880203ea", "880203ef", "880203f1"];

test("answers what is no HTTP with 400 and goes on", async () => {
  const stream = connect(server.port, "127.0.0.1");
  stream.on("error", () => {});
  await once(stream, "connect");
  stream.write("\x16\x03\x01 this is not HTTP\r\n\r\n");
  const [answer] = await once(stream, "data");
  expect(String(answer)).toMatch(/^HTTP\/1\.1 400 /);
  expect((await get("/")).status).toBe(200);
});

test("cuts off a client that sends nothing but garbage", async () => {
  const client = await joinLive(server.port);
  for (let i = 0; i < 20; i++) client.raw("garbage");
  expect(await client.closed).toBe(4002);
});

test("closes with 1009 on a message beyond the limit of the socket", async () => {
  const client = await joinLive(server.port);
  client.raw("x".repeat(100_000));
  expect(await client.closed).toBe(1009);
});

test("refuses another protocol version, and any request before the hello", async () => {
  const old = await joinLive(server.port, { hello: false });
  old.say({ type: "restart" });
  expect((await old.next("error")).code).toBe("hello-first");
  old.say({ type: "hello", protocol: PROTOCOL_VERSION + 1 });
  expect((await old.next("error")).code).toBe("protocol-version");
  expect(await old.closed).toBe(4001);
});

test.each([
  ["a foreign origin", { origin: "http://evil.example" }],
  ["the origin of another port", { origin: "http://127.0.0.1:1" }],
  ["an opaque origin", { origin: "null" }],
  ["a foreign name that points here", { host: "evil.example", origin: "http://evil.example" }],
])("refuses the socket to %s", async (_, headers) => {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/live`, { headers });
  const [error] = await once(socket, "error");
  expect(String(error)).toContain("403");
});

test("opens the socket to its own page", async () => {
  const origin = `http://127.0.0.1:${server.port}`;
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/live`, { headers: { origin } });
  await once(socket, "open");
  socket.terminate();
});

test("stands still without a client, and goes on with the next", async () => {
  const other = await serve({ port: 0, webFolder, workerEntry });
  const first = await joinLive(other.port);
  first.say({ type: "speed", speed: 20 });
  await first.nextFrame("phones");
  first.close();
  await first.closed;
  // A step may still be under way.
  await new Promise((resolve) => setTimeout(resolve, 300));
  const before = await joinLive(other.port);
  const { timeS } = decodeFrame(await before.nextFrame("phones"));
  before.close();
  await before.closed;
  await new Promise((resolve) => setTimeout(resolve, 1000));
  // One that says nothing is no watcher.
  const mute = await joinLive(other.port, { hello: false });
  await new Promise((resolve) => setTimeout(resolve, 500));
  const after = await joinLive(other.port);
  const stood = decodeFrame(await after.nextFrame("phones"));
  // Twenty times 1.5 s would be 30 s; what the two joins let pass is far less.
  expect(stood.timeS - timeS).toBeLessThan(15);
  const later = decodeFrame(await after.nextFrame("phones"));
  expect(later.timeS).toBeGreaterThan(stood.timeS);
  for (const each of [mute, after]) each.close();
  await other.close();
});

test("leaves frames out for a client that does not read, and keeps its own memory", async () => {
  const slow = await joinLive(server.port);
  slow.pause();
  const quick = await joinLive(server.port);
  for (let i = 0; i < 5; i++) await quick.nextFrame("phones");
  slow.resume();
  await slow.nextFrame("phones");
  slow.close();
  quick.close();
});

test("says clearly when a simulator dies, and starts it anew on restart", async () => {
  const client = await joinLive(server.port);
  client.say({ type: "select", domain: "ran", scenario: "crash" });
  const error = await client.next("error");
  expect(error).toMatchObject({ code: "simulator-stopped", domain: "ran" });
  expect(error.message).toContain("the fake has crashed");
  await client.nextFrame("pipeline");
  client.say({ type: "select", domain: "ran", scenario: "line" });
  await client.next("run", ({ ran }) => ran.scenario === "line" && ran.status === "running");
  client.forget();
  await client.nextFrame("phones");
  client.close();
});

test("stops a side whose simulator refuses the choice, and one whose rows are of the other domain", async () => {
  const client = await joinLive(server.port);
  client.say({ type: "select", domain: "ran", scenario: "refused" });
  const refused = await client.next("run", ({ ran }) => ran.status === "stopped");
  expect(refused.ran.problem).toBe("scenario: expected another, got refused");
  client.say({ type: "select", domain: "ran", scenario: "mixed" });
  const mixed = await client.next("run", ({ ran }) => ran.scenario === "mixed" && ran.status === "stopped");
  expect(mixed.ran.problem).toContain('is of domain "agent" and cannot be shown as "ran"');
  client.say({ type: "select", domain: "ran", scenario: "line" });
  await client.next("run", ({ ran }) => ran.scenario === "line" && ran.status === "running");
  client.close();
});

test("refuses a port that is taken with one clear line", async () => {
  const attempt = serve({ port: server.port, webFolder, workerEntry });
  await expect(attempt).rejects.toThrow(BadInputError);
  await expect(attempt).rejects.toMatchObject({ code: "port-in-use" });
});

test("refuses an address that is none of this machine with one clear line", async () => {
  const attempt = serve({ port: 0, host: "192.0.2.1", webFolder, workerEntry });
  await expect(attempt).rejects.toMatchObject({ code: "bad-flag" });
  await expect(attempt).rejects.toThrow(/^flag --host: expected an address .* got "192\.0\.2\.1"/);
});

test("asks for a random token where others can reach it, and prints the address with it", async () => {
  const open = await serve({ port: 0, host: "0.0.0.0", webFolder, workerEntry });
  const { searchParams, pathname } = new URL(open.url);
  expect([searchParams.get("token")?.length, pathname]).toEqual([22, "/"]);
  expect((await fetch(`http://127.0.0.1:${open.port}/`)).status).toBe(401);
  const headers = { authorization: `Bearer ${searchParams.get("token")}` };
  expect((await fetch(`http://127.0.0.1:${open.port}/`, { headers })).status).toBe(200);
  await open.close();
});

test("serves the page compressed to those who can read it", async () => {
  const plain = await get("/");
  expect(plain.headers["content-encoding"]).toBeUndefined();
  const packed = await get("/", { "accept-encoding": "br, gzip" });
  expect(packed.headers["content-encoding"]).toBe("gzip");
  expect((await get("/", { "accept-encoding": "gzip;q=0" })).headers["content-encoding"]).toBeUndefined();
});

test("tells its health", async () => {
  expect((await get("/healthz")).status).toBe(200);
  expect((await get("/healthz", { host: "evil.example" })).status).toBe(403);
});

test("tells Prometheus its viewers, what it sent and refused, and the pace of both sides", async () => {
  const client = await joinLive(server.port);
  client.raw("not json");
  await client.next("pace", ({ ran, agent }) => ran !== null && agent !== null);
  const { text, type } = await metrics(server.port);
  client.close();
  expect(type).toBe("text/plain; version=0.0.4; charset=utf-8");
  const value = (sample: string): number =>
    Number(
      text
        .split("\n")
        .find((line) => line.startsWith(`${sample} `))
        ?.slice(sample.length),
    );
  expect(value("baton_viewers")).toBeGreaterThanOrEqual(1);
  expect(value("baton_frames_sent_total")).toBeGreaterThan(1);
  expect(value('baton_refused_messages_total{code="bad-json"}')).toBeGreaterThanOrEqual(1);
  expect(value('baton_simulated_seconds_per_second{domain="ran"}')).toBeGreaterThan(0);
  expect(value('baton_side_running{domain="agent"}')).toBe(1);
  expect(value("process_cpu_seconds_total")).toBeGreaterThan(0);
  // Every sample has its HELP and TYPE.
  for (const line of text
    .trimEnd()
    .split("\n")
    .filter((each) => !each.startsWith("#"))) {
    const name = line.split(/[ {]/)[0];
    expect(text).toMatch(new RegExp(`^# HELP ${name} .+\\n# TYPE ${name} (counter|gauge)$`, "m"));
  }
});

test("serves the page, and nothing outside its folder", async () => {
  const page = await get("/");
  expect(page.status).toBe(200);
  expect(page.headers["content-security-policy"]).toContain("default-src 'none'");
  expect(page.headers["x-content-type-options"]).toBe("nosniff");
  expect((await get("/../../package.json")).status).toBe(404);
  expect((await get("/%2e%2e/%2e%2e/package.json")).status).toBe(404);
  expect((await get("/", { host: "evil.example" })).status).toBe(403);
});

test("closes cleanly while clients are connected, and frees the port", async () => {
  const other = await serve({ port: 0, webFolder, workerEntry });
  const client = await joinLive(other.port);
  await client.next("welcome");
  const idle = connect(other.port, "127.0.0.1");
  await once(idle, "connect");
  idle.on("error", () => {});
  await other.close();
  expect(await client.closed).toBe(1001);
  const again = await serve({ port: other.port, webFolder, workerEntry });
  await again.close();
});

async function metrics(port: number): Promise<{ text: string; type: string | null }> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  return { text: await response.text(), type: response.headers.get("content-type") };
}

function get(path: string, headers: Record<string, string> = {}) {
  return new Promise<{ status: number; headers: Record<string, unknown> }>((resolve, reject) => {
    request({ port: server.port, host: "127.0.0.1", path, headers }, (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0, headers: response.headers });
    })
      .on("error", reject)
      .end();
  });
}
