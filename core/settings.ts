import { BadInputError } from "./bad-input.ts";

/** One `--set path=value`: a place in a scenario file and the value that replaces what stands there. */
export interface Setting {
  readonly path: string;
  readonly value: unknown;
}

/**
 * Returns a copy of `document` with each setting in place. The result is then parsed by the scenario's schema, which
 * finds wrong keys and values. Throws a BadInputError when a path runs through something that is not an object.
 */
export function applySettings(document: unknown, settings: readonly Setting[]): unknown {
  const copy = structuredClone(document ?? {});
  for (const { path, value } of settings) {
    const parts = path.split(".");
    let current = copy as Record<string, unknown>;
    for (const [i, part] of parts.slice(0, -1).entries()) {
      if (part === "__proto__") throw notAPath(path, part);
      current[part] ??= {};
      const next = current[part];
      if (typeof next !== "object" || next === null) throw notAPath(path, parts.slice(0, i + 1).join("."));
      current = next as Record<string, unknown>;
    }
    const last = parts[parts.length - 1];
    if (last === "" || last === "__proto__") throw notAPath(path, last);
    current[last] = value;
  }
  return copy;
}

function notAPath(path: string, at: string): BadInputError {
  return new BadInputError("bad-parameter", {
    subject: `--set ${path}`,
    expected: "a path of keys separated by dots",
    got: `"${at}", which holds no keys`,
  });
}
