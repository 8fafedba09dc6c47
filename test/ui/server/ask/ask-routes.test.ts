import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type AskAnswer,
  askAnswerSchema,
  askErrorSchema,
  askOfferSchema,
  type PhoneAnswer,
  phoneAnswerSchema,
} from "../../../../ui/ask-protocol.ts";
import { longestLine } from "../../../../ui/server/ask/desk.ts";
import { type RunningServer, serve } from "../../../../ui/server/serve.ts";

const webFolder = mkdtempSync(join(tmpdir(), "baton-ask-"));
writeFileSync(join(webFolder, "index.html"), "<!doctype html><title>Baton</title>");

let server: RunningServer;
beforeAll(async () => {
  // The simulators are not asked here; the threads that answer are the real ones.
  const workerEntry = new URL("../../../support/fake-worker.js", import.meta.url);
  server = await serve({ port: 0, webFolder, workerEntry });
});
afterAll(async () => {
  await server.close();
  rmSync(webFolder, { recursive: true });
});

const facts = [
  { name: "alder", attribute: "badge", value: "amber" },
  { name: "heron", attribute: "colour", value: "teal" },
  { name: "osprey", attribute: "harbour", value: "slate" },
  { name: "birch", attribute: "partner", value: "heron" },
];
const good = { facts, question: "badge of alder ?", bytes: 128 };

interface Reply {
  readonly status: number;
  readonly json: unknown;
}

