import { once } from "node:events";
import { type RawData, WebSocket } from "ws";
import {
  type ClientMessage,
  decodeFrame,
  decodeServerMessage,
  encodeMessage,
  type Frame,
  type MessageOf,
  PROTOCOL_VERSION,
  type ServerMessage,
} from "../../ui/protocol.ts";

/** A client of the live socket for tests: it keeps what it hears until a test asks for it. */
export async function joinLive(port: number, { hello = true } = {}) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/live`);
  socket.binaryType = "arraybuffer";
  const heard: (ServerMessage | ArrayBuffer)[] = [];
  const waiting = new Set<() => void>();
  const closed = once(socket, "close").then(([code]) => code as number);
  socket.on("message", (data: RawData, isBinary: boolean) => {
    heard.push(isBinary ? (data as ArrayBuffer) : decodeServerMessage(String(data)));
    for (const wake of waiting) wake();
  });
  socket.on("error", () => {});
  await once(socket, "open");
  const say = (message: ClientMessage): void => socket.send(encodeMessage(message));
  if (hello) say({ type: "hello", protocol: PROTOCOL_VERSION });

  /** Takes out the first thing heard that `matches`, and drops what came before it. */
  async function take(
    matches: (item: ServerMessage | ArrayBuffer) => boolean,
  ): Promise<ServerMessage | ArrayBuffer> {
    for (;;) {
      const at = heard.findIndex(matches);
      if (at >= 0) return heard.splice(0, at + 1)[at];
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          waiting.delete(wake);
          resolve();
        };
        waiting.add(wake);
      });
    }
  }
  return {
    say,
    raw: (data: string | Buffer) => socket.send(data),
    closed,
    close: () => socket.terminate(),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    forget: () => heard.splice(0),
    heard: () => heard.filter((item): item is ServerMessage => !(item instanceof ArrayBuffer)),
    frameCount: () => heard.filter((item) => item instanceof ArrayBuffer).length,
    next: <T extends ServerMessage["type"]>(
      type: T,
      accepts: (message: MessageOf<T>) => boolean = () => true,
    ) =>
      take(
        (item) => !(item instanceof ArrayBuffer) && item.type === type && accepts(item as MessageOf<T>),
      ) as Promise<MessageOf<T>>,
    nextFrame: (kind: Frame["kind"]) =>
      take((item) => item instanceof ArrayBuffer && decodeFrame(item).kind === kind) as Promise<ArrayBuffer>,
  };
}
