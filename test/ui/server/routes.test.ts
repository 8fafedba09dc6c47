import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { BadInputError } from "#core";
import { createRoutes, HttpRefusal, readJson, sendJson } from "../../../ui/server/routes.ts";

const answerRoute = createRoutes(
  [
    {
      method: "POST",
      path: "/api/echo",
      answer: async (request, response) => sendJson(response, 200, await readJson(request, 100)),
    },
    {
      method: "GET",
      path: "/api/bad",
      answer: () => {
        throw new BadInputError("bad-parameter", { subject: "speed", expected: "a number", got: "ten" });
      },
    },
    {
      method: "GET",
      path: "/api/gone",
      answer: () => Promise.reject(new HttpRefusal(410, "gone", "it went")),
    },
    {
      method: "GET",
      path: "/api/fault",
      answer: () => {
        throw new TypeError("a fault of ours");
      },
    },
  ],
  "127.0.0.1",
);
const server = createServer((incoming, response) => {
  if (!answerRoute(incoming, response)) response.writeHead(404).end("other");
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

test("leaves paths that are none of its own to others, and reads no query as path", async () => {
  expect(await ask("GET", "/api/echoes")).toMatchObject({ status: 404, body: "other" });
  expect((await ask("POST", "/api/echo?a=1", { body: "{}" })).status).toBe(200);
});

test("hands the body on as JSON and forbids that an answer is kept or framed", async () => {
  const { status, headers, body } = await ask("POST", "/api/echo", { body: '{"facts":4}' });
  expect([status, body]).toEqual([200, '{"facts":4}\n']);
  expect(headers).toMatchObject({ "cache-control": "no-store", "x-content-type-options": "nosniff" });
});

test.each([
  ["a body that is too long", { body: `"${"x".repeat(200)}"` }, 413, "body-too-large"],
  ["a body that is no JSON", { body: "{" }, 400, "bad-json"],
  [
    "a page of another origin",
    { body: "{}", headers: { origin: "http://evil.example" } },
    403,
    "foreign-origin",
  ],
])("refuses %s", async (_, options, status, code) => {
  const answered = await ask("POST", "/api/echo", options);
  expect([answered.status, JSON.parse(answered.body).error.code]).toEqual([status, code]);
});

test("answers another method with 405 and says which there is", async () => {
  const { status, headers } = await ask("GET", "/api/echo");
  expect([status, headers.allow]).toEqual([405, "POST"]);
});

test("answers bad input word for word, a refusal by its status, and a fault without its text", async () => {
  const fault = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const bad = await ask("GET", "/api/bad");
  expect([bad.status, JSON.parse(bad.body).error]).toEqual([
    400,
    { code: "bad-parameter", message: "speed: expected a number, got ten" },
  ]);
  expect((await ask("GET", "/api/gone")).status).toBe(410);
  const { status, body } = await ask("GET", "/api/fault");
  expect(fault.mock.calls.join()).toContain("a fault of ours");
  fault.mockRestore();
  expect([status, body.includes("a fault of ours")]).toEqual([500, false]);
});

function ask(
  method: string,
  path: string,
  { body = "", headers = {} }: { body?: string; headers?: Record<string, string> } = {},
): Promise<{ status: number; headers: Record<string, unknown>; body: string }> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    request({ port, host: "127.0.0.1", method, path, headers }, async (response) => {
      let text = "";
      for await (const part of response) text += part;
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
    })
      .on("error", reject)
      .end(body);
  });
}
