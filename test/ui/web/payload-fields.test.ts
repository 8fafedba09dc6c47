import fc from "fast-check";
import { expect, test } from "vitest";
import { encodePayload } from "#core";
import { payloadFields } from "../../../ui/web/steps/payload-fields.ts";

test("names every field of a payload's header and says what it holds", () => {
  const bytes = encodePayload(Float32Array.of(1, -2, 3), { modelId: "m", precision: "fp16", sequence: 7 });
  const fields = payloadFields(bytes);
  expect(fields.map(({ name, from, to }) => `${name} ${from}-${to}`)).toEqual([
    "magic 0-2",
    "version 2-3",
    "precision 3-4",
    "model 4-8",
    "dimension 8-12",
    "sequence 12-16",
    "scale 16-20",
    "checksum 20-24",
    "values 24-30",
  ]);
  const meaning = Object.fromEntries(fields.map(({ name, meaning }) => [name, meaning]));
  expect(meaning).toMatchObject({
    magic: "BT",
    version: "1",
    precision: "fp16",
    dimension: "3",
    sequence: "7",
    scale: "1",
  });
});

test("covers any bytes without gap or overlap", () => {
  const start = fc.constantFrom([], [0x42, 0x54, 1], [0x42, 0x4d, 1, 0, 20, 0, 0, 0]);
  fc.assert(
    fc.property(start, fc.uint8Array({ maxLength: 160 }), (head, tail) => {
      const bytes = Uint8Array.from([...head, ...tail]);
      let at = 0;
      for (const { from, to } of payloadFields(bytes)) {
        expect(from).toBe(at);
        expect(to).toBeGreaterThan(from);
        at = to;
      }
      expect(at).toBe(bytes.length);
    }),
  );
});
