/** The dashboard's server: the built page over HTTP, the live run over a WebSocket at `/live`. */
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import type { Domain } from "#core";
import type { RunState } from "../protocol.ts";
import { accessOf, isLoopback, randomToken, requireToken } from "./access-token.ts";
import { answerStarting, isAdmitted, refuseHost } from "./admission.ts";
import { isAllowed } from "./allowed-host.ts";
import { openAskRoutes } from "./ask/ask-routes.ts";
import { builtWeb } from "./build-web.ts";
import { openDrops } from "./drop/drop-route.ts";
import { healthPath, healthRoute } from "./health.ts";
import { addressOf, boundPort, closeHttp, listen, requirePort } from "./listen.ts";
import { attachClient, encodePublication, type LiveClient } from "./live-client.ts";
import { type LiveSession, openLiveSession } from "./live-session.ts";
import type { Publication } from "./live-side.ts";
import { createRoutes, pathOf } from "./routes.ts";
import { metricsRoute, noCounts, type ServerGauges } from "./server-counts.ts";
import { openSimulatorWorker } from "./simulator-worker.ts";
import { readStaticFiles, respond, type StaticFiles } from "./static-files.ts";

/** A socket that sends more in one message is closed with code 1009. */
const maxPayloadBytes = 64 << 10;

/**
 * Text shrinks to a quarter at a third of a millisecond for each second of the stream; frames hardly do, and `live-client` sends them
 * as they are. Each message is packed by itself: a window kept for each viewer would cost more memory than it saves bytes.
 */
const textDeflate = {
  threshold: 1024,
  serverNoContextTakeover: true,
  clientNoContextTakeover: true,
  zlibDeflateOptions: { level: 1 },
};

/** Sockets at a time; each may hold up to 8 MiB that it has not read. */
const mostViewers = 100;

export interface ServeOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** Default: this machine alone. */
  readonly host?: string;
  /** What every request but `/healthz` has to show; default: a random one where others can reach the server, else none. */
  readonly token?: string;
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
  /** `http://127.0.0.1:4173`, with the token where there is one: `http://192.168.0.2:4173/?token=...` */
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
  const token = options.token ?? (isLoopback(host) ? null : randomToken());
  if (token !== null) requireToken(token);
  let files: StaticFiles | null = null;
  let session: LiveSession | null = null;
  let pace: ServerGauges["pace"] = { ran: null, agent: null };
  const clients = new Set<LiveClient>();
  const counts = noCounts();
  const currentRun = (): RunState | null => (session === null ? null : runStateOf(session));
  const listening = (): number => [...clients].filter(({ isListening }) => isListening()).length;
  const asks = openAskRoutes(new URL("./worker.js", import.meta.url));
  const drops = openDrops();
  const answerRoute = createRoutes(
    [
      healthRoute(currentRun),
      drops.route,
      metricsRoute(counts, () => ({ viewers: listening(), run: currentRun(), pace })),
      ...asks.routes,
    ],
    host,
  );
  const http = createServer((request, response) => {
    if (!isAllowed({ host: request.headers.host }, host)) refuseHost(response);
    else if (pathOf(request) !== healthPath && !isAdmitted(request, response, token)) return;
    else if (!answerRoute(request, response)) answerFile(request, response, files);
  });
  await listen(http, port, host);
  const publish = (publication: Publication): void => {
    if (!(publication instanceof ArrayBuffer) && publication.type === "pace") pace = publication;
    if (clients.size === 0) return;
    const encoded = encodePublication(publication);
    for (const client of clients) client.send(publication, encoded);
  };
  const opening = Promise.allSettled([
    openLiveSession({
      openWorker: (domain) => openSimulatorWorker(domain, workerEntry),
      publish,
      ...(options.kpis === undefined ? {} : { kpis: options.kpis }),
      isWatched: () => listening() > 0,
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
    perMessageDeflate: textDeflate,
  });
  http.on("upgrade", (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on("error", () => stream.destroy());
    if (pathOf(request) !== "/live") return refuseUpgrade(stream, "404 Not Found");
    if (!isAllowed(request.headers, host)) return refuseUpgrade(stream, "403 Forbidden");
    if (sockets.clients.size >= mostViewers) return refuseUpgrade(stream, "503 Service Unavailable");
    if (accessOf(request, token, boundPort(http)).is !== "granted") {
      return refuseUpgrade(stream, "401 Unauthorized");
    }
    sockets.handleUpgrade(request, stream, head, (socket) => {
      const client = attachClient(socket, live, counts);
      clients.add(client);
      socket.on("close", () => clients.delete(client));
    });
  });
  const bound = boundPort(http);
  let closing: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    for (const socket of sockets.clients) socket.close(1001, "server closes");
    const stopped = Promise.all([live.close(), asks.close(), drops.close(), closeHttp(http)]);
    // Clients that do not answer the close are not waited for.
    const impatience = setTimeout(() => {
      for (const socket of sockets.clients) socket.terminate();
    }, 500);
    await stopped;
    clearTimeout(impatience);
  };
  return {
    url: addressOf(host, bound, token),
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
  const names = ["guide.md", "glossary.md", "protocol.md", "http.md", "errors.md"];
  return new Map(names.map((name) => [`/docs/${name}`, readFileSync(new URL(name, folder))]));
}

function answerFile(request: IncomingMessage, response: ServerResponse, files: StaticFiles | null): void {
  if (files === null) {
    answerStarting(response);
    return;
  }
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

function logToStderr(line: string): void {
  process.stderr.write(`baton: ${line}\n`);
}
