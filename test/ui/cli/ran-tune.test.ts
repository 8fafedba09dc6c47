import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runBaton, temporaryFolder } from "../../support/run-baton.ts";

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

test.each([[[]], [["--rule"]]])(
  "ran tune %j says before it searches that its file cannot be written",
  async (flags) => {
    const to = async (out: string) => runBaton(["ran", "tune", ...flags, "--worlds", "1", "--out", out]);
    const folderItself = await to(folder.path);
    expect([folderItself.code, folderItself.out]).toEqual([2, ""]);
    expect(folderItself.notes).toMatch(
      /flag --out: expected a file in a folder that exists, got .* is a folder/,
    );
    expect(folderItself.notes).not.toContain("world 1");
    const nowhere = await to(join(folder.path, "none", "rule.json"));
    expect(nowhere.code).toBe(2);
    expect(nowhere.notes).toMatch(/got .*none is not there/);
  },
);

test.each(["0", "1.5", "many"])("ran tune --worlds %s is refused", async (worlds) => {
  const { code, notes } = await runBaton(["ran", "tune", "--worlds", worlds]);
  expect(code).toBe(2);
  expect(notes).toContain(`--worlds: expected a whole number from 1, got "${worlds}"`);
});
