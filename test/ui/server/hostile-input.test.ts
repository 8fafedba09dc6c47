/** What a broken or hostile program may send: each is refused with a reason, and the run goes on for everybody else. */
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { errorCodes, PROTOCOL_VERSION, type ServerMessage } from "../../../ui/protocol.ts";
import { type RunningServer, serve } from "../../../ui/server/serve.ts";
import { joinLive } from "../../support/live-test-client.ts";

const folder = mkdtempSync(join(tmpdir(), "baton-hostile-"));
writeFileSync(join(folder, "index.html"), "<!doctype html><title>Baton</title>");
const workerEntry = new URL("../../support/fake-worker.js", import.meta.url);
const token = "only-for-this-test-0";

let server: RunningServer;
let guarded: RunningServer;
/** One that does nothing wrong, and must go on hearing frames whatever the others do. */
let witness: Awaited<ReturnType<typeof joinLive>>;
beforeAll(async () => {
  server = await serve({ port: 0, webFolder: folder, workerEntry });
  guarded = await serve({ port: 0, webFolder: folder, workerEntry, token });
  witness = await joinLive(server.port);
});
afterAll(async () => {
  witness.close();
  await Promise.all([server.close(), guarded.close()]);
  rmSync(folder, { recursive: true });
});

async function expectUnharmed(): Promise<void> {
  witness.forget();
  await witness.nextFrame("phones");
  await witness.nextFrame("pipeline");
  expect(JSON.parse((await get(server, "/healthz")).body)).toMatchObject({
    status: "ok",
    ran: { status: "running" },
    agent: { status: "running" },
  });
}

test("outlives random bytes, cut off anywhere, on a socket that has been opened", async () => {
  const bytes = fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 300 }), maskedFrame());
  await fc.assert(
    fc.asyncProperty(fc.array(bytes, { minLength: 1, maxLength: 4 }), fc.nat(300), async (parts, cut) => {
      const stream = await upgraded(server.port);
      stream.write(Buffer.concat(parts).subarray(0, cut));
      await new Promise((resolve) => setTimeout(resolve, 5));
      stream.destroy();
    }),
    { seed: 37, numRuns: 60 },
  );
  await expectUnharmed();
});

test("answers random JSON, and commands with random values, by codes of the protocol only", async () => {
  const values = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom("__proto__", "constructor", 1e308));
  const command = fc.record({
    type: fc.oneof(
      fc.constantFrom("hello", "play", "speed", "select", "seed", "restart", "step"),
      fc.string(),
    ),
    domain: fc.oneof(fc.constantFrom("ran", "agent"), values),
    scenario: values,
    arm: values,
    arms: values,
    speed: values,
    seed: values,
  });
  const said = fc.sample(
    fc.oneof(fc.jsonValue({ maxDepth: 4 }), command, fc.dictionary(fc.string(), values)),
    { seed: 37, numRuns: 300 },
  );
  for (let from = 0; from < said.length; from += 15) {
    const client = await joinLive(server.port);
    const batch = said.slice(from, from + 15);
    for (const value of batch) client.raw(JSON.stringify(value) ?? "");
    for (let i = 0; i < batch.length; i++) {
      const { code } = await client.next("error");
      expect(errorCodes.filter((each) => each !== "simulator-stopped")).toContain(code);
    }
    client.close();
  }
  await expectUnharmed();
});

test("closes with 1009 on what is short when packed and long when unpacked", async () => {
  const packed = deflateRawSync(Buffer.alloc(50 << 20), { level: 9 });
  const stream = await upgraded(server.port, "Sec-WebSocket-Extensions: permessage-deflate\r\n");
  const heard: Buffer[] = [];
  stream.on("data", (data) => heard.push(data));
  stream.write(frameOf(packed, { isPacked: true }));
  const isClosed = (): boolean => Buffer.concat(heard).toString("hex").includes("880203f1");
  while (!isClosed()) await once(stream, "data");
  stream.destroy();
  await expectUnharmed();
});

test("does a few of ten thousand commands a second, hears the last, and refuses ten thousand that are none", async () => {
  const eager = await joinLive(server.port);
  await eager.next("run");
  for (let i = 0; i < 10_000; i++) eager.say({ type: "speed", speed: i === 9999 ? 4 : 1 + (i % 10) });
  await witness.next("run", ({ speed }) => speed === 4);
  await new Promise((resolve) => setTimeout(resolve, 300));
  // One state for each command that was done: the gate does one every 100 ms.
  let states = 0;
  for (const { speed } of eager.heard().filter((item): item is RunState => item.type === "run")) {
    expect(speed).toBeLessThanOrEqual(10);
    states++;
  }
  expect(states).toBeGreaterThan(0);
  expect(states).toBeLessThan(200);
  eager.say({ type: "speed", speed: 2 });
  eager.close();
  const garbled = await joinLive(server.port);
  for (let i = 0; i < 10_000; i++) garbled.raw("garbage");
  expect(await garbled.closed).toBe(4002);
  const metrics = (await get(server, "/metrics")).body;
  expect(metrics).toMatch(/^baton_refused_messages_total\{code="bad-json"\} \d+$/m);
  await expectUnharmed();
});

