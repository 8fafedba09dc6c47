import { expect, test } from "vitest";
import { safeName } from "../../../../ui/server/drop/receive-file.ts";

test.each([
  ["drive 1 (rain).csv", "drive 1 (rain).csv"],
  ["../../etc/passwd", "passwd"],
  ["C:\\logs\\trace.jsonl.gz", "trace.jsonl.gz"],
  ["\u0000\n$(rm -rf ~).csv", "___(rm -rf _).csv"],
  ["--out=x.csv", "out_x.csv"],
  ["..", "file"],
  [".hidden.csv", "hidden.csv"],
  ["Fahrt-Zürich.csv", "Fahrt-Zürich.csv"],
  ["", "file"],
])("calls %j %j", (given, expected) => {
  expect(safeName(given)).toBe(expected);
});

test("keeps the ending of a name that is too long", () => {
  const name = safeName(`${"x".repeat(500)}.jsonl.gz`);
  expect([name.length, name.endsWith(".jsonl.gz")]).toEqual([89, true]);
});
