import type { z } from "zod";
import { BadInputError, nearestName } from "./bad-input.ts";

/**
 * Returns `value` parsed by `schema`, with its defaults filled in. Throws a BadInputError for the first thing that is
 * wrong: its path in the file, what was expected, what was found and, for an unknown key, the nearest valid one.
 */
export function parseInput<S extends z.ZodType>(
  schema: S,
  value: unknown,
  subject: string,
  code = "bad-parameter",
): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = formatPath(issue.path);
  const where = path === "" ? subject : `${subject}, ${path}`;
  if (issue.code === "unrecognized_keys") {
    const key = issue.keys[0];
    const valid = validKeys(schema, issue.path);
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
      return `one of ${issue.values.map(String).join(", ")}`;
    case "too_small":
      return `${issue.origin === "string" || issue.origin === "array" ? "length " : ""}at least ${issue.minimum}${issue.inclusive === false ? " (exclusive)" : ""}`;
    case "too_big":
      return `${issue.origin === "string" || issue.origin === "array" ? "length " : ""}at most ${issue.maximum}${issue.inclusive === false ? " (exclusive)" : ""}`;
    default:
      return issue.message.toLowerCase();
  }
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
  const text = typeof value === "number" ? String(value) : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** Returns the keys of the object schema at `path`, looking through defaults and optionals; [] when there is none. */
function validKeys(schema: unknown, path: Path): string[] {
  let current = unwrap(schema);
  for (const part of path) {
    const next = current?.shape?.[part as string] ?? current?.element;
    current = unwrap(next);
  }
  return Object.keys(current?.shape ?? {});
}

interface SchemaShape {
  readonly shape?: Record<string, unknown>;
  readonly element?: unknown;
  readonly def?: { readonly innerType?: unknown };
}

function unwrap(schema: unknown): SchemaShape | undefined {
  let current = schema as SchemaShape | undefined;
  while (current?.def?.innerType !== undefined) current = current.def.innerType as SchemaShape;
  return current;
}
