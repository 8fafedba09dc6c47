import { expect, test } from "vitest";
import { fastNormal } from "../../../core/random/fast-normal.ts";
import { createStream } from "../../../core/random/stream.ts";

const LEAST = 2 ** -53;

test("normals drawn together are those drawn one by one within 1e-12, and nothing else of the array is touched", () => {
  const stream = createStream(7, "together");
  const out = new Float64Array(20_010).fill(-99);
  stream.normals(out, 5, 20_005, 3, 11);
  for (let i = 0; i < 20_000; i++) {
    expect(Math.abs(out[5 + i] - stream.normal(3, 11, i))).toBeLessThan(1e-12);
  }
  expect([...out.slice(0, 5), ...out.slice(20_005)]).toEqual(new Array(10).fill(-99));
});

test.each([0, LEAST, 1e-12, 1e-6, 0.25, 0.5, 0.75, 1 - LEAST])(
  "with a first uniform of %s the normal is Box and Muller's",
  (u1) => {
    for (let i = 0; i <= 4096; i++) {
      const u2 = Math.min(1 - LEAST, i / 4096);
      const expected = Math.sqrt(-2 * Math.log(1 - u1)) * Math.cos(2 * Math.PI * u2);
      // Where the logarithm is next to 0 its own rounding shows, the more the smaller its root is.
      expect(Math.abs(fastNormal(u1, u2) - expected)).toBeLessThan(u1 < 1e-9 ? 1e-7 : 1e-12);
    }
  },
);
