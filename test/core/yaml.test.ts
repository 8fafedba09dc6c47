import { expect, test } from "vitest";
import { BadInputError, parseYaml } from "#core";

function refusal(text: string): string {
  try {
    parseYaml(text, "a.yaml", "bad-scenario-file");
  } catch (error) {
    expect(error).toBeInstanceOf(BadInputError);
    return (error as Error).message;
  }
  throw new Error("was not refused");
}

test("a document is its value, and an empty one is null", () => {
  expect(parseYaml("a: [1, x]\nb: { c: true }\n", "a.yaml", "bad-parameter")).toEqual({
    a: [1, "x"],
    b: { c: true },
  });
  expect(parseYaml("# nothing\n", "a.yaml", "bad-parameter")).toBeNull();
  expect(parseYaml("a: &x [1]\nb: *x\n", "a.yaml", "bad-parameter")).toEqual({ a: [1], b: [1] });
});

test.each([
  ["a tab", "a:\n\tb: 1\n", "a.yaml line 2: expected YAML, got a tab before a key - indent with spaces"],
  [
    "two keys on a line",
    "a: b: 1\n",
    "a.yaml line 1: expected YAML, got two keys on one line - give each its own line",
  ],
  [
    "a key twice",
    "a: 1\na: 2\n",
    "a.yaml line 2: expected YAML, got a key that is there already - keep one of the two",
  ],
  ["an open quote", 'a: "b\nc: 3\n', "expected YAML, got a quote, bracket or colon that is missing"],
  ["an alias of nothing", "a: *x\n", "a.yaml: expected YAML, got Unresolved alias"],
  ["very deep lists", `a: ${"[".repeat(100_000)}`, "got values nested more than 50 deep"],
  [
    "deep lists that the parser reads",
    `a: ${"[".repeat(60)}${"]".repeat(60)}`,
    "got values nested more than 50 deep",
  ],
  ["very deep blocks", `a:\n  ${"- ".repeat(20_000)}x`, "got values nested more than 50 deep"],
  ["a value that contains itself", "a: &x\n  b: *x\n", "got values nested more than 50 deep"],
  [
    "more than four million characters",
    `a: 1\n#${"x".repeat(2 ** 22)}`,
    "got 4194310 characters, of at most 4194304",
  ],
])("%s is refused in words and on one line", (_, text, message) => {
  const got = refusal(text);
  expect(got).toContain(message);
  expect(got).not.toContain("\n");
});

test("aliases of aliases are refused before they unfold", () => {
  const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"];
  for (let i = 1; i < 10; i++)
    lines.push(
      `a${i}: &a${i} [${Array(9)
        .fill(`*a${i - 1}`)
        .join(", ")}]`,
    );
  expect(refusal(lines.join("\n"))).toBe("a.yaml: expected YAML, got aliases that unfold to very much");
});
