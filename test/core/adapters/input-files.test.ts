import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { changedInput, hashInputFiles } from "#core/node";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "baton-inputs-"));
  writeFileSync(join(folder, "a.csv"), "abc");
  writeFileSync(join(folder, "b.csv"), "");
});
afterEach(() => rmSync(folder, { recursive: true }));

const hash = (...names: string[]) =>
  hashInputFiles(
    names.map((name) => join(folder, name)),
    folder,
  );

test("names each file once, with its length and the SHA-256 of FIPS 180-4", async () => {
  // FIPS 180-4, examples: "abc"; and the digest of nothing.
  expect(await hash("b.csv", "a.csv", "b.csv")).toEqual([
    { path: "a.csv", bytes: 3, sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
    { path: "b.csv", bytes: 0, sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
  ]);
});

test("a file that cannot be read is refused by name", async () => {
  await expect(hash("c.csv")).rejects.toThrow(/c\.csv: expected a file that can be read, got ENOENT/);
});

test("names the file that changed, is gone or is new, and nothing where all bytes are the same", async () => {
  const before = await hash("a.csv", "b.csv");
  expect(changedInput(before, before)).toBeNull();
  expect(changedInput(before, before.toReversed())).toBeNull();
  // Another place is not another content.
  expect(
    changedInput(
      before,
      before.map((file) => ({ ...file, path: `elsewhere/${file.path}` })),
    ),
  ).toBeNull();
  writeFileSync(join(folder, "a.csv"), "abd");
  const changed = changedInput(before, await hash("a.csv", "b.csv"));
  expect(changed?.path).toBe("a.csv");
  expect(changed?.expected).toContain("3 bytes with SHA-256 ba7816bf8f01cfea...");
  expect(changedInput(before, before.slice(0, 1))).toMatchObject({ path: "b.csv", got: "no such input" });
  expect(changedInput(before.slice(0, 1), before)).toMatchObject({ path: "b.csv" });
  expect(changedInput([], before)).toMatchObject({ path: "a.csv" });
});
