/** One WebSocket that comes back by itself, and parses all that arrives. */
import {
  type ClientMessage,
  decodeFrame,
  decodeServerMessage,
  encodeMessage,
  type Frame,
  PROTOCOL_VERSION,
  ProtocolError,
  type ServerMessage,
} from "../../protocol.ts";

/** `refused` means that the two versions differ: only loading the page again helps. */
export type ConnectionStatus = "connecting" | "open" | "lost" | "refused";

export interface ConnectionListener {
  status(status: ConnectionStatus, retryInMs: number | null): void;
  message(message: ServerMessage): void;
  frame(frame: Frame): void;
  /** Something arrived that cannot be used; it is left out. */
  problem(problem: string): void;
}

const shortestRetryMs = 500;
const longestRetryMs = 10_000;

export class Connection {
  readonly #url: string;
  readonly #listener: ConnectionListener;
  #socket: WebSocket | null = null;
  #failures = 0;
  #refused = false;

  constructor(url: string, listener: ConnectionListener) {
    this.#url = url;
    this.#listener = listener;
  }

  open(): void {
    const socket = new WebSocket(this.#url);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    socket.onopen = () => this.send({ type: "hello", protocol: PROTOCOL_VERSION });
    socket.onmessage = ({ data }) => this.#hear(data);
    socket.onclose = () => this.#closed();
  }

  /** Sends when there is a connection; a command given without one is dropped, not kept for later. */
  send(message: ClientMessage): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(encodeMessage(message));
  }

  #hear(data: unknown): void {
    try {
      if (data instanceof ArrayBuffer) {
        this.#listener.frame(decodeFrame(data));
        return;
      }
      const message = decodeServerMessage(String(data));
      if (message.type === "welcome") {
        this.#failures = 0;
        this.#listener.status("open", null);
      }
      if (message.type === "error" && message.code === "protocol-version") this.#refused = true;
      this.#listener.message(message);
    } catch (error) {
      if (error instanceof ProtocolError && error.code === "protocol-version") {
        this.#refused = true;
        this.#socket?.close();
      }
      this.#listener.problem((error as Error).message);
    }
  }

  #closed(): void {
    if (this.#refused) {
      this.#listener.status("refused", null);
      return;
    }
    const retryInMs = Math.min(longestRetryMs, shortestRetryMs * 2 ** this.#failures);
    this.#failures++;
    this.#listener.status("lost", retryInMs);
    setTimeout(() => this.open(), retryInMs);
  }
}
