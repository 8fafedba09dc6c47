import { BadInputError } from "./bad-input.ts";

/** One `--set path=value`: a place in a scenario file and the value that replaces what stands there. */
export interface Setting {
  readonly path: string;
  readonly value: unknown;
}

/**
 * Returns a copy of `document` with each setting in place. The result is then parsed by the scenario's schema, which
 * finds wrong keys and values. A key of a list is the index of one of its entries. Throws a BadInputError when a path
 * runs through something that holds no keys, or names an entry that a list does not have: the schema would not see it.
 */
export function applySettings(document: unknown, settings: readonly Setting[]): unknown {
  const copy = structuredClone(document ?? {});
  for (const { path, value } of settings) {
    const parts = path.split(".");
    let current = holder(copy, path, "the document");
    for (const [i, part] of parts.slice(0, -1).entries()) {
      requireKey(current, part, path);
      current[part] = (Object.hasOwn(current, part) ? current[part] : null) ?? {};
      current = holder(current[part], path, `"${parts.slice(0, i + 1).join(".")}"`);
    }
    const last = parts[parts.length - 1];
    requireKey(current, last, path);
    current[last] = value;
  }
  return copy;
}

function holder(value: unknown, path: string, at: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null) throw notAPath(path, `${at}, which holds no keys`);
  return value as Record<string, unknown>;
}

/** Throws for a key that would set nothing: empty, an object's prototype, or outside a list. */
function requireKey(current: Record<string, unknown>, key: string, path: string): void {
  if (key === "" || key === "__proto__") throw notAPath(path, `"${key}", which is no key`);
  if (Array.isArray(current) && !(/^(0|[1-9]\d*)$/.test(key) && Number(key) < current.length)) {
    throw notAPath(
      path,
      `"${key}" in a list of ${current.length}, whose keys are 0 to ${current.length - 1}`,
    );
  }
}

function notAPath(path: string, got: string): BadInputError {
  return new BadInputError("bad-parameter", {
    subject: `--set ${path}`,
    expected: "a path of keys separated by dots",
    got,
  });
}
