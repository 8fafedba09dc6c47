/** Where a Chromium is that tests and screenshots can drive. */
import { existsSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const cacheFolder = fileURLToPath(new URL("../../node_modules/.cache/chromium", import.meta.url));

/** Where installers put Chrome and Chromium on Linux, macOS and Windows. */
const installed = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe",
];

/**
 * Returns the path of a browser: `BATON_BROWSER`, else the one of the npm package on Linux x64 (unpacked on first use),
 * else an installed one; null when there is none. To be called by one process at a time: two that unpack collide.
 */
export async function findBrowser(): Promise<string | null> {
  const named = process.env.BATON_BROWSER;
  if (named !== undefined && named !== "") return named;
  if (process.platform === "linux" && process.arch === "x64") return unpackedBrowser();
  return installed.find((path) => existsSync(path)) ?? null;
}

async function unpackedBrowser(): Promise<string> {
  mkdirSync(cacheFolder, { recursive: true });
  const before = process.env.TMPDIR;
  process.env.TMPDIR = cacheFolder;
  try {
    const { default: chromium } = await import("@sparticuz/chromium");
    return await chromium.executablePath();
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
}