function send(
  path: string,
  options: { readonly method?: string; readonly body?: string; readonly headers?: Record<string, string> },
): Promise<Reply> {
  const { method = "POST", body = "", headers = {} } = options;
  return new Promise((resolve, reject) => {
    const sent = request({ port: server.port, path, method, headers }, (response) => {
      let text = "";
      response.on("data", (part) => {
        text += part;
      });
      response.on("end", () => {
        const isJson = response.headers["content-type"]?.startsWith("application/json") === true;
        resolve({ status: response.statusCode ?? 0, json: isJson ? JSON.parse(text) : text });
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
const post = (value: unknown, path = "/api/ask"): Promise<Reply> =>
  send(path, { body: JSON.stringify(value) });
async function ask(value: unknown): Promise<AskAnswer> {
  const { status, json } = await post(value);
  expect(status, JSON.stringify(json)).toBe(200);
  return askAnswerSchema.parse(json);
}
async function askPhone(value: unknown): Promise<PhoneAnswer> {
  const { status, json } = await post(value, "/api/ask/phone");
  expect(status, JSON.stringify(json)).toBe(200);
  return phoneAnswerSchema.parse(json);
}
async function refusal(value: unknown, path?: string): Promise<string> {
  const { status, json } = await post(value, path);
  const { code, message } = askErrorSchema.parse(json).error;
  return `${status} ${code}: ${message}`;
}
const receiver = (answer: AskAnswer, arm: string) => {
  const found = answer.receivers.find((one) => one.arm === arm);
  if (found === undefined) throw new RangeError(`no receiver ${arm}`);
  return found;
};

test("says what can be asked: the decoder's words, the trained sizes, and how often each was right", async () => {
  const { status, json } = await send("/api/ask", { method: "GET" });
  expect(status).toBe(200);
  const offer = askOfferSchema.parse(json);
  expect(offer.names).toHaveLength(16);
  expect(offer.bytes).toEqual([8, 16, 32, 64, 128, 256, 512]);
  const of = (bytes: number) =>
    offer.figures.find(
      (row) => row.arm === "latent" && row.role === "retriever" && row.facts === 4 && row.bytes === bytes,
    );
  // agent-sim/language-model/README.md: `attention` s1, four facts, 128 bytes.
  expect(of(128)?.value).toBeCloseTo(0.95, 2);
  expect(of(128)?.another).toBeCloseTo(0.03, 2);
  expect(of(8)?.value).toBeLessThan(0.15);
});

test("the sender reads four facts, 128 bytes of memory cross, and the receiver answers; a stranger's memory answers for the stranger", async () => {
  const answer = await ask(good);
  expect(answer.document.text).toContain("badge");
  expect(answer.question).toMatchObject({ words: "badge of alder ?", expected: "amber" });
  expect(receiver(answer, "cold")).toMatchObject({ sent: null, isRight: false, end: { ends: "lost" } });
  expect(receiver(answer, "text")).toMatchObject({
    isRight: true,
    answer: "amber",
    end: { ends: "restored" },
  });
  expect(receiver(answer, "text").rereadTokens).toBeGreaterThan(answer.document.tokens);
  const latent = receiver(answer, "latent");
  expect(latent).toMatchObject({
    isRight: true,
    answer: "amber",
    rereadTokens: 0,
    end: { ends: "restored" },
  });
  expect(latent.sent).toMatchObject({ contentBytes: 128, payloadHeaderBytes: 24 });
  expect(latent.sent?.hex).toHaveLength(2 * (latent.sent?.bytes ?? 0));
  // Magic numbers of the message, and of the payload in it.
  expect(latent.sent?.hex).toMatch(/^424d.*4254/);
  expect(latent.beliefs.map((one) => one?.isRight ?? null)).toEqual([true, true, true, null]);
  const stranger = receiver(answer, "another");
  expect(stranger).toMatchObject({ isRight: false, end: { ends: "lost", because: "standIn" } });
  expect(stranger.sent?.bytes).toBe(latent.sent?.bytes);
  expect(stranger.answer).toBe(answer.stranger.answer);
  expect(answer.stranger.facts.map(({ name, attribute }) => `${attribute} of ${name}`)).toEqual(
    facts.map(({ name, attribute }) => `${attribute} of ${name}`),
  );
});

test("answers again alike, to the byte; times alone differ", async () => {
  const untimed = ({ sender, receivers, ...rest }: AskAnswer) => ({
    ...rest,
    cacheBytes: sender.cacheBytes,
    receivers: receivers.map(({ firstTokenMs: _, ...one }) => one),
  });
  expect(untimed(await ask(good))).toEqual(untimed(await ask(good)));
});

test("asks who has a value, and for the value of a partner", async () => {
  expect((await ask({ ...good, question: "who has badge amber" })).question).toMatchObject({
    role: "planner",
    expected: "alder",
  });
  const twoHops = await ask({ ...good, question: "colour of partner of birch?" });
  expect(twoHops.question).toMatchObject({ role: "reasoner", expected: "teal" });
  expect(receiver(twoHops, "text").isRight).toBe(true);
});

test("a phone after one handover: what the new cell believed behind each memory, against the truth", async () => {
  const answer = await askPhone({ seed: 1, bytes: 128 });
  expect(answer.moments.map(({ afterMs }) => afterMs)).toEqual([0, 60, 260, 500]);
  const [cold, latent, another] = answer.arms.map(
    (_, arm) => answer.all.filter((moments) => moments[1][arm]).length / answer.all.length,
  );
  expect(answer.arms.map(({ hex }) => hex?.length ?? 0)).toEqual([0, 304, 304, 0]);
  expect(answer.arms[1].hex).not.toBe(answer.arms[2].hex);
  // It opens with a handover in which the own latent is right and a stranger's is not.
  expect(answer.moments[1].beliefs[1].isRight).toBe(true);
  expect(answer.moments[1].beliefs[2].isRight).toBe(false);
  // Of all handovers of this world (simulated; 27 of them): the own memory names the right cell oftener than either.
  expect(latent).toBeGreaterThan(cold);
  expect(latent).toBeGreaterThan(another);
  expect((await askPhone({ seed: 1, bytes: 512, handover: 2 })).bytes).toBe(256);
});

test("refuses what it cannot use with one line that says why", async () => {
  const withFact = (fact: object) => ({ ...good, facts: [...facts, fact] });
  const cases: [unknown, RegExp][] = [
    [
      withFact({ name: "aldr", attribute: "badge", value: "amber" }),
      /^400 unknown-word: facts\[4\].name: .*did you mean "alder"/,
    ],
    [
      withFact({ name: "alder", attribute: "colour", value: "tiger" }),
      /^400 unknown-word: facts\[4\].value: .*got "tiger"/,
    ],
    [withFact(facts[0]), /^400 bad-facts: facts\[4\]: expected each thing once/],
    [withFact({ name: "cedar", attribute: "partner", value: "cedar" }), /^400 bad-facts: .*somebody else/],
    [{ ...good, facts: [] }, /^400 bad-facts: facts: expected 1 to 16 facts, got 0/],
    [{ ...good, facts: [facts[3]] }, /^400 bad-facts: .*partners alone/],
    [
      { ...good, facts: Array.from({ length: 17 }, () => facts[0]) },
      /^400 bad-facts: facts: expected 1 to 16 facts, got 17/,
    ],
    [
      { ...good, question: "badge of cedar ?" },
      /^400 unknown-question: question: expected one that these facts answer/,
    ],
    [{ ...good, bytes: 100 }, /^400 bad-parameter: bytes: expected one of 8, 16, 32/],
    [{ ...good, bytes: 128.5 }, /^400 bad-request: body, bytes/],
    [{ ...good, extra: 1 }, /^400 bad-request: body: expected one of the keys facts, question, bytes/],
    [null, /^400 bad-request: body/],
    [[], /^400 bad-request: body/],
    ["offer", /^400 bad-request: body/],
    [{ type: "offer" }, /^400 bad-request: body/],
  ];
  for (const [body, line] of cases) expect(await refusal(body)).toMatch(line);
  const phone = "/api/ask/phone";
  expect(await refusal({ seed: 0, bytes: 128 }, phone)).toMatch(/^400 bad-request: body, seed/);
  expect(await refusal({ seed: 1, bytes: 100 }, phone)).toMatch(
    /^400 bad-parameter: bytes: expected one of 8/,
  );
  expect(await refusal({ seed: 1, bytes: 128, handover: 999 }, phone)).toMatch(
    /^400 bad-parameter: handover/,
  );
});

test("refuses a body that is too large, no JSON, of another page or method, or under a foreign name", async () => {
  const bodies: [string, string][] = [
    [" ".repeat(5000), "413 body-too-large"],
    [JSON.stringify({ ...good, question: "x".repeat(100_000) }), "413 body-too-large"],
    ["{", "400 bad-json"],
    ["", "400 bad-json"],
    ["\u0000\u0001", "400 bad-json"],
  ];
  for (const [body, expected] of bodies) {
    const { status, json } = await send("/api/ask", { body });
    expect(`${status} ${askErrorSchema.parse(json).error.code}`).toBe(expected);
  }
  const body = JSON.stringify(good);
  const from = (origin: string) => send("/api/ask", { body, headers: { Origin: origin } });
  expect((await from("http://evil.example")).status).toBe(403);
  expect((await from("null")).status).toBe(403);
  expect((await from(`http://localhost:${server.port}`)).status).toBe(200);
  expect((await send("/api/ask", { body, headers: { Host: "evil.example" } })).status).toBe(403);
  expect((await send("/api/ask", { method: "PUT", body })).status).toBe(405);
  expect((await send("/api/ask/phone", { method: "GET" })).status).toBe(405);
});

test("random JSON is refused, never answered with a fault", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.json(),
        fc.json().map((json) => `{"facts":${json},"question":"badge of alder ?","bytes":128}`),
      ),
      async (body) => {
        const { status } = await send("/api/ask", { body });
        expect([400, 413]).toContain(status);
      },
    ),
    { seed: 20_261, numRuns: 40 },
  );
  expect((await ask(good)).question.expected).toBe("amber");
});

test("a flood is answered in part and refused in part, and whoever comes after it is answered", async () => {
  const replies = await Promise.all(Array.from({ length: 60 }, () => post(good)));
  const answered = replies.filter(({ status }) => status === 200);
  const busy = replies.filter(({ status }) => status === 503);
  expect(answered.length + busy.length).toBe(60);
  expect(answered.length).toBeGreaterThanOrEqual(longestLine);
  expect(busy.length).toBeGreaterThan(0);
  expect(askErrorSchema.parse(busy[0].json).error.code).toBe("busy");
  expect((await ask(good)).question.expected).toBe("amber");
});
