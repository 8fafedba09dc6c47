/** The dashboard's server: the built page over HTTP, the live run over a WebSocket at `/live`. */
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { BadInputError, type Domain } from "#core";
import type { RunState } from "../protocol.ts";
import { isAllowed } from "./allowed-host.ts";
import { builtWeb } from "./build-web.ts";
import { healthRoute } from "./health.ts";
import { attachClient, encodePublication, type LiveClient } from "./live-client.ts";
import { type LiveSession, openLiveSession } from "./live-session.ts";
import type { Publication } from "./live-side.ts";
import { createRoutes } from "./routes.ts";
import { securityHeaders } from "./security-headers.ts";
import { openSimulatorWorker } from "./simulator-worker.ts";
import { readStaticFiles, respond, type StaticFiles } from "./static-files.ts";

/** A socket that sends more in one message is closed with code 1009. */
const maxPayloadBytes = 64 << 10;

export interface ServeOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly host?: string;
  /** Hears what the server does before it listens, line by line; default: stderr. */
  readonly log?: (line: string) => void;
  /** A folder with a built page; default: the dashboard, built when it is stale. */
  readonly webFolder?: string;
  /** The JavaScript file that every simulator's worker starts with. */
  readonly workerEntry?: URL;
  /** KPIs of the user's own by domain, each `name = expression`. */
  readonly kpis?: Readonly<Record<Domain, readonly string[]>>;
}

export interface RunningServer {
  /** `http://127.0.0.1:4173` */
  readonly url: string;
  readonly port: number;
  /** Ends all connections and simulators; resolves when nothing of the server runs any more. */
  close(): Promise<void>;
}

/**
 * Returns the server once it listens and both simulators are loaded. Throws BadInputError `port-in-use` (also for a
 * port that may not be used) and `bad-parameter` for what is not a port.
 */
export async function serve(options: ServeOptions): Promise<RunningServer> {
  const { port, host = "127.0.0.1", log = logToStderr } = options;
  const { workerEntry = new URL("./worker.js", import.meta.url) } = options;
  requirePort(port);
  let files: StaticFiles = new Map();
  let session: LiveSession | null = null;
  const answerRoute = createRoutes(
    [healthRoute(() => (session === null ? null : runStateOf(session)))],
    host,
  );
  const http = createServer((request, response) => {
    if (!isAllowed({ host: request.headers.host }, host)) refuseHost(response);
    else if (!answerRoute(request, response)) answerFile(request, response, files);
  });
  await listen(http, port, host);
  const clients = new Set<LiveClient>();
  const publish = (publication: Publication): void => {
    if (clients.size === 0) return;
    const encoded = encodePublication(publication);
    for (const client of clients) client.send(publication, encoded);
  };
  const opening = Promise.allSettled([
    openLiveSession({
      openWorker: (domain) => openSimulatorWorker(domain, workerEntry),
      publish,
      ...(options.kpis === undefined ? {} : { kpis: options.kpis }),
      isWatched: () => [...clients].some(({ isListening }) => isListening()),
    }),
    Promise.resolve(options.webFolder ?? builtWeb(log)),
  ]);
  const [opened, built] = await opening;
  if (opened.status === "rejected" || built.status === "rejected") {
    if (opened.status === "fulfilled") await opened.value.close();
    await closeHttp(http);
    throw opened.status === "rejected" ? opened.reason : (built as PromiseRejectedResult).reason;
  }
  const live = opened.value;
  session = live;
  files = readStaticFiles(built.value, readDocuments());

  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxPayloadBytes,
    perMessageDeflate: false,
  });
  http.on("upgrade", (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on("error", () => stream.destroy());
    if (request.url !== "/live") return refuseUpgrade(stream, "404 Not Found");
    if (!isAllowed(request.headers, host)) return refuseUpgrade(stream, "403 Forbidden");
    sockets.handleUpgrade(request, stream, head, (socket) => {
      const client = attachClient(socket, live);
      clients.add(client);
      socket.on("close", () => clients.delete(client));
    });
  });
  const bound = (http.address() as AddressInfo).port;
  let closing: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    for (const socket of sockets.clients) socket.close(1001, "server closes");
    const stopped = Promise.all([live.close(), closeHttp(http)]);
    // Clients that do not answer the close are not waited for.
    const impatience = setTimeout(() => {
      for (const socket of sockets.clients) socket.terminate();
    }, 500);
    await stopped;
    clearTimeout(impatience);
  };
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${bound}`,
    port: bound,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

/** Returns the pages of `docs/` that the dashboard links to, by URL path. */
function readDocuments(): ReadonlyMap<string, Buffer> {
  const folder = new URL("../../docs/", import.meta.url);
  const names = ["guide.md", "glossary.md", "protocol.md", "errors.md"];
  return new Map(names.map((name) => [`/docs/${name}`, readFileSync(new URL(name, folder))]));
}

function requirePort(port: number): void {
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return;
  throw new BadInputError("bad-parameter", {
    subject: "port",
    expected: "an integer from 0 to 65535",
    got: String(port),
  });
}

function listen(http: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EADDRINUSE" && error.code !== "EACCES") return reject(error);
      const got =
        error.code === "EADDRINUSE" ? "one that another program uses" : "one that needs more rights";
      const remedy = "choose another with --port, or --port 0 for any";
      reject(
        new BadInputError("port-in-use", {
          subject: `port ${port} on ${host}`,
          expected: "a free port",
          got,
          remedy,
        }),
      );
    });
    http.listen(port, host, resolve);
  });
}

function refuseHost(response: ServerResponse): void {
  response
    .writeHead(403, { ...securityHeaders, "Content-Type": "text/plain; charset=utf-8" })
    .end("Forbidden\n");
}

function answerFile(request: IncomingMessage, response: ServerResponse, files: StaticFiles): void {
  const { status, headers, body } = respond(files, {
    method: request.method ?? "GET",
    path: request.url ?? "/",
    ifNoneMatch: request.headers["if-none-match"],
    acceptEncoding: request.headers["accept-encoding"]?.toString(),
  });
  response.writeHead(status, headers).end(body);
}

/** Returns the state of the run, as a client who joins is told it. */
function runStateOf(session: LiveSession): RunState {
  return session.snapshot().find((item) => !(item instanceof ArrayBuffer) && item.type === "run") as RunState;
}

function refuseUpgrade(stream: Duplex, status: string): void {
  stream.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function closeHttp(http: Server): Promise<void> {
  return new Promise((resolve) => {
    http.close(() => resolve());
    http.closeAllConnections();
  });
}

function logToStderr(line: string): void {
  process.stderr.write(`baton: ${line}\n`);
}
