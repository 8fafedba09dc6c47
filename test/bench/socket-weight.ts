/**
 * Prints, as JSON, what ten seconds of the live stream of the real server weigh, as they are and packed by zlib, and the processor time
 * that packing takes: what the socket's compression was decided by. Run: node .ci/enter.mjs test/bench/socket-weight.ts
 */
import { deflateRawSync } from "node:zlib";
import { WebSocket } from "ws";
import { encodeMessage, PROTOCOL_VERSION } from "../../ui/protocol.ts";
import { serve } from "../../ui/server/serve.ts";

const seconds = 10;

const server = await serve({ port: 0 });
const socket = new WebSocket(`ws://127.0.0.1:${server.port}/live`);
socket.binaryType = "nodebuffer";
const heard: { readonly data: Buffer; readonly isFrame: boolean }[] = [];
socket.on("message", (data, isFrame) => heard.push({ data: data as Buffer, isFrame }));
socket.on("open", () => socket.send(encodeMessage({ type: "hello", protocol: PROTOCOL_VERSION })));
await new Promise((resolve) => setTimeout(resolve, 3000));
const joined = heard.splice(0);
await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
const streamed = heard.splice(0);
socket.terminate();
await server.close();

const weightOf = (items: typeof heard, level: number) => {
  const before = performance.now();
  // Messages one by one, as without context takeover.
  const packed = items.reduce((sum, { data }) => sum + deflateRawSync(data, { level }).length, 0);
  const packMs = performance.now() - before;
  return { level, packed, packMs: Math.round(10 * packMs) / 10 };
};
const summary = (items: typeof heard) => ({
  count: items.length,
  bytes: items.reduce((sum, { data }) => sum + data.length, 0),
  deflate: items.length === 0 ? [] : [1, 6].map((level) => weightOf(items, level)),
});
const rows = {
  seconds,
  textOfJoin: summary(joined.filter(({ isFrame }) => !isFrame)),
  textStreamed: summary(streamed.filter(({ isFrame }) => !isFrame)),
  framesStreamed: summary(streamed.filter(({ isFrame }) => isFrame)),
};
process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
