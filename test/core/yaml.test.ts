import fc from "fast-check";
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
  [
    "a tab",
    "a:\n\tb: 1\n",
    "a.yaml line 2, column 1: expected YAML, got a tab before a key - indent with spaces",
  ],
  [
    "two keys on a line",
    "a: b: 1\n",
    "a.yaml line 1, column 4: expected YAML, got two keys on one line, or one that is indented deeper than the one before it - give each its own line, all indented alike",
  ],
  [
    "a key twice",
    "a: 1\na: 2\n",
    "a.yaml line 2, column 1: expected YAML, got a key that is there already - keep one of the two",
  ],
  [
    "an open quote",
    'a: "b\nc: 3\n',
    "a.yaml line 3, column 1: expected YAML, got a quote, bracket or colon that is missing - end a text with the quote",
  ],
  [
    "an open list",
    "a: [1, 2\nb: 3\n",
    "a.yaml line 2, column 1: expected YAML, got a list or map in brackets that is not closed - close it with ] or }",
  ],
  [
    "a mark that no text begins with",
    "a: 1\nb: @x\n",
    "a.yaml line 2, column 4: expected YAML, got a text that begins with @ - put it in quotes",
  ],
  [
    "a list behind a key",
    "a: - b\n",
    'a.yaml line 1, column 4: expected YAML, got "-" where it cannot stand - put a text',
  ],
  [
    "a path of Windows",
    'file: "C:\\quick"\n',
    "a.yaml line 1, column 10: expected YAML, got a backslash in double quotes with a letter that means nothing - take single quotes",
  ],
  [
    "a line without a colon",
    "users\nspeed: 3\n",
    "a.yaml line 1, column 1: expected YAML, got a line without a colon - write key: value",
  ],
  [
    "two documents",
    "a: 1\n---\nb: 2\n",
    "a.yaml line 2, column 1: expected one YAML document, got a second one behind --- or ... - keep one in the file",
  ],
  [
    "an alias of nothing",
    "a: 1\nb: [*x]\n",
    "a.yaml line 2, column 5: expected YAML, got the alias *x, before which nothing has the name &x - write the value out",
  ],
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
  expect(refusal(lines.join("\n"))).toBe(
    "a.yaml: expected YAML, got aliases that unfold to very much - name a file of data instead of repeating it",
  );
});

test("whatever is broken, one line says where, what was expected, what came, and what to do; none is the parser's own", () => {
  const mark = fc.constantFrom(
    ..."a|b: |1|- |: |\n|\n  |\t|[|]|{|}|,|\"|'|&x |*x|!t |!<|%F|@|`|#|---\n|? || |>|\\q".split("|"),
    "|",
  );
  fc.assert(
    fc.property(fc.array(mark, { maxLength: 14 }), (marks) => {
      try {
        parseYaml(marks.join(""), "a.yaml", "bad-scenario-file");
      } catch (error) {
        expect(error).toBeInstanceOf(BadInputError);
        const { message } = error as Error;
        expect(message).toMatch(
          /^a\.yaml( line \d+, column \d+)?: expected (one )?YAML( document)?, got .+ - .+$/,
        );
        expect(message).not.toMatch(
          /block|flow|scalar|implicit|compact mapping|parseAllDocuments|token|indicator/i,
        );
      }
    }),
    { seed: 13, numRuns: 3000 },
  );
});
