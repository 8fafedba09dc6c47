/** What the server answers besides files: a table of routes, and what all of them have in common. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { BadInputError } from "#core";
import { isAllowed } from "./allowed-host.ts";
import { securityHeaders } from "./security-headers.ts";

export interface Route {
  readonly method: "GET" | "POST";
  /** The whole path, without a query: `/api/ask`. */
  readonly path: string;
  /**
   * Writes the answer. What it throws is answered too, as `{error: {code, message}}`: a BadInputError with 400, an HttpRefusal with
   * its own status, anything else with 500 and a line on stderr.
   */
  readonly answer: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;
}

/** A request that is refused with an HTTP status of its own. */
export class HttpRefusal extends Error {
  override readonly name = "HttpRefusal";
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/**
 * Returns what answers the requests of `routes`, and says false for a path that is none of theirs. A POST from a page of
 * another origin is refused with 403 before the route hears of it; another method with 405.
 */
export function createRoutes(
  routes: readonly Route[],
  boundHost: string,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  return (request, response) => {
    const path = pathOf(request);
    const here = routes.filter((route) => route.path === path);
    if (here.length === 0) return false;
    const route = here.find(
      ({ method }) => method === request.method || (method === "GET" && request.method === "HEAD"),
    );
    if (route === undefined) {
      response.setHeader("Allow", here.map(({ method }) => method).join(", "));
      refuse(response, new HttpRefusal(405, "method", `expected ${here.map(({ method }) => method)}`));
    } else if (route.method === "POST" && !isAllowed(request.headers, boundHost)) {
      refuse(response, new HttpRefusal(403, "foreign-origin", "only pages of this server may ask for this"));
    } else {
      // In a promise of its own, so that what is thrown at once is answered like what is thrown later.
      void Promise.resolve()
        .then(() => route.answer(request, response))
        .catch((error: unknown) => refuse(response, error));
    }
    return true;
  };
}

/** Returns the path of a request without its query. */
export function pathOf(request: IncomingMessage): string {
  return (request.url ?? "/").split(/[?#]/, 1)[0];
}

/** Sends `value` as JSON that nobody keeps. */
export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response
    .writeHead(status, {
      ...securityHeaders,
      "Content-Type": "application/json; charset=utf-8",
      "Cache-Control": "no-store",
    })
    .end(`${JSON.stringify(value)}\n`);
}

/**
 * Returns the JSON value of a request's body. Throws HttpRefusal: 413 beyond `maxBytes` (what follows is not read), 400 for what
 * is not JSON.
 */
export async function readJson(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  const parts: Buffer[] = [];
  let bytes = 0;
  // The connection is kept: the refusal goes back through it.
  for await (const part of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > maxBytes) {
      throw new HttpRefusal(413, "body-too-large", `body: expected at most ${maxBytes} bytes, got more`);
    }
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString("utf8"));
  } catch {
    throw new HttpRefusal(400, "bad-json", "body: expected JSON");
  }
}

function refuse(response: ServerResponse, error: unknown): void {
  // Whoever has gone is told nothing.
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  if (error instanceof BadInputError) {
    sendJson(response, 400, { error: { code: error.code, message: error.message } });
  } else if (error instanceof HttpRefusal) {
    sendJson(response, error.status, { error: { code: error.code, message: error.message } });
  } else {
    process.stderr.write(`baton: ${String(error)}\n`);
    sendJson(response, 500, { error: { code: "internal", message: "a fault of the server's own" } });
  }
}
