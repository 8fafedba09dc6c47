import { expect, test } from "vitest";
import { currentName } from "#core";

test("only a former name changes, and never into what every object has", () => {
  expect(currentName({ before: "now" }, "before")).toBe("now");
  for (const name of ["now", "other", "constructor", "__proto__", ""]) {
    expect(currentName({ before: "now" }, name)).toBe(name);
  }
});
