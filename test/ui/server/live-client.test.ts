import { EventEmitter } from "node:events";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { WebSocket } from "ws";
import { encodeMessage, PROTOCOL_VERSION, type ServerMessage } from "../../../ui/protocol.ts";
import { attachClient, closeCodes } from "../../../ui/server/live-client.ts";
import type { LiveSession } from "../../../ui/server/live-session.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const frame = new ArrayBuffer(64);
const pace: ServerMessage = { type: "pace", ran: 1, agent: 1 };
const error: ServerMessage = { type: "error", code: "simulator-stopped", message: "gone", domain: "ran" };

test("says nothing to a client before its hello, and everything after it", () => {
  const { socket, client, hello } = attach();
  client.send(frame, frame);
  expect(socket.sent).toEqual([]);
  hello();
  client.send(frame, frame);
  expect(socket.sent).toEqual([encodeMessage(pace), frame]);
});

test("leaves out what will be said again when a client reads too slowly, but no error", () => {
  const { socket, client, hello } = attach();
  hello();
  socket.sent.length = 0;
  socket.bufferedAmount = (1 << 20) + 1;
  client.send(frame, frame);
  client.send(pace, encodeMessage(pace));
  expect(socket.sent).toEqual([]);
  client.send(error, encodeMessage(error));
  expect(socket.sent).toEqual([encodeMessage(error)]);
});

test("ends a client that reads nothing at all", () => {
  const { socket, client, hello } = attach();
  hello();
  socket.bufferedAmount = (8 << 20) + 1;
  client.send(error, encodeMessage(error));
  expect(socket.ended).toBe(true);
});

test("closes a connection that never says hello", () => {
  const { socket } = attach();
  vi.advanceTimersByTime(5001);
  expect(socket.closedWith).toBe(closeCodes.noHello);
});

test("ends a client that no longer answers pings, and keeps one that does", () => {
  const silent = attach();
  const alive = attach();
  for (const each of [silent, alive]) each.hello();
  alive.socket.on("pinged", () => alive.socket.emit("pong"));
  vi.advanceTimersByTime(31_000);
  expect(silent.socket.ended).toBe(true);
  expect(alive.socket.ended).toBe(false);
});

test("ends the connection, and not the server, when the session itself fails", () => {
  const told = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const { socket, hello } = attach(() => {
    throw new TypeError("a fault of ours");
  });
  hello();
  socket.emit("message", Buffer.from(encodeMessage({ type: "restart" })), false);
  expect(socket.closedWith).toBe(closeCodes.internal);
  expect(told.mock.calls.join()).toContain("a fault of ours");
  told.mockRestore();
});

test("no longer hears a client that has been told to go", () => {
  const heard: unknown[] = [];
  const { socket, hello } = attach((request) => heard.push(request));
  hello();
  for (let i = 0; i < 20; i++) socket.emit("message", Buffer.from("garbage"), false);
  expect(socket.closedWith).toBe(closeCodes.tooManyErrors);
  socket.readyState = 2;
  socket.emit("message", Buffer.from(encodeMessage({ type: "restart" })), false);
  expect(heard).toEqual([]);
});

test("listens from the hello until it is gone", () => {
  const { socket, client, hello } = attach();
  expect(client.isListening()).toBe(false);
  hello();
  expect(client.isListening()).toBe(true);
  socket.readyState = 3;
  expect(client.isListening()).toBe(false);
});

/** As much of a socket as a client's end needs. */
class FakeSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  readonly sent: unknown[] = [];
  bufferedAmount = 0;
  ended = false;
  closedWith: number | null = null;
  send(data: unknown): void {
    this.sent.push(data);
  }
  ping(): void {
    this.emit("pinged");
  }
  close(code: number): void {
    this.closedWith = code;
  }
  terminate(): void {
    this.ended = true;
  }
}

function attach(handle: LiveSession["handle"] = () => {}) {
  const socket = new FakeSocket();
  const session: LiveSession = { snapshot: () => [pace], handle, close: async () => {} };
  const client = attachClient(socket as unknown as WebSocket, session);
  const hello = () =>
    socket.emit("message", Buffer.from(encodeMessage({ type: "hello", protocol: PROTOCOL_VERSION })), false);
  return { socket, client, hello };
}
