import fc from "fast-check";
import { expect, test } from "vitest";
import { applySettings, BadInputError } from "#core";

const document = { name: "a", radio: { carrierHz: 1, sites: [{ xM: 1 }, { xM: 2 }] }, empty: null };

const set = (path: string, value: unknown = 9, of: unknown = document): unknown =>
  applySettings(of, [{ path, value }]);

test.each([
  ["name", { ...document, name: 9 }],
  ["radio.carrierHz", { ...document, radio: { ...document.radio, carrierHz: 9 } }],
  ["radio.sites.1.xM", { ...document, radio: { ...document.radio, sites: [{ xM: 1 }, { xM: 9 }] } }],
  ["radio.sites.0", { ...document, radio: { ...document.radio, sites: [9, { xM: 2 }] } }],
  ["new.inside.new", { ...document, new: { inside: { new: 9 } } }],
  ["empty.key", { ...document, empty: { key: 9 } }],
])("%s sets that place and no other", (path, result) => {
  expect(set(path)).toEqual(result);
});

test("the document that was given stays as it was, and without one an empty one is filled", () => {
  const before = structuredClone(document);
  set("radio.sites.0.xM");
  expect(document).toEqual(before);
  expect(applySettings(undefined, [{ path: "a.b", value: 1 }])).toEqual({ a: { b: 1 } });
  expect(set("a", 1, null)).toEqual({ a: 1 });
});

test("later settings see earlier ones, and none leave the document equal", () => {
  const settings = [
    { path: "a", value: { b: 1, c: 2 } },
    { path: "a.b", value: 3 },
  ];
  expect(applySettings({}, settings)).toEqual({ a: { b: 3, c: 2 } });
  expect(applySettings("a text", [])).toBe("a text");
});

test("what was set is what is there", () => {
  const key = fc.stringMatching(/^[a-z][a-zA-Z]{0,8}$/);
  fc.assert(
    fc.property(fc.array(key, { minLength: 1, maxLength: 5 }), fc.jsonValue(), (keys, value) => {
      let found = set(keys.join("."), value, {});
      for (const part of keys) found = (found as Record<string, unknown>)[part];
      expect(found).toEqual(value);
    }),
  );
});

test.each([
  ["name.first", '"name", which holds no keys'],
  ["radio.carrierHz.unit", '"radio.carrierHz", which holds no keys'],
  ["", '"", which is no key'],
  ["radio.", '"", which is no key'],
  ["radio..carrierHz", '"", which is no key'],
  ["radio.sites.2", '"2" in a list of 2'],
  ["radio.sites.-1", '"-1" in a list of 2'],
  ["radio.sites.01", '"01" in a list of 2'],
  ["radio.sites.length", '"length" in a list of 2'],
  ["radio.sites.first.xM", '"first" in a list of 2'],
])("the path %j is refused", (path, got) => {
  expect(() => set(path)).toThrow(BadInputError);
  expect(() => set(path)).toThrow(`--set ${path}: expected a path of keys separated by dots, got ${got}`);
});

test("a document that holds no keys cannot be set", () => {
  expect(() => set("a", 1, "a text")).toThrow("the document, which holds no keys");
  expect(() => set("a", 1, 3)).toThrow(BadInputError);
});

test.each(["__proto__.polluted", "radio.__proto__.polluted", "__proto__", "radio.__proto__"])(
  "%s is refused, and no prototype changes",
  (path) => {
    expect(() => set(path)).toThrow(BadInputError);
    expect({}).not.toHaveProperty("polluted");
  },
);

test("names that every object inherits are keys like any other", () => {
  expect(set("constructor.prototype.polluted", true, {})).toEqual({
    constructor: { prototype: { polluted: true } },
  });
  expect(Object.hasOwn(set("toString", 1, {}) as object, "toString")).toBe(true);
  expect({}).not.toHaveProperty("polluted");
});
