import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Returns the TypeScript sources of the layers, as text. */
function sources(): string[] {
  return ["core", "ran-sim", "agent-sim", "ui"].flatMap((layer) =>
    readdirSync(join(root, layer), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts") && !path.includes("dist/") && !path.includes("node_modules/"))
      .map((path) => readFileSync(join(root, layer, path), "utf8")),
  );
}

/** Codes as the sources write them: the first argument of an error or of a check, or a default of one. */
const patterns = [
  /BadInputError\(\s*"([a-z0-9-]+)"/g,
  /requireName\(\s*"([a-z0-9-]+)"/g,
  /code = "([a-z0-9-]+)"/g,
  /parseInput\([^)]*"(bad-[a-z-]+)"\)/g,
];

test("every error code of the sources has a section in docs/errors.md, and every section a code", () => {
  const codes = new Set(
    sources().flatMap((text) =>
      patterns.flatMap((pattern) => [...text.matchAll(pattern)].map(([, code]) => code)),
    ),
  );
  const sections = [...readFileSync(join(root, "docs/errors.md"), "utf8").matchAll(/^## (.+)$/gm)];
  expect(codes.size).toBeGreaterThan(10);
  expect(sections.map(([, code]) => code).sort()).toEqual([...codes].sort());
});
