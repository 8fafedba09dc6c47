/** Twenty viewers in one process, two of which stop reading: tells its parent how late the frames came to the others. */
import { WebSocket } from "ws";
import { encodeMessage, PROTOCOL_VERSION } from "../../ui/protocol.ts";

const [port] = process.argv.slice(2);
const viewers = 20;
const mute = 2;
const warmUpMs = 3000;
const seconds = 30;
/** Byte of the header at which a frame says its time, and the kind of frames of phones (docs/protocol.md). */
const timeAt = 16;
const kindAt = 6;

let measuring = false;
const lateMs: number[] = [];
let frames = 0;

function hear(data: Buffer, isFrame: boolean): void {
  if (!measuring || !isFrame || data.readUInt8(kindAt) !== 0) return;
  frames++;
  lateMs.push(Date.now() - 1000 * data.readDoubleLE(timeAt));
}

for (let v = 0; v < viewers; v++) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/live`);
  socket.on("open", () => {
    socket.send(encodeMessage({ type: "hello", protocol: PROTOCOL_VERSION }));
    if (v < mute) socket.pause();
  });
  socket.on("message", hear);
}
await new Promise((resolve) => setTimeout(resolve, warmUpMs));
measuring = true;
await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
measuring = false;
lateMs.sort((a, b) => a - b);
const quantile = (q: number): number =>
  Math.round(10 * lateMs[Math.min(lateMs.length - 1, Math.floor(q * lateMs.length))]) / 10;
process.send?.({
  viewers,
  mute,
  framesPerSecond: Math.round((10 * frames) / seconds / (viewers - mute)) / 10,
  medianMs: quantile(0.5),
  p95Ms: quantile(0.95),
  p99Ms: quantile(0.99),
});
