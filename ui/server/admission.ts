/** What is said to a request that may not go on, or not yet. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { accessOf } from "./access-token.ts";
import { securityHeaders } from "./security-headers.ts";

const plainText = "text/plain; charset=utf-8";

/** Returns whether a request has shown the token; where not, it has been answered. */
export function isAdmitted(
  request: IncomingMessage,
  response: ServerResponse,
  token: string | null,
): boolean {
  const access = accessOf(request, token, request.socket.localPort ?? 0);
  if (access.is === "introduced") {
    const headers = { Location: access.location, "Set-Cookie": access.cookie, "Cache-Control": "no-store" };
    response.writeHead(303, { ...securityHeaders, ...headers }).end();
  } else if (access.is === "refused") {
    response
      .writeHead(401, { ...securityHeaders, "Content-Type": plainText, "WWW-Authenticate": "Bearer" })
      .end("This server asks for its token: open the address that baton serve printed.\n");
  }
  return access.is === "granted";
}

/** Answers a request under a name that is not the server's. */
export function refuseHost(response: ServerResponse): void {
  response
    .writeHead(403, { ...securityHeaders, "Content-Type": plainText })
    .end("Forbidden: open this server by its IP address, as localhost, or by the name of --host.\n");
}

/** Answers while simulators load and the page is built: a page that asks again by itself, without a script. */
export function answerStarting(response: ServerResponse): void {
  response
    .writeHead(503, {
      ...securityHeaders,
      "Content-Type": "text/html; charset=utf-8",
      "Cache-Control": "no-store",
      Refresh: "1",
      "Retry-After": "1",
    })
    .end(
      '<!doctype html><html lang="en"><meta charset="utf-8"><title>Baton is starting</title>' +
        "<h1>Baton is starting</h1><p>The simulators are loading, and after a change the page is built, which takes some " +
        "seconds. This page then opens by itself.</p></html>\n",
    );
}
