/** Finds, and on first use unpacks, the browser once for all test files: two that unpack at once collide. */
import type { TestProject } from "vitest/node";
import { findBrowser } from "./find-browser.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Path of a Chromium, or null. */
    browserPath: string | null;
  }
}

export default async function setup(project: TestProject): Promise<void> {
  project.provide("browserPath", await findBrowser());
}
