/** One client's socket: who may speak, what is refused, and what is left out when it reads too slowly. */
import type { RawData, WebSocket } from "ws";
import {
  decodeClientMessage,
  type ErrorCode,
  encodeMessage,
  maxClientMessageBytes,
  PROTOCOL_VERSION,
  ProtocolError,
} from "../protocol.ts";
import type { LiveSession } from "./live-session.ts";
import type { Publication } from "./live-side.ts";
import { noCounts, type ServerCounts } from "./server-counts.ts";

/** Close codes of our own, from the range that RFC 6455 section 7.4.2 leaves to applications. */
export const closeCodes = {
  protocolVersion: 4001,
  tooManyErrors: 4002,
  noHello: 4003,
  /** RFC 6455 section 7.4.1. */
  internal: 1011,
} as const;

/** Above this many bytes unsent, what will be said again soon (frames, KPIs, reports, pace) is left out. */
const skipAboveBytes = 1 << 20;
/** Above this many the client is cut off. */
const closeAboveBytes = 8 << 20;
const errorsAllowed = 20;
const helloWithinMs = 5000;
const heartbeatMs = 15_000;

export interface LiveClient {
  /** Sends one publication, or leaves it out when the client reads too slowly. Does nothing before the hello. */
  send(publication: Publication, encoded: string | ArrayBuffer): void;
  /** Whether it has said hello and is still there. */
  isListening(): boolean;
}

/** Serves one socket until it closes; `session` is what it joins and commands, `counts` what it adds to. */
export function attachClient(
  socket: WebSocket,
  session: LiveSession,
  counts: ServerCounts = noCounts(),
): LiveClient {
  let greeted = false;
  let errors = 0;
  let alive = true;

  const send = (data: string | ArrayBuffer): void => {
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > closeAboveBytes) {
      socket.terminate();
      return;
    }
    socket.send(data, { compress: typeof data === "string" });
    if (typeof data === "string") counts.messagesSent++;
    else counts.framesSent++;
    counts.bytesSent += typeof data === "string" ? Buffer.byteLength(data) : data.byteLength;
  };
  const refuse = (code: ErrorCode, message: string): void => {
    send(encodeMessage({ type: "error", code, message, domain: null }));
    counts.refused.set(code, (counts.refused.get(code) ?? 0) + 1);
    errors++;
    if (errors < errorsAllowed) return;
    send(
      encodeMessage({
        type: "error",
        code: "too-many-errors",
        message: "Too many unusable messages.",
        domain: null,
      }),
    );
    socket.close(closeCodes.tooManyErrors, "too many errors");
  };
  const hear = (data: RawData, isBinary: boolean): void => {
    if (isBinary) throw new ProtocolError("bad-message", "expected text, got a binary message");
    const { byteLength } = data as Buffer;
    if (byteLength > maxClientMessageBytes) {
      throw new ProtocolError(
        "message-too-large",
        `expected at most ${maxClientMessageBytes} bytes, got ${byteLength}`,
      );
    }
    const message = decodeClientMessage(data.toString());
    if (message.type === "hello") {
      greet(message.protocol);
      return;
    }
    if (!greeted) throw new ProtocolError("hello-first", `expected a hello first, got "${message.type}"`);
    session.handle(message);
  };
  const greet = (protocol: number): void => {
    if (greeted) throw new ProtocolError("bad-message", "expected one hello only");
    if (protocol !== PROTOCOL_VERSION) {
      const text = `this server speaks protocol ${PROTOCOL_VERSION}, the page ${protocol}; reload the page`;
      refuse("protocol-version", text);
      socket.close(closeCodes.protocolVersion, "protocol version");
      return;
    }
    greeted = true;
    for (const publication of session.snapshot()) send(encodePublication(publication));
  };

  const patience = setTimeout(() => {
    if (!greeted) socket.close(closeCodes.noHello, "no hello");
  }, helloWithinMs);
  const heartbeat = setInterval(() => {
    if (!alive) {
      socket.terminate();
      return;
    }
    alive = false;
    socket.ping();
  }, heartbeatMs);
  socket.on("pong", () => {
    alive = true;
  });
  socket.on("message", (data, isBinary) => {
    // What is still on its way from a client that has been told to go is not heard.
    if (socket.readyState !== socket.OPEN) return;
    try {
      hear(data, isBinary);
    } catch (error) {
      if (error instanceof ProtocolError) refuse(error.code, error.message);
      // A fault of ours ends this connection, and no other.
      else {
        process.stderr.write(`baton: ${String(error)}\n`);
        socket.close(closeCodes.internal, "internal error");
      }
    }
  });
  // ws closes the socket itself (1009 for a message beyond maxPayload, 1002, 1007); without a listener it would throw.
  socket.on("error", () => {});
  socket.on("close", () => {
    clearTimeout(patience);
    clearInterval(heartbeat);
  });
  return {
    isListening: () => greeted && socket.readyState === socket.OPEN,
    send(publication, encoded) {
      if (!greeted) return;
      if (socket.bufferedAmount > skipAboveBytes && isRepeated(publication)) {
        if (publication instanceof ArrayBuffer) counts.framesLeftOut++;
        else counts.messagesLeftOut++;
        return;
      }
      send(encoded);
    },
  };
}

/** Returns what goes over the socket. */
export function encodePublication(publication: Publication): string | ArrayBuffer {
  return publication instanceof ArrayBuffer ? publication : encodeMessage(publication);
}

/** Whether a later publication makes this one superfluous. */
function isRepeated(publication: Publication): boolean {
  if (publication instanceof ArrayBuffer) return true;
  switch (publication.type) {
    case "kpis":
    case "reports":
    case "pace":
      return true;
    case "welcome":
    case "run":
    case "ran-layout":
    case "agent-layout":
    case "error":
      return false;
  }
}
