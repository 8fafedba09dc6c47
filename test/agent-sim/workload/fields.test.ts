import { expect, test } from "vitest";
import { badField } from "../../../agent-sim/workload/fields.ts";

test("a value that is nested too deeply to be written is named by its kind", () => {
  const deep = JSON.parse("[".repeat(100_000) + "]".repeat(100_000));
  const error = badField({ file: "a.jsonl", line: 3 }, "input_length", "an integer", deep);
  expect(error.message).toBe("a.jsonl line 3, input_length: expected an integer, got a deeply nested list");
});
