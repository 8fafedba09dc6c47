import fc from "fast-check";
import { expect, test } from "vitest";
import { BadInputError, nearestName, requireName } from "#core";

test("the message is one line of subject, expected, got and, where there is one, remedy", () => {
  const parts = { subject: "a.csv line 3", expected: "a number", got: '"x"' };
  const error = new BadInputError("bad-trace", parts);
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({ name: "BadInputError", code: "bad-trace" });
  expect(error.message).toBe('a.csv line 3: expected a number, got "x"');
  expect(new BadInputError("bad-trace", { ...parts, remedy: "remove the line" }).message).toBe(
    'a.csv line 3: expected a number, got "x" - remove the line',
  );
});

test("what was got may have several lines, the message has one", () => {
  const got = 'Unexpected token, "x\r\n\n  y\n" is not valid JSON';
  const { message } = new BadInputError("bad-trace", { subject: "a.json", expected: "JSON", got });
  expect(message).toBe('a.json: expected JSON, got Unexpected token, "x y " is not valid JSON');
});

const arms = ["a3-set1", "a3-set5", "a5", "cho", "prefix-cache", "prefix-miss"];

test.each([
  ["a3-set2", "a3-set1"], // of two as near, the first
  ["a3set5", "a3-set5"],
  ["prefix-cash", "prefix-cache"],
  ["PREFIX-MISS", "prefix-miss"],
  ["ch0", "cho"],
  ["a3", "a5"],
])("the name nearest to %s is %s", (name, near) => {
  expect(nearestName(name, arms)).toBe(near);
});

test.each(["zz", "x", "", "transformer", "cold"])("nothing is near to %j", (name) => {
  expect(nearestName(name, arms)).toBeUndefined();
});

test("a name that exists is its own nearest, and one edit to a longer name is mended", () => {
  const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{4,12}$/), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(names, fc.nat(), (list, pick) => {
      const name = list[pick % list.length];
      expect(nearestName(name, list)).toBe(name);
      expect(nearestName(`${name}!`, [name])).toBe(name);
    }),
  );
});

test("a known name comes back; an unknown one is refused with the list and the nearest", () => {
  expect(requireName("unknown-arm", "--arms", "a5", arms)).toBe("a5");
  const near = () => requireName("unknown-arm", "--arms", "a3-set9", arms);
  expect(near).toThrow(BadInputError);
  expect(near).toThrow(
    '--arms: expected one of a3-set1, a3-set5, a5, cho, prefix-cache, prefix-miss, got "a3-set9" - did you mean "a3-set1"?',
  );
  expect(() => requireName("unknown-arm", "--arms", "latent", arms)).toThrow(/got "latent"$/);
});

test("an abbreviation that is of one name only gives that name", () => {
  const keys = ["offsetDb", "hysteresisDb", "timeToTriggerMs", "filterCoefficient"];
  expect(["ttt", "hys", "fc"].map((short) => nearestName(short, keys))).toEqual([
    "timeToTriggerMs",
    "hysteresisDb",
    "filterCoefficient",
  ]);
  expect(nearestName("xyz", keys)).toBeUndefined();
  expect(nearestName("abc", ["abcDef", "abcGhi"])).toBeUndefined();
});
