import type { z } from "zod";
import { BadInputError, nearestName } from "./bad-input.ts";

/**
 * Returns `value` parsed by `schema`, with its defaults filled in. Throws a BadInputError for the first thing that is
 * wrong: its path in the file, what was expected, what was found and, for an unknown key, the nearest valid one. An
 * unknown key comes before all else: a misspelt one is also missing, and that alone would not say why.
 */
export function parseInput<S extends z.ZodType>(
  schema: S,
  value: unknown,
  subject: string,
  code = "bad-parameter",
): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const issue = issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0];
  const path = formatPath(issue.path);
  const where = path === "" ? subject : `${subject}, ${path}`;
  if (issue.code === "unrecognized_keys") {
    const key = issue.keys[0];
    const valid = validKeys(schema, issue.path, valueAt(value, issue.path));
    const near = nearestName(key, valid);
    throw new BadInputError(code, {
      subject: where,
      expected: valid.length > 0 ? `one of the keys ${valid.join(", ")}` : "known keys",
      got: `"${key}"`,
      ...(near === undefined ? {} : { remedy: `did you mean "${near}"?` }),
    });
  }
  throw new BadInputError(code, {
    subject: where,
    expected: expectation(issue),
    got: show(valueAt(value, issue.path)),
  });
}

type Path = readonly PropertyKey[];

/** What Zod says of a union that has no words of its own. */
const NO_MESSAGE = "Invalid input";

/** Returns `radio.sites[2].xM` for a path. */
function formatPath(path: Path): string {
  return path
    .map((part, i) => (typeof part === "number" ? `[${part}]` : `${i === 0 ? "" : "."}${String(part)}`))
    .join("");
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `a value of type ${issue.expected}`;
    case "invalid_value":
      return issue.values.length === 1
        ? String(issue.values[0])
        : `one of ${issue.values.map(String).join(", ")}`;
    case "invalid_union":
      return issue.errors.length === 0 || issue.message !== NO_MESSAGE
        ? inWords(issue.message)
        : [...new Set(issue.errors.map(([first]) => branch(first)))].join(" or ");
    case "too_small":
      return `${measured(issue.origin)}${issue.inclusive === false ? "more than" : "at least"} ${issue.minimum}`;
    case "too_big":
      return `${measured(issue.origin)}${issue.inclusive === false ? "less than" : "at most"} ${issue.maximum}`;
    default:
      return inWords(issue.message);
  }
}

/** Returns Zod's message as what was expected. Only its first letter loses its capital: the rest may be a pattern. */
function inWords(message: string): string {
  const text = message
    .replace(/^Invalid ([a-z]+): must /, "a $1 to ")
    .replace(/^Invalid [a-z ]+\. Expected /, "")
    .replace(/^Invalid /, "a valid ");
  return /^[A-Z][a-z]/.test(text) ? text[0].toLowerCase() + text.slice(1) : text;
}

/** Returns what one branch of a union expected, with the place inside it where it failed. */
function branch(issue: z.core.$ZodIssue): string {
  const path = formatPath(issue.path);
  return path === "" ? expectation(issue) : `${expectation(issue)} at ${path}`;
}

function measured(origin: string): string {
  return origin === "string" || origin === "array" ? "length " : "";
}

function valueAt(value: unknown, path: Path): unknown {
  let current = value;
  for (const part of path) {
    if (typeof current !== "object" || current === null) return undefined;
    current = (current as Record<PropertyKey, unknown>)[part];
  }
  return current;
}

function show(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = typeof value === "number" ? String(value) : json(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** What JSON cannot hold is named after its type: YAML anchors can make an object that contains itself. */
function json(value: unknown): string {
  try {
    const text = JSON.stringify(value);
    if (text !== undefined) return text;
  } catch {
    // Falls through to the type.
  }
  return `a value of type ${typeof value}`;
}

/**
 * Returns the keys of the object schemas at `path`; [] when there are none. Of a union, those of the branches whose literals
 * (`kind: "hex"`) `value` has, or of all branches where it has none of them.
 */
function validKeys(schema: unknown, path: Path, value: unknown): string[] {
  let current = branches(schema);
  for (const part of path) {
    current = current.flatMap(({ shape, element, def }) =>
      branches(shape?.[part as string] ?? element ?? def?.valueType),
    );
  }
  const chosen = current.filter(({ shape }) => hasLiterals(shape ?? {}, value));
  const objects = chosen.length > 0 ? chosen : current;
  return [...new Set(objects.flatMap(({ shape }) => Object.keys(shape ?? {})))];
}

/** Returns whether `value` has every literal of `shape`; one that has a default may be left out. */
function hasLiterals(shape: Record<string, unknown>, value: unknown): boolean {
  return Object.entries(shape).every(([key, schema]) => {
    const literals = branches(schema).flatMap(({ def }) => def?.values ?? []);
    const own = valueAt(value, [key]) ?? (schema as SchemaShape).def?.defaultValue;
    return literals.length === 0 || literals.includes(own);
  });
}

/** What this file reads of a Zod schema: objects, arrays, records, unions and what wraps another schema. */
interface SchemaShape {
  readonly shape?: Record<string, unknown>;
  readonly element?: unknown;
  readonly def?: {
    readonly innerType?: unknown;
    readonly in?: unknown;
    readonly valueType?: unknown;
    readonly options?: readonly unknown[];
    readonly values?: readonly unknown[];
    readonly defaultValue?: unknown;
  };
}

/** Returns the schema without defaults, optionals and transformations, or the branches of a union. */
function branches(schema: unknown): SchemaShape[] {
  if (schema === undefined) return [];
  const { def } = schema as SchemaShape;
  const inner = def?.innerType ?? def?.in;
  if (inner !== undefined) return branches(inner);
  return def?.options === undefined ? [schema as SchemaShape] : def.options.flatMap(branches);
}