type RunState = Extract<ServerMessage, { type: "run" }>;

test.each([
  "/../../../../etc/passwd",
  "/..%2f..%2f..%2fetc/passwd",
  "/%2e%2e/%2e%2e/package.json",
  "/....//....//package.json",
  "/assets/../../package.json",
  "/handoff/../../package.json",
  "/index.html\0.png",
  "/%00",
  "\\..\\..\\package.json",
  "http://evil.example/",
  "/docs/../package.json",
])("has no file at %j", async (path) => {
  const answer = await rawGet(server.port, path);
  expect(answer).toMatch(/^HTTP\/1\.1 (404|400) /);
  expect(answer).not.toContain("root:");
});

test("refuses another version, a foreign Origin, a foreign Host", async () => {
  const old = await joinLive(server.port, { hello: false });
  old.raw(JSON.stringify({ type: "hello", protocol: PROTOCOL_VERSION - 1 }));
  expect(await old.closed).toBe(4001);
  expect(await upgradeStatus(server.port, "/live", { origin: "http://evil.example" })).toBe(403);
  expect(await upgradeStatus(server.port, "/live", { host: "evil.example" })).toBe(403);
  expect((await get(server, "/metrics", { host: "evil.example" })).status).toBe(403);
});

test("answers a header that is too long with 431", async () => {
  expect((await get(server, "/", { cookie: "x".repeat(20_000) })).status).toBe(431);
});

test.each(["/", "/index.html", "/live", "/metrics", "/docs/guide.md", "/api/none", "/?token=wrong-one"])(
  "refuses %s without the token, and the socket too",
  async (path) => {
    const { status, body } = await get(guarded, path);
    expect([status, body.includes("<title>")]).toEqual([401, false]);
    expect(await upgradeStatus(guarded.port, "/live", {})).toBe(401);
    expect(await upgradeStatus(guarded.port, "/live?token=wrong", {})).toBe(401);
  },
);

test("tells its health without the token, and no more than that", async () => {
  const { status, body } = await get(guarded, "/healthz");
  expect([status, Object.keys(JSON.parse(body))]).toEqual([200, ["status", "ran", "agent"]]);
});

test("opens page and socket from the printed address on, by a cookie that scripts cannot read", async () => {
  expect(guarded.url).toBe(`http://127.0.0.1:${guarded.port}/?token=${token}`);
  const first = await get(guarded, `/drop?token=${token}`);
  expect([first.status, first.headers.location]).toEqual([303, "/drop"]);
  const [kept] = first.headers["set-cookie"] as string[];
  expect(kept).toContain("HttpOnly");
  const cookie = kept.split(";")[0];
  expect((await get(guarded, "/drop", { cookie })).status).toBe(200);
  expect(await upgradeStatus(guarded.port, "/live", { cookie })).toBe(101);
  expect(await upgradeStatus(guarded.port, "/live", { cookie, origin: "http://evil.example" })).toBe(403);
});

/** A frame that is well formed at its head, with any opcode and flags, and random content. */
function maskedFrame(): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(fc.nat(255), fc.uint8Array({ maxLength: 100 }))
    .map(([head, body]) => Uint8Array.of(head, 0x80 | body.length, 0, 0, 0, 0, ...body));
}

/** Returns one text message in a frame with a mask of zeros (RFC 6455 section 5.2). */
function frameOf(body: Buffer, { isPacked }: { isPacked: boolean }): Buffer {
  const head = Buffer.alloc(14);
  head[0] = isPacked ? 0xc1 : 0x81;
  head[1] = 0x80 | 127;
  head.writeBigUInt64BE(BigInt(body.length), 2);
  return Buffer.concat([head, body]);
}

async function upgraded(port: number, headers = ""): Promise<Socket> {
  const stream = connect(port, "127.0.0.1");
  stream.on("error", () => {});
  await once(stream, "connect");
  stream.write(
    `GET /live HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${headers}\r\n`,
  );
  await once(stream, "data");
  return stream;
}

function upgradeStatus(port: number, path: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
    socket.on("unexpected-response", (_, { statusCode }) => {
      resolve(statusCode ?? 0);
      socket.terminate();
    });
    socket.on("error", () => {});
    socket.on("open", () => {
      resolve(101);
      socket.terminate();
    });
  });
}

/** Asks for a path that no HTTP library would send as it is. */
async function rawGet(port: number, path: string): Promise<string> {
  const stream = connect(port, "127.0.0.1");
  stream.on("error", () => {});
  await once(stream, "connect");
  stream.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`);
  let answer = "";
  for await (const part of stream) answer += part;
  return answer;
}

function get(
  { port }: RunningServer,
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: Record<string, unknown>; body: string }> {
  return new Promise((resolve, reject) => {
    request({ port, host: "127.0.0.1", path, headers }, async (response) => {
      let body = "";
      for await (const part of response) body += part;
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
    })
      .on("error", reject)
      .end();
  });
}
