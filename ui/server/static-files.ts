/** The built page, held in memory: only what was in the folder at the start can be asked for. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join, relative, sep } from "node:path";
import { gzipSync } from "node:zlib";
import { chooseEncoding } from "./content-encoding.ts";
import { isWorthPacking } from "./pack-files.ts";
import { securityHeaders } from "./security-headers.ts";

interface StaticFile {
  readonly body: Buffer;
  /** The same packed, where that saves a tenth, the shortest first. */
  readonly packed: ReadonlyMap<"br" | "gzip", Buffer>;
  readonly type: string;
  readonly etag: string;
}

/** By URL path, `/index.html` under `/` too. */
export type StaticFiles = ReadonlyMap<string, StaticFile>;

export interface StaticResponse {
  readonly status: 200 | 304 | 404 | 405;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
  ".json": "application/json",
  ".png": "image/png",
};

/** Paths that the page itself tells apart: all are answered with the same document. */
const pagePaths = /^\/(?:live|stories|handoff|ask|drop|runs|evidence)(?:\/\w[\w.~%-]*)*$/;

/** Reads every file under `folder`; `pages`, by URL path, are served beside them as plain text. */
export function readStaticFiles(folder: string, pages: ReadonlyMap<string, Buffer> = new Map()): StaticFiles {
  const files = new Map<string, StaticFile>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || /^\.|\.br$/.test(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    const type = types[extname(entry.name)] ?? "application/octet-stream";
    const brotli = existsSync(`${path}.br`) ? readFileSync(`${path}.br`) : null;
    files.set(
      `/${relative(folder, path).split(sep).join("/")}`,
      createFile(readFileSync(path), type, brotli),
    );
  }
  for (const [path, body] of pages) files.set(path, createFile(body, "text/plain; charset=utf-8"));
  const index = files.get("/index.html");
  if (index !== undefined) files.set("/", index);
  return files;
}

function createFile(body: Buffer, type: string, brotli: Buffer | null = null): StaticFile {
  const etag = `W/"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
  const packed = new Map<"br" | "gzip", Buffer>();
  if (brotli !== null) packed.set("br", brotli);
  const gzip = gzipSync(body, { level: 9 });
  if (isWorthPacking(gzip, body)) packed.set("gzip", gzip);
  return { body, packed, type, etag };
}

/**
 * Returns the answer to one request. Files under `/assets/` carry a hash in their names and may be kept for ever; the
 * rest is asked for again each time.
 */
export function respond(
  files: StaticFiles,
  request: {
    readonly method: string;
    readonly path: string;
    readonly ifNoneMatch?: string | undefined;
    readonly acceptEncoding?: string | undefined;
  },
): StaticResponse {
  if (request.method !== "GET" && request.method !== "HEAD") {
    return { status: 405, headers: { ...securityHeaders, Allow: "GET, HEAD" }, body: "" };
  }
  const path = request.path.split(/[?#]/, 1)[0];
  const file = files.get(path) ?? (pagePaths.test(path) ? files.get("/index.html") : undefined);
  if (file === undefined) {
    const type = "text/plain; charset=utf-8";
    const headers = { ...securityHeaders, "Content-Type": type, "Cache-Control": "no-store" };
    return { status: 404, headers, body: "Not found\n" };
  }
  const encoding = chooseEncoding(request.acceptEncoding ?? "", [...file.packed.keys()]);
  const body = encoding === null ? file.body : (file.packed.get(encoding) as Buffer);
  const headers = {
    ...securityHeaders,
    "Content-Type": file.type,
    ...(encoding === null ? {} : { "Content-Encoding": encoding }),
    Vary: "Accept-Encoding",
    ETag: file.etag,
    "Cache-Control": path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
  };
  if (isKnown(request.ifNoneMatch, file.etag)) return { status: 304, headers, body: "" };
  const full = { ...headers, "Content-Length": String(body.length) };
  return { status: 200, headers: full, body: request.method === "HEAD" ? "" : body };
}

/** Returns whether an If-None-Match header names the file, by weak comparison (RFC 9110 section 13.1.2). */
function isKnown(header = "", etag: string): boolean {
  const known = header.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return known.includes("*") || known.includes(etag.replace(/^W\//, ""));
}
