/**
 * Writes docs/screenshots/dashboard-{light,dark}.png from the real server, once both sides have run long enough for
 * intervals: `node .ci/enter.mjs test/browser/take-screenshots.ts`
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium, type Page } from "playwright-core";
import { serve } from "../../ui/server/serve.ts";
import { findBrowser } from "./find-browser.ts";

const folder = fileURLToPath(new URL("../../docs/screenshots", import.meta.url));
const viewport = { width: 1440, height: 1080 };
const simulatedS = 40;
const patienceMs = 300_000;

const executablePath = await findBrowser();
if (executablePath === null) throw new Error("no browser found; set BATON_BROWSER to the path of a Chromium");
mkdirSync(folder, { recursive: true });
const server = await serve({ port: 0 });
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
try {
  const page = await browser.newPage({ viewport, locale: "en-GB", colorScheme: "light" });
  await page.goto(server.url);
  await page.getByTestId("stage-note").first().waitFor({ state: "detached", timeout: patienceMs });
  for (const domain of ["ran", "agent"]) await waitForTime(page, `${domain}-time`);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.waitForTimeout(1500);
    await page.screenshot({ path: join(folder, `dashboard-${colorScheme}.png`), fullPage: true });
  }
} finally {
  await browser.close();
  await server.close();
}

async function waitForTime(page: Page, testId: string): Promise<void> {
  const clock = page.getByTestId(testId);
  const endMs = Date.now() + patienceMs;
  while (Date.now() < endMs) {
    const text = (await clock.textContent()) ?? "";
    if (text.endsWith("min") || Number.parseFloat(text) >= simulatedS) return;
    await page.waitForTimeout(500);
  }
  throw new Error(`${testId} has not reached ${simulatedS} s within ${patienceMs / 1000} s`);
}
