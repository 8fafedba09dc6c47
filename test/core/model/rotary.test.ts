import { expect, test } from "vitest";
import { openOnnxSession } from "#core/node";
import { frozen } from "../../../core/model/frozen.ts";
import { createGraph } from "../../../core/model/graph.ts";
import { linear } from "../../../core/model/layers.ts";
import { toOnnx } from "../../../core/model/onnx-file.ts";
import { rotate, rotation } from "../../../core/model/rotary.ts";

/** Returns [1, 2, 3, 4] turned to each of some positions, of 128. */
async function turned(positions: readonly number[]): Promise<Float32Array> {
  const graph = createGraph();
  const x = graph.constant([1, 2, 3, 4], [1, 4]);
  const places = graph.integers(positions);
  graph.output("turned", rotate(x, rotation(graph, places, { count: 128, size: 4 })));
  const session = await openOnnxSession(toOnnx(graph));
  const results = await session.run({});
  await session.close();
  return results.turned as Float32Array;
}

const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + value * b[i], 0);

test("a rotation keeps lengths and turns pair i by position * base^(-2 i / size)", async () => {
  const at3 = await turned([3]);
  // Pairs (1, 3) by 3 rad and (2, 4) by 3 * 10000^(-1/2) = 0.03 rad.
  const [c, s, c2, s2] = [Math.cos(3), Math.sin(3), Math.cos(0.03), Math.sin(0.03)];
  const expected = [c - 3 * s, 2 * c2 - 4 * s2, s + 3 * c, 2 * s2 + 4 * c2];
  for (const [i, value] of expected.entries()) expect(at3[i]).toBeCloseTo(value, 5);
  expect(dot(at3, at3)).toBeCloseTo(30, 4);
});

test("products of rotated vectors depend on the distance of their positions alone", async () => {
  const rows = await turned([5, 9, 100, 104]);
  const row = (i: number): Float32Array => rows.subarray(4 * i, 4 * i + 4);
  expect(dot(row(0), row(1))).toBeCloseTo(dot(row(2), row(3)), 4);
  expect(Math.abs(dot(row(0), row(1)) - dot(row(0), row(2)))).toBeGreaterThan(0.1);
});

test("a frozen model needs a value for each parameter", () => {
  expect(() => linear(frozen(createGraph(), new Float32Array(5)), "frozen", 2, 2)).toThrow(
    /5 values are too few/,
  );
  expect(() => rotation(createGraph(), createGraph().integers([0]), { count: 4, size: 3 })).toThrow(
    RangeError,
  );
});
