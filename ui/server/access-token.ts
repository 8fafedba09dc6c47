/** The secret that a server asks for which others can reach: who has the address that was printed may use it. */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { networkInterfaces } from "node:os";
import { BadInputError } from "#core";

/** What a request may do: go on; be told who it is by a cookie and asked again; or nothing. */
export type Access =
  | { readonly is: "granted" }
  | { readonly is: "introduced"; readonly location: string; readonly cookie: string }
  | { readonly is: "refused" };

/** Returns whether only this machine can reach a server that is bound to `host`. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

/** Returns a token of 128 random bits. */
export function randomToken(): string {
  return randomBytes(16).toString("base64url");
}

/** Throws BadInputError `bad-flag` for a token that is short enough to guess or has to be escaped in an address. */
export function requireToken(token: string): void {
  if (/^[\w.~-]{16,200}$/.test(token)) return;
  throw new BadInputError("bad-flag", {
    subject: "flag --token",
    expected: "16 to 200 letters, digits, or any of . _ ~ -",
    // The rest of a secret does not belong on a terminal.
    got: `${token.length} characters`,
    remedy: "leave it out and a random one is made",
  });
}

/**
 * Returns what a request may do on a server that asks for `token` (null: for none). The token counts as `?token=`, as the cookie
 * that a page's first request is answered with, or as `Authorization: Bearer`.
 */
export function accessOf(request: IncomingMessage, token: string | null, port: number): Access {
  if (token === null) return { is: "granted" };
  const { authorization = "", cookie = "", upgrade } = request.headers;
  const name = `baton-token-${port}`;
  const cookies = cookie.split(";").map((pair) => pair.trim());
  const bearer = /^Bearer (.+)$/i.exec(authorization)?.[1];
  if ([bearer, cookies.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1)].some(isRight)) {
    return { is: "granted" };
  }
  // One slash: `//name` at the start of a Location would be another server.
  const url = new URL(`http://baton${(request.url ?? "/").replace(/^[/\\]*/, "/")}`);
  if (!isRight(url.searchParams.get("token") ?? undefined)) return { is: "refused" };
  if (upgrade !== undefined || request.method !== "GET") return { is: "granted" };
  url.searchParams.delete("token");
  // Lax and not Strict: an address that is followed from a message in another page has to work.
  const kept = `${name}=${token}; Path=/; HttpOnly; SameSite=Lax`;
  return { is: "introduced", location: `${url.pathname}${url.search}`, cookie: kept };

  function isRight(given: string | undefined): boolean {
    return given !== undefined && timingSafeEqual(digest(given), digest(token as string));
  }
}

/** Returns the name under which others reach a server that is bound to `host`. */
export function reachableName(host: string): string {
  if (host !== "0.0.0.0" && host !== "::") return host;
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return addresses.find(({ family, internal }) => family === "IPv4" && !internal)?.address ?? "127.0.0.1";
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
