import { expect, test } from "vitest";
import {
  formatBytes,
  formatNumber,
  formatQuantity,
  formatSpeed,
  formatTime,
} from "../../../ui/web/format.ts";

test.each([
  [0, "0"],
  [0.0052, "0.00520"],
  [0.12345, "0.123"],
  [45.678, "45.7"],
  [12_345.6, "12,346"],
  [0.00001, "1.0e-5"],
])("writes %d as %s", (value, text) => {
  expect(formatNumber(value)).toBe(text);
});

test("writes a value and its interval on one scale, the prefix on the unit", () => {
  expect(formatQuantity(60_600_000, "B", [980_000, 73_600_000])).toEqual({
    value: "60.6",
    low: "0.980",
    high: "73.6",
    unit: "MB",
  });
  expect(formatQuantity(0.3, "1", null)).toEqual({ value: "0.300", low: "", high: "", unit: "" });
  expect(formatQuantity(16.3, "1/min", null).unit).toBe("/ min");
});

test("writes bytes, times and speeds", () => {
  expect([150, 12_345, 57_200_000].map(formatBytes)).toEqual(["150 B", "12.3 kB", "57.2 MB"]);
  expect([3.14, 125].map(formatTime)).toEqual(["3.1 s", "2:05 min"]);
  expect([0.5, 2, 12].map(formatSpeed)).toEqual(["0.5×", "2×", "12×"]);
});
