/** Who may talk to the server: pages that it served itself, under a name that is its own. */
import { isIP } from "node:net";

/**
 * Returns whether a request may be answered, from its Host and Origin headers.
 *
 * Host must be `localhost`, an IP address or `boundHost`: a foreign name that was made to point here (DNS rebinding) is
 * refused. Origin must be absent (no browser) or the page's own `http://<Host>`; `null`, another port or another name
 * is foreign.
 */
export function isAllowed(
  headers: { readonly host?: string | undefined; readonly origin?: string | undefined },
  boundHost: string,
): boolean {
  const { host, origin } = headers;
  if (host === undefined) return false;
  const name = host
    .replace(/:\d+$/, "")
    .replace(/^\[(.*)\]$/, "$1")
    .toLowerCase();
  if (name !== "localhost" && name !== boundHost.toLowerCase() && isIP(name) === 0) return false;
  return origin === undefined || origin.toLowerCase() === `http://${host.toLowerCase()}`;
}
