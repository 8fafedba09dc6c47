import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeFolder } from "#core/node";
import { temporaryFolder } from "../../support/run-baton.ts";

test("a folder is made with those above it, and once more without harm", async () => {
  const folder = temporaryFolder();
  try {
    const path = join(folder.path, "a", "b", "c");
    await makeFolder(path);
    await makeFolder(path);
    expect(existsSync(path)).toBe(true);
    writeFileSync(join(folder.path, "file"), "");
    await expect(makeFolder(join(folder.path, "file"))).rejects.toThrow("EEXIST");
    await expect(makeFolder(join(folder.path, "file", "below"))).rejects.toThrow("ENOTDIR");
  } finally {
    folder.remove();
  }
});

// Node's own recursive mkdir tries for ever here.
test.runIf(existsSync("/proc/self"))("where no folder can be made it says so, and ends", async () => {
  await expect(makeFolder("/proc/x/run")).rejects.toThrow("ENOENT");
});
