import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { decodePayload, encodePayload } from "#core";
import { createGraph, gradients, multiply, quantizeInt8, type Session, sum, toOnnx } from "#core/model";
import { openOnnxSession } from "#core/node";

const SIZE = 8;
const weights = Float32Array.from({ length: 2 * SIZE }, (_, i) => Math.sin(1 + i));
let session: Session;

beforeAll(async () => {
  const graph = createGraph();
  const latents = graph.input("latents", [2, SIZE]);
  const received = quantizeInt8(latents);
  const loss = sum(multiply(received, graph.constant(weights, [2, SIZE])));
  graph.output("received", received);
  graph.output("gradient", gradients(loss, [latents])[0]);
  session = await openOnnxSession(toOnnx(graph));
});
afterAll(() => session.close());

function overTheWire(latents: Float32Array): Float32Array {
  const payload = encodePayload(latents, { modelId: "m", precision: "int8", sequence: 1 });
  const decoded = decodePayload(payload, { modelId: "m", dimension: latents.length, sequence: 1 });
  if (!decoded.ok) throw new Error(decoded.reason);
  return decoded.values;
}

const rows = (largest: number) =>
  fc
    .array(fc.float({ min: -largest, max: largest, noNaN: true }), {
      minLength: 2 * SIZE,
      maxLength: 2 * SIZE,
    })
    .map((values) => Float32Array.from(values));

test("latents come out as an int8 payload delivers them, and the gradient is that of the identity", () =>
  fc.assert(
    fc.asyncProperty(fc.oneof(rows(1), rows(Math.fround(1e6)), rows(Math.fround(1e-30))), async (latents) => {
      const { received, gradient } = await session.run({ latents });
      expect(gradient).toEqual(weights);
      for (const row of [latents.subarray(0, SIZE), latents.subarray(SIZE)]) {
        const wanted = overTheWire(row);
        const got = (received as Float32Array).subarray(row.byteOffset / 4, row.byteOffset / 4 + SIZE);
        const step = Math.max(
          2 ** -126,
          Math.fround(row.reduce((a, b) => Math.max(a, Math.abs(b)), 0) / 127),
        );
        for (const [i, value] of wanted.entries()) {
          const steps = row[i] / step;
          // Halfway between two steps, single and double precision may round to different ones.
          const halfway = Math.abs(steps - Math.floor(steps) - 0.5) < 1e-4;
          expect(Math.abs(got[i] - value)).toBeLessThanOrEqual(halfway ? step * 1.0001 : 0);
        }
      }
    }),
  ));

test("a row of zeros stays zero, and does not touch the row beside it", async () => {
  const latents = new Float32Array(2 * SIZE);
  latents.set([1, -1, 0.5, 0.25, 0, 0, 0, 0.004], SIZE);
  const received = (await session.run({ latents })).received as Float32Array;
  expect(received.subarray(0, SIZE)).toEqual(new Float32Array(SIZE));
  // 127 steps a unit: 0.5 is 63.5 steps, rounded to the even 64; 0.25 is 31.75; 0.004 is 0.508.
  const steps = [127, -127, 64, 32, 0, 0, 0, 1];
  expect([...received.subarray(SIZE)].map((value) => Math.round(value * 127))).toEqual(steps);
});
