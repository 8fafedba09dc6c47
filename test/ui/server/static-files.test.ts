import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packFiles } from "../../../ui/server/pack-files.ts";
import { readStaticFiles, respond, type StaticFiles } from "../../../ui/server/static-files.ts";

const folder = mkdtempSync(join(tmpdir(), "baton-static-"));
let files: StaticFiles;
beforeAll(() => {
  mkdirSync(join(folder, "page", "assets"), { recursive: true });
  writeFileSync(join(folder, "secret.txt"), "secret");
  writeFileSync(join(folder, "page", ".built-from"), "hash");
  writeFileSync(join(folder, "page", "index.html"), "<!doctype html>");
  writeFileSync(join(folder, "page", "assets", "index-abc.js"), "run()");
  writeFileSync(join(folder, "page", "assets", "long-abc.js"), "run();".repeat(500));
  packFiles(join(folder, "page"));
  files = readStaticFiles(join(folder, "page"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const get = (path: string, ifNoneMatch?: string) => respond(files, { method: "GET", path, ifNoneMatch });

test("keeps hashed files for ever and asks for the page again each time", () => {
  expect(get("/assets/index-abc.js").headers["Cache-Control"]).toContain("immutable");
  expect(get("/").headers["Cache-Control"]).toBe("no-cache");
  expect(get("/?a=1").status).toBe(200);
});

test("answers 304 when the browser has the file already", () => {
  const { ETag } = get("/").headers;
  expect(get("/", ETag)).toMatchObject({ status: 304, body: "" });
});

test("knows the browser's file among several, and by weak comparison", () => {
  const { ETag } = get("/").headers;
  expect(get("/", `"other", ${ETag.replace("W/", "")}`).status).toBe(304);
  expect(get("/", '"other"').status).toBe(200);
});

test("sends what was packed at the build to those who read it, under one ETag, and tells caches apart", () => {
  const packed = (acceptEncoding: string) =>
    respond(files, { method: "GET", path: "/assets/long-abc.js", acceptEncoding });
  const body = "run();".repeat(500);
  const br = packed("gzip, deflate, br");
  expect([br.headers["Content-Encoding"], String(brotliDecompressSync(br.body as Buffer))]).toEqual([
    "br",
    body,
  ]);
  const gzip = packed("gzip, br;q=0.5");
  expect([gzip.headers["Content-Encoding"], String(gunzipSync(gzip.body as Buffer))]).toEqual(["gzip", body]);
  const plain = packed("identity");
  expect([plain.headers["Content-Encoding"], String(plain.body)]).toEqual([undefined, body]);
  for (const { headers } of [br, gzip, plain]) {
    expect(headers).toMatchObject({ Vary: "Accept-Encoding", ETag: br.headers.ETag });
  }
  expect(get("/assets/long-abc.js.br").status).toBe(404);
});

test("sends no body to HEAD and refuses other methods", () => {
  expect(respond(files, { method: "HEAD", path: "/" })).toMatchObject({ status: 200, body: "" });
  expect(respond(files, { method: "POST", path: "/" })).toMatchObject({ status: 405 });
});

test("puts the content policy on every answer", () => {
  for (const path of ["/", "/nothing"]) {
    expect(get(path).headers["Content-Security-Policy"]).toContain("script-src 'self'");
    expect(get(path).headers["X-Content-Type-Options"]).toBe("nosniff");
  }
});

test("answers 404 to whatever is not a file of the page", () => {
  const nasty = fc.oneof(
    fc.webPath(),
    fc
      .array(fc.constantFrom("..", "%2e%2e", "secret.txt", ".built-from", "\\", "/", "\0"))
      .map((p) => `/${p.join("/")}`),
  );
  fc.assert(
    fc.property(nasty, (path) => {
      fc.pre(!files.has(path.split(/[?#]/)[0]));
      expect(get(path).status).toBe(404);
    }),
    { seed: 20261130 },
  );
  expect(get("/.built-from").status).toBe(404);
  expect(get("/../secret.txt").status).toBe(404);
});

test.each(["/live?ran=walk", "/handoff/current/12", "/drop", "/stories/two-cells"])(
  "answers %s with the page, which reads the path itself",
  (path) => {
    expect(get(path)).toMatchObject({ status: 200, body: Buffer.from("<!doctype html>") });
  },
);

test.each(["/drop/", "/dropped", "/live/../secret.txt/..", "/api/none"])("knows no page at %s", (path) => {
  expect(get(path).status).toBe(404);
});

test("serves documents beside the page, as plain text", () => {
  const beside = readStaticFiles(join(folder, "page"), new Map([["/docs/guide.md", Buffer.from("# Guide")]]));
  const { status, headers, body } = respond(beside, { method: "GET", path: "/docs/guide.md" });
  expect([status, headers["Content-Type"], String(body)]).toEqual([
    200,
    "text/plain; charset=utf-8",
    "# Guide",
  ]);
});
