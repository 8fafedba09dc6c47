/** Where the server listens, and how it says that it cannot. */
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { BadInputError } from "#core";
import { reachableName } from "./access-token.ts";

/** Throws BadInputError `bad-parameter` for what is not a port; 0 is any. */
export function requirePort(port: number): void {
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return;
  throw new BadInputError("bad-parameter", {
    subject: "port",
    expected: "an integer from 0 to 65535",
    got: String(port),
  });
}

/**
 * Resolves once `http` listens. Rejects with BadInputError: `port-in-use` for a port that is taken or may not be used, `bad-flag` for
 * a host that is no address of this machine.
 */
export function listen(http: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once("error", (error: NodeJS.ErrnoException) => reject(refusalOf(error, port, host)));
    http.listen(port, host, resolve);
  });
}

function refusalOf(error: NodeJS.ErrnoException, port: number, host: string): Error {
  switch (error.code) {
    case "EADDRINUSE":
    case "EACCES":
      return new BadInputError("port-in-use", {
        subject: `port ${port} on ${host}`,
        expected: "a free port",
        got: error.code === "EACCES" ? "one that needs more rights" : "one that another program uses",
        remedy: "choose another with --port, or --port 0 for any",
      });
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
    case "EINVAL":
      return new BadInputError("bad-flag", {
        subject: "flag --host",
        expected: "an address or a name of this machine",
        got: `"${host}"`,
        remedy: "0.0.0.0 is every address of it",
      });
    default:
      return error;
  }
}

export function boundPort(http: Server): number {
  return (http.address() as AddressInfo).port;
}

/** Returns the address to open, with the token where there is one. */
export function addressOf(host: string, port: number, token: string | null): string {
  const name = reachableName(host);
  const server = `http://${name.includes(":") ? `[${name}]` : name}:${port}`;
  return token === null ? server : `${server}/?token=${token}`;
}

/** Ends all connections; resolves when the port is free. */
export function closeHttp(http: Server): Promise<void> {
  return new Promise((resolve) => {
    http.close(() => resolve());
    http.closeAllConnections();
  });
}
