import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, test } from "vitest";

const projectRoot = fileURLToPath(new URL("../../", import.meta.url));
const sharedRoot = resolve(projectRoot, process.env.BATON_SHARED ?? "../shared");

/** Returns the absolute path of a shared file or folder, such as `sharedPath("vectors", "l3_filter_derived.json")`. */
export function sharedPath(...parts: string[]): string {
  return resolve(sharedRoot, ...parts);
}

/** Without the shared folder a test skips by name; with `CI=true` it runs, and so fails, instead. */
const missing = !existsSync(sharedRoot) && process.env.CI !== "true";

/** `test`, for a test that reads shared data. */
export const testWithShared: typeof test = missing ? (test.skip as unknown as typeof test) : test;

/** `describe`, for tests that read shared data. */
export const describeWithShared: typeof describe = missing
  ? (describe.skip as unknown as typeof describe)
  : describe;
