import { expect, test } from "vitest";
import { parseRunFlags, parseSweep, sweepPoints } from "../../../ui/cli/flags.ts";

test("--seed k is one world, --first-seed and --seeds a range, and the default begins at 1", () => {
  expect(parseRunFlags({ seed: "7" }, 5).seeds).toEqual([7]);
  expect(parseRunFlags({ firstSeed: "3", seeds: "2" }, 5).seeds).toEqual([3, 4]);
  expect(parseRunFlags({}, 3).seeds).toEqual([1, 2, 3]);
});

test.each([
  [{ seeds: "-1" }, 'flag --seeds: expected a whole number from 1 to 100000, got "-1"'],
  [{ seeds: "0" }, "flag --seeds"],
  [{ seeds: "1.5" }, "flag --seeds"],
  [{ seeds: "five" }, "flag --seeds"],
  [{ seed: "-1" }, "flag --seed: expected a whole number from 0"],
  [{ seed: "1", seeds: "2" }, "flag --seed: expected --seed alone"],
  [{ arms: "" }, "flag --arms"],
  [{ arms: "cold,whole,cold" }, '"cold" twice'],
  [{ set: ["payload.bytes"] }, 'flag --set: expected path=value, got "payload.bytes"'],
  [{ set: ["a={"] }, "expected a YAML value"],
])("%j is refused", (options, message) => {
  expect(() => parseRunFlags(options, 5)).toThrow(message);
});

test("a comma list sweeps, two of them make every combination, and a YAML list is one value", () => {
  expect(parseSweep(["a.b=1,2", "c=x,y"])).toEqual([
    [
      { path: "a.b", value: 1 },
      { path: "c", value: "x" },
    ],
    [
      { path: "a.b", value: 1 },
      { path: "c", value: "y" },
    ],
    [
      { path: "a.b", value: 2 },
      { path: "c", value: "x" },
    ],
    [
      { path: "a.b", value: 2 },
      { path: "c", value: "y" },
    ],
  ]);
  expect(parseSweep(["a=[1,2]"])).toEqual([[{ path: "a", value: [1, 2] }]]);
  expect(parseSweep([])).toEqual([[]]);
});

test("the points of a sweep are named by what varies only", () => {
  const points = sweepPoints(parseSweep(["a=1,2", "b=3"]));
  expect(points.map(({ suffix }) => suffix)).toEqual(["/a=1", "/a=2"]);
  expect(sweepPoints(parseSweep(["b=3"])).map(({ suffix }) => suffix)).toEqual([""]);
});
