import { expect, test } from "vitest";
import { whenReady } from "#core";

test("a value that is there goes on at once, and a promised one after it", async () => {
  expect(whenReady(2, (value) => value + 1)).toBe(3);
  const promised = whenReady(Promise.resolve(2), (value) => value + 1);
  expect(promised).toBeInstanceOf(Promise);
  expect(await promised).toBe(3);
});

test("errors are thrown at once or reject, as the value came", async () => {
  const fail = () => {
    throw new RangeError("no");
  };
  expect(() => whenReady(1, fail)).toThrow("no");
  await expect(whenReady(Promise.resolve(1), fail)).rejects.toThrow("no");
});
