import { expect, test } from "vitest";
import { z } from "zod";
import { BadInputError, parseInput } from "#core";

const schema = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Z][a-z]+$/)
    .default("Uma"),
  sites: z.union([z.literal(1), z.literal(7), z.literal(19)]).default(7),
  radio: z
    .strictObject({
      carrierHz: z.number().positive().default(3.5e9),
      model: z.enum(["uma", "umi"]).default("uma"),
      sectors: z
        .array(z.strictObject({ xM: z.number(), azimuthDeg: z.number().min(0).max(360).default(0) }))
        .min(1)
        .max(3)
        .optional(),
    })
    .prefault({}),
  arms: z.record(z.string(), z.strictObject({ bytes: z.int().multipleOf(8) })).default({}),
  step: z
    .discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("pca"), components: z.int() }),
      z.strictObject({ kind: z.literal("identity") }),
    ])
    .optional(),
});

/** Returns the message that `value` is refused with. */
function refusal(value: unknown): string {
  try {
    parseInput(schema, value, "a.yaml", "bad-scenario");
  } catch (error) {
    expect(error).toBeInstanceOf(BadInputError);
    expect((error as BadInputError).code).toBe("bad-scenario");
    return (error as BadInputError).message;
  }
  throw new Error("accepted");
}

test("what is absent has its default", () => {
  expect(parseInput(schema, { radio: { model: "umi" } }, "a.yaml")).toEqual({
    name: "Uma",
    sites: 7,
    radio: { model: "umi", carrierHz: 3.5e9 },
    arms: {},
  });
});

test.each<[string, unknown, string]>([
  [
    "a key of another branch of a union",
    { step: { kind: "identity", components: 3 } },
    'a.yaml, step: expected one of the keys kind, got "components"',
  ],
  [
    "a wrong type",
    { radio: { carrierHz: "fast" } },
    'a.yaml, radio.carrierHz: expected a value of type number, got "fast"',
  ],
  [
    "no number",
    { radio: { carrierHz: Number.NaN } },
    "a.yaml, radio.carrierHz: expected a value of type number, got NaN",
  ],
  ["too little", { radio: { carrierHz: 0 } }, "a.yaml, radio.carrierHz: expected more than 0, got 0"],
  [
    "too much, in a list",
    { radio: { sectors: [{ xM: 1 }, { xM: 2, azimuthDeg: 400 }] } },
    "a.yaml, radio.sectors[1].azimuthDeg: expected at most 360, got 400",
  ],
  [
    "a missing value in a list",
    { radio: { sectors: [{}] } },
    "a.yaml, radio.sectors[0].xM: expected a value of type number, got nothing",
  ],
  ["an empty list", { radio: { sectors: [] } }, "a.yaml, radio.sectors: expected length at least 1, got []"],
  ["another choice", { radio: { model: "rma" } }, 'a.yaml, radio.model: expected one of uma, umi, got "rma"'],
  ["another number of sites", { sites: 5 }, "a.yaml, sites: expected 1 or 7 or 19, got 5"],
  [
    "a name against its pattern, whose capitals stay",
    { name: "uma" },
    'a.yaml, name: expected a string to match pattern /^[A-Z][a-z]+$/, got "uma"',
  ],
  [
    "what is no multiple",
    { arms: { pca: { bytes: 9 } } },
    "a.yaml, arms.pca.bytes: expected a number to be a multiple of 8, got 9",
  ],
  ["another kind", { step: { kind: "vae" } }, "a.yaml, step.kind: expected 'pca' | 'identity', got \"vae\""],
  ["a text for a document", "hello", 'a.yaml: expected a value of type object, got "hello"'],
  ["null for an object", { radio: null }, "a.yaml, radio: expected a value of type object, got null"],
])("%s is told by its path, what was expected and what was found", (_what, value, message) => {
  expect(refusal(value)).toBe(message);
});

test.each<[string, unknown, string, string]>([
  ["at the top", { sitse: 7 }, "a.yaml", 'got "sitse" - did you mean "sites"?'],
  [
    "inside a default",
    { radio: { carierHz: 1 } },
    "a.yaml, radio",
    'got "carierHz" - did you mean "carrierHz"?',
  ],
  [
    "in a list",
    { radio: { sectors: [{ xM: 1, azimutDeg: 3 }] } },
    "a.yaml, radio.sectors[0]",
    'did you mean "azimuthDeg"?',
  ],
  ["in a record", { arms: { pca: { bites: 8 } } }, "a.yaml, arms.pca", 'did you mean "bytes"?'],
  ["in a union", { step: { kind: "pca", componets: 3 } }, "a.yaml, step", 'did you mean "components"?'],
])(
  "a misspelt key %s names the keys and the nearest, before the key that it left missing",
  (_what, value, where, hint) => {
    expect(refusal(value)).toContain(`${where}: expected one of the keys `);
    expect(refusal(value)).toContain(hint);
  },
);

test("a key that resembles none has no suggestion", () => {
  expect(refusal({ radio: { zzz: 1 } })).toBe(
    'a.yaml, radio: expected one of the keys carrierHz, model, sectors, got "zzz"',
  );
});

test("a long value is cut, and one that JSON cannot hold does not break the message", () => {
  expect(refusal({ name: [1, 2, 3, "x".repeat(100)] }).length).toBeLessThan(150);
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  expect(refusal({ name: circle })).toContain("got a value of type object");
  expect(refusal({ name: 3n })).toContain("got a value of type bigint");
  expect(refusal({ name: () => {} })).toContain("got a value of type function");
});
