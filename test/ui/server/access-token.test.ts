import type { IncomingMessage } from "node:http";
import { expect, test } from "vitest";
import {
  accessOf,
  isLoopback,
  randomToken,
  reachableName,
  requireToken,
} from "../../../ui/server/access-token.ts";

const token = "a-token-of-20-letters";
const ask = (url: string, headers: Record<string, string> = {}, method = "GET") =>
  accessOf({ url, headers, method } as unknown as IncomingMessage, token, 4173);

test("asks for nothing where there is no token", () => {
  const request = { url: "/", headers: {}, method: "GET" } as unknown as IncomingMessage;
  expect(accessOf(request, null, 4173)).toEqual({ is: "granted" });
});

test.each([
  ["no token", "/", {}],
  ["a wrong token", "/?token=a-token-of-20-lettert", {}],
  ["an empty token", "/?token=", {}],
  ["the cookie of another port", "/", { cookie: `baton-token-4174=${token}` }],
  ["a wrong cookie", "/", { cookie: "baton-token-4173=x" }],
  ["a wrong bearer", "/metrics", { authorization: "Bearer x" }],
  ["the token by another scheme", "/metrics", { authorization: `Basic ${token}` }],
])("refuses %s", (_, url, headers) => {
  expect(ask(url, headers)).toEqual({ is: "refused" });
});

test("answers the printed address with a cookie and the same address without the token", () => {
  expect(ask(`/live?ran=walk&token=${token}&agent=facts`)).toEqual({
    is: "introduced",
    location: "/live?ran=walk&agent=facts",
    cookie: `baton-token-4173=${token}; Path=/; HttpOnly; SameSite=Lax`,
  });
  expect(ask("/", { cookie: `other=1; baton-token-4173=${token}` })).toEqual({ is: "granted" });
});

test.each(["//evil.example/", "/\\evil.example/", "///evil.example/", "\\\\evil.example/"])(
  "never sends %s to another server",
  (path) => {
    expect(ask(`${path}?token=${token}`)).toMatchObject({ location: "/evil.example/" });
  },
);

test("takes the token in the address of a socket, and as a bearer's", () => {
  expect(ask(`/live?token=${token}`, { upgrade: "websocket" })).toEqual({ is: "granted" });
  expect(ask("/metrics", { authorization: `Bearer ${token}` })).toEqual({ is: "granted" });
});

test("makes tokens that it takes itself, each another", () => {
  const one = randomToken();
  expect(() => requireToken(one)).not.toThrow();
  expect(randomToken()).not.toBe(one);
});

test.each(["short", "a token with spaces in it", "x".repeat(201), ""])("takes no token %j", (text) => {
  expect(() => requireToken(text)).toThrow(/^flag --token: expected 16 to 200 letters/);
});

test("tells what only this machine can reach", () => {
  expect(["127.0.0.1", "127.9.9.9", "::1", "localhost"].every(isLoopback)).toBe(true);
  expect(["0.0.0.0", "::", "192.168.1.2", "box.lan", "127.evil.example"].some(isLoopback)).toBe(false);
});

test("names an address for a server that is bound to all of them", () => {
  expect(reachableName("box.lan")).toBe("box.lan");
  expect(reachableName("0.0.0.0")).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
  expect(reachableName("0.0.0.0")).not.toBe("0.0.0.0");
});
