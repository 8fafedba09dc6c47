import { expect, test } from "vitest";
import { BadInputError } from "#core";
import { formatTrainingRecord, parseTrainingLog, type TrainingRecord } from "#core/model";

const records: TrainingRecord[] = [
  { step: 1, values: { loss: 1.25, learningRate: 0.001 } },
  { step: 2, values: { loss: Number.NaN, learningRate: 0.002 } },
];

test("a log is one JSON line a record and reads back, NaN included", () => {
  const text = records.map(formatTrainingRecord).join("");
  expect(text).toBe(
    '{"step":1,"values":{"loss":1.25,"learningRate":0.001}}\n{"step":2,"values":{"loss":null,"learningRate":0.002}}\n',
  );
  expect(parseTrainingLog(text, "log")).toEqual(records);
  expect(parseTrainingLog("", "log")).toEqual([]);
});

test("a last line that was cut short is dropped", () => {
  const text = records.map(formatTrainingRecord).join("");
  expect(parseTrainingLog(text.slice(0, -9), "log")).toEqual(records.slice(0, 1));
});

test.each([
  ["no JSON", "{\n", 'log line 1: expected a JSON line, got "{"'],
  ["no record", '{"step":1}\n', "log line 1, values: expected a value of type record, got nothing"],
  [
    "a step that is not later",
    '{"step":2,"values":{}}\n{"step":2,"values":{}}\n',
    "log line 2: expected a step after 2, got 2",
  ],
])("%s is one error that names the line", (_, text, message) => {
  expect(() => parseTrainingLog(text, "log")).toThrow(BadInputError);
  expect(() => parseTrainingLog(text, "log")).toThrow(message);
});
