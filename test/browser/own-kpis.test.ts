/** The user's own KPIs in a browser, against the real server and both simulators. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { liveKpis } from "../../ui/cli/live-kpis.ts";
import { type RunningServer, serve } from "../../ui/server/serve.ts";
import { describeInBrowser, launchBrowser } from "./describe-in-browser.ts";

/** Time that a loaded machine may need to make the worlds. */
const patience = { timeout: 120_000 };

describeInBrowser("KPIs of one's own on the page", { timeout: 180_000 }, () => {
  let server: RunningServer;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    const kpis = await liveKpis([
      "perHour = handoversPerUeMinute * 60",
      "wrongAnswers = 100 - 100 * exactMatch",
      "dear = costPerTask * 2",
    ]);
    server = await serve({ port: 0, log: () => {}, kpis });
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 1440, height: 1080 }, locale: "en-GB" });
    await page.goto(server.url);
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  const tile = (side: string, name: string) =>
    page.getByTestId(`${side}-kpis`).getByTestId(`kpi-own-${name}`);

  test("each has a tile on its side: name, value, interval, kind, and where it comes from", async () => {
    for (const [side, name, kind] of [
      ["ran", "perHour", "simulated"],
      ["agent", "wrongAnswers", "measured"],
    ]) {
      const own = tile(side, name);
      await expect.poll(() => own.getByTestId("value").innerText(), patience).toMatch(/^-?\d/);
      await expect.poll(() => own.getByTestId("interval").innerText(), patience).toMatch(/ to |\w/);
      expect(await own.innerText()).toContain(name);
      expect((await own.innerText()).toLowerCase()).toContain(kind);
      expect(await own.getByTestId("origin").textContent()).toMatch(new RegExp(`^${kind}, from formula: `));
    }
    await expect
      .poll(() => tile("ran", "perHour").getByTestId("interval").innerText(), patience)
      .toMatch(/\d to \d/);
    expect(await tile("agent", "perHour").count()).toBe(0);
    expect(await tile("ran", "wrongAnswers").count()).toBe(0);
  });

  test("one that this scenario cannot have is one line, and its tile is there where it can", async () => {
    const notice = page.getByTestId("notice");
    expect(await notice.innerText()).toContain(
      'Agents: KPI formula "dear": expected metrics of this experiment',
    );
    expect(await tile("agent", "dear").count()).toBe(0);
    await notice.getByText("Dismiss").click();
    expect(await notice.count()).toBe(0);
    await page.getByTestId("agent-scenario").selectOption("default");
    await expect.poll(() => tile("agent", "dear").getByTestId("value").innerText(), patience).toMatch(/^\d/);
    expect(await notice.innerText()).toContain(
      'KPI formula "wrongAnswers": expected metrics of this experiment',
    );
  });
});
