/** Tests that need a browser: without one they skip by name; on CI they run, and so fail. */
import { type Browser, chromium } from "playwright-core";
import { describe, inject } from "vitest";

const browserPath = inject("browserPath");

export const describeInBrowser = browserPath === null && process.env.CI !== "true" ? describe.skip : describe;

/** Returns a new browser. Throws where none was found. */
export async function launchBrowser(): Promise<Browser> {
  if (browserPath === null) throw new Error("no browser found; set BATON_BROWSER to the path of a Chromium");
  return chromium.launch({ executablePath: browserPath, args: ["--no-sandbox"] });
}
