/** The dashboard in a browser, against the real server and both simulators. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningServer, serve } from "../../ui/server/serve.ts";
import { agentTiles, ranTiles } from "../../ui/web/kpi/tile-choice.ts";
import { measureContrast } from "./contrast.ts";
import { describeInBrowser, launchBrowser } from "./describe-in-browser.ts";

/** Not in TypeScript's DOM library: https://wicg.github.io/layout-instability/ */
interface LayoutShift extends PerformanceEntry {
  readonly value: number;
}

/** Time that a loaded machine may need to make the worlds. */
const patience = { timeout: 120_000 };

describeInBrowser("the dashboard", { timeout: 180_000 }, () => {
  let server: RunningServer;
  let browser: Browser;
  let page: Page;
  /** Everything that the browser complained about, and every address that it asked for. */
  const complaints: string[] = [];
  const requested: string[] = [];

  beforeAll(async () => {
    server = await serve({ port: 0, log: () => {} });
    browser = await launchBrowser();
    const viewport = { width: 1440, height: 1080 };
    const context = await browser.newContext({ viewport, locale: "en-GB", colorScheme: "light" });
    await context.addInitScript(() => {
      const shifts = { sum: 0 };
      Object.assign(globalThis, { shifts });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) shifts.sum += (entry as LayoutShift).value;
      }).observe({ type: "layout-shift", buffered: true });
    });
    page = await context.newPage();
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("request", (request) => requested.push(request.url()));
    page.on("websocket", (socket) => requested.push(socket.url()));
    await page.goto(server.url);
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  const text = async (id: string): Promise<string> => (await page.getByTestId(id).textContent()) ?? "";
  const pixels = (): Promise<string> =>
    page.getByTestId("map").evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
  const figure = (metric: string): Promise<string> =>
    page.getByTestId(`kpi-${metric}`).getByTestId("value").innerText();
  /** All that has moved by itself since the page was loaded, by the measure of layout shift. */
  const shifted = (): Promise<number> =>
    page.evaluate(() => (globalThis as unknown as { shifts: { sum: number } }).shifts.sum);
  async function bothRun(): Promise<void> {
    for (const id of ["ran-time", "agent-time"]) {
      await expect.poll(() => text(id), patience).toMatch(/^(?!0\.0 s)\d/);
    }
  }

  test("moves on both sides: pixels, clocks and key figures", async () => {
    await bothRun();
    const before = { pixels: await pixels(), ran: await text("ran-time"), agent: await text("agent-time") };
    await expect.poll(() => text("ran-time"), patience).not.toBe(before.ran);
    await expect.poll(() => text("agent-time"), patience).not.toBe(before.agent);
    await expect.poll(pixels, patience).not.toBe(before.pixels);
    await page.getByTestId("speed").fill("9");
    await expect.poll(() => text("speed-value"), patience).toBe("12×");
    for (const metric of ["handoversPerUeMinute", "timeToFirstTokenMs.p50"]) {
      await expect.poll(() => figure(metric), patience).toMatch(/\d/);
      const first = await figure(metric);
      await expect.poll(() => figure(metric), patience).not.toBe(first);
    }
  });

  test("judges quality on both sides, and says of the agents' formulas that nothing answers", async () => {
    for (const metric of ["postHandoverAccuracy.50-250ms", "postHandoverRegretDb.50-250ms"]) {
      await expect.poll(() => figure(metric), patience).toMatch(/\d/);
    }
    await expect.poll(() => figure("exactMatch"), patience).toMatch(/\d|all/);
    await page.getByTestId("agent-scenario").selectOption("default");
    // The new scenario runs no latent: it goes on with the text.
    await expect.poll(() => page.getByTestId("agent-arm").inputValue(), patience).toBe("text");
    await expect.poll(() => figure("exactMatch"), patience).toBe("not answered");
    expect(await page.getByTestId("kpi-exactMatch").getByTestId("interval").innerText()).toContain(
      "by formula",
    );
  });

  test("slots answer, and a stranger's latent does not", async () => {
    await page.getByTestId("agent-scenario").selectOption("facts");
    await page.getByTestId("agent-arm").selectOption("slots");
    await expect.poll(() => text("agent-outcome"), patience).toMatch(/^Restored made anew from the latent/);
    // Committed weights answer 99 in 100 (agent-sim/measured/README.md): of the first tasks nearly all or all.
    await expect.poll(() => figure("exactMatch"), patience).toMatch(/^(all|1\.00|0\.[89]\d*)/);
    // 24 bytes of header and 128 of values, inside a message: magic number "BM".
    expect(await text("agent-crossed")).toMatch(/^25\d B$/);
    expect(await page.getByTestId("agent-payload").innerText()).toMatch(/^42\s*4d/);
    await page.getByTestId("agent-quick-another").click();
    await expect.poll(() => text("agent-outcome"), patience).toMatch(/^Lost a control/);
    // Chance is 1 in 32; of the first tasks' five questions each, none is right or few are.
    await expect.poll(() => figure("exactMatch"), patience).toMatch(/^(0$|0\.[0-4])/);
    await page.getByTestId("agent-scenario").selectOption("default");
    await expect.poll(() => page.getByTestId("agent-arm").inputValue(), patience).toBe("text");
  });

  test("tells the three steps in the same words and places on both sides, what is known then, and the bytes that travelled", async () => {
    const words = (side: string) => page.getByTestId(`${side}-steps`).locator("h3, h4").allInnerTexts();
    expect(await words("ran")).toEqual(await words("agent"));
    expect((await words("ran")).join()).toMatch(/Compress.*Transport.*Project/s);
    const top = async (side: string) => (await page.getByTestId(`${side}-steps`).boundingBox())?.y;
    expect(await top("ran")).toBe(await top("agent"));
    await expect.poll(() => text("ran-outcome"), patience).toMatch(/^Restored made anew from the latent/);
    expect(await text("ran-crossed")).toBe("152 B");
    await expect.poll(() => text("agent-outcome"), patience).toMatch(/^Restored .*tokens read again/);
    // The payload's magic number, "BT", and the message's, "BM".
    const bytes = (side: string) => page.getByTestId(`${side}-payload`).innerText();
    await expect.poll(() => bytes("ran"), patience).toMatch(/^42\s*54/);
    await expect.poll(() => bytes("agent"), patience).toMatch(/^42\s*4d/);
  });

  test("shows no metric of one side on the other, and says of each where it comes from", async () => {
    for (const [side, tiles] of [
      ["ran", ranTiles],
      ["agent", agentTiles],
    ] as const) {
      const shown = page.getByTestId(`${side}-kpis`).locator("[data-testid^=kpi-]");
      const ids = await shown.evaluateAll((found) => found.map((tile) => tile.getAttribute("data-testid")));
      expect(ids).toEqual(tiles.map(([metric]) => `kpi-${metric}`));
      for (const origin of await shown.getByTestId("origin").allTextContents()) {
        expect(origin).toMatch(/^(measured|simulated|cited|assumed), from .*, n [\d,]+, \d+ seeds\.$/);
      }
    }
    const names = (tiles: readonly (readonly string[])[]) => tiles.flat();
    expect(names(ranTiles).filter((metric) => names(agentTiles).includes(metric))).toEqual([]);
  });

  test("explains a figure to keyboard and touch alike: a button opens what it is and where it comes from", async () => {
    const tile = page.getByTestId("kpi-postHandoverAccuracy.50-250ms");
    const note = tile.getByTestId("note");
    expect(await note.isVisible()).toBe(false);
    await tile.getByRole("button").focus();
    await page.keyboard.press("Enter");
    await note.waitFor({ state: "visible" });
    expect(await note.innerText()).toMatch(/cell that the network expects to be best[\s\S]*simulated, from/);
    await page.keyboard.press("Escape");
    await note.waitFor({ state: "hidden" });
  });

  test("links the guide where it names it", async () => {
    for (const name of ["guide", "glossary", "protocol"]) {
      const href = await page.getByTestId(`doc-${name}`).getAttribute("href");
      const answer = await page.request.get(new URL(href ?? "", server.url).href);
      expect([answer.status(), answer.headers()["content-type"]]).toEqual([200, "text/plain; charset=utf-8"]);
      expect(await answer.text()).toMatch(/^# /);
    }
  });

  test("keeps nothing old under a new name: map, tiles, chart and hand-offs are empty until the new run speaks", async () => {
    const blank = () =>
      page.evaluate(() => {
        const side = document.querySelector("[data-testid=side-ran]");
        const canvases = [...(side?.querySelectorAll("canvas") ?? [])];
        const drawn = canvases.filter(({ width, height }, i) => {
          const copy = Object.assign(document.createElement("canvas"), { width, height });
          const context = copy.getContext("2d", { willReadFrequently: true });
          context?.drawImage(canvases[i], 0, 0);
          const { data } = context?.getImageData(0, 0, width, height) ?? { data: [] };
          return data.some((value, at) => at % 4 === 3 && value > 0);
        });
        const values = [...(side?.querySelectorAll("[data-testid=value]") ?? [])].map(
          (value) => value.textContent,
        );
        return {
          note: side?.querySelector("[data-testid=stage-note]")?.textContent ?? "",
          drawn: drawn.length,
          values: values.filter((value) => /\d/.test(value ?? "")),
          time: side?.querySelector("[data-testid=ran-time]")?.textContent,
          handOffs: side?.querySelector("[data-testid=ran-handoffs]")?.textContent,
          outcome: side?.querySelector("[data-testid=ran-outcome]")?.className ?? "",
        };
      });
    await expect.poll(() => figure("handoversPerUeMinute"), patience).toMatch(/\d/);
    // Every picture of the page between the choice and the first word of the new run, as the page itself sees it.
    await page.evaluate(() => {
      const seen: string[] = [];
      Object.assign(globalThis, { seen });
      const look = (): void => {
        const note =
          document.querySelector("[data-testid=side-ran] [data-testid=stage-note]")?.textContent ?? "";
        const value = document.querySelector("[data-testid='kpi-handoversPerUeMinute'] [data-testid=value]");
        if (note.includes("manhattan")) seen.push(value?.textContent ?? "");
        requestAnimationFrame(look);
      };
      look();
    });
    await page.getByTestId("ran-scenario").selectOption("manhattan");
    await expect
      .poll(async () => (await blank()).note, patience)
      .toMatch(/^Preparing manhattan with latent … \d+ s$/);
    const during = await blank();
    if (during.note !== "") {
      expect(during).toMatchObject({ drawn: 0, values: [], time: "–", handOffs: "0" });
      expect(during.outcome).toMatch(/\bnone\b/);
    }
    await expect.poll(() => text("ran-time"), patience).toMatch(/\d/);
    const seen = await page.evaluate(() => (globalThis as unknown as { seen: string[] }).seen);
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.filter((value) => /\d/.test(value))).toEqual([]);
    await page.getByTestId("ran-scenario").selectOption("walk");
    await bothRun();
  });

  test.each([
    ["ran", "a3-tuned", /^Lost the network keeps no memory/],
    ["ran", "ue-filter", /^Kept the phone itself keeps/],
    ["agent", "single", /^Kept one agent goes on/],
    ["agent", "cold", /^Lost nothing is carried over/],
    ["agent", "prefix-cache", /^Kept the receiver's cache/],
  ])("shows the hand-offs of %s %s, and what is known after them", async (side, arm, words) => {
    await page.getByTestId(`${side}-arm`).selectOption(arm);
    await expect.poll(() => text(`${side}-outcome`), patience).toMatch(words);
    expect(await text(`${side}-handoffs`)).toMatch(/[1-9]/);
    const isWarm = words.source.startsWith("^Kept");
    const colour = await page
      .getByTestId(`${side}-outcome`)
      .locator("b")
      .evaluate((word) => getComputedStyle(word).color);
    // --warm and --cold of the light theme.
    expect(colour).toBe(isWarm ? "rgb(154, 66, 8)" : "rgb(31, 90, 150)");
  });

  test("runs on after a double click on Restart", async () => {
    await page.getByTestId("ran-quick-latent").click();
    await expect.poll(() => page.getByTestId("ran-arm").inputValue(), patience).toBe("latent");
    // One that starts quickly.
    await page.getByTestId("ran-scenario").selectOption("two-cell");
    await bothRun();
    await page.getByTestId("restart").dblclick();
    // Or Space would mean the button.
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.waitForTimeout(500);
    await bothRun();
    for (const id of ["ran-time", "agent-time"]) {
      const before = await text(id);
      await expect.poll(() => text(id), patience).not.toBe(before);
    }
    expect(await page.getByTestId("notice").count()).toBe(0);
  });

  test("pauses and plays both sides from the keyboard", async () => {
    await page.locator("body").press("Space");
    await expect.poll(() => text("play"), patience).toContain("Play");
    await expect.poll(() => text("announcement"), patience).toContain("Paused");
    // One step may still be under way when the pause arrives, and a ring may still grow.
    await page.waitForTimeout(2500);
    const now = async () => [await text("ran-time"), await text("agent-time"), await pixels()];
    const before = await now();
    await page.waitForTimeout(1000);
    expect(await now()).toEqual(before);
    await page.getByTestId("play").focus();
    await page.keyboard.press("Space");
    await expect.poll(() => text("play"), patience).toContain("Pause");
    await expect.poll(() => text("ran-time"), patience).not.toBe(before[0]);
  });

  test("changes one side's arm, and a reload shows the run as it is", async () => {
    await page.getByTestId("agent-arm").selectOption("text");
    await expect.poll(() => text("agent-compress"), patience).toContain("UTF-8");
    expect(await shifted()).toBeLessThan(0.05);
    await page.reload();
    await expect.poll(() => page.getByTestId("agent-arm").inputValue(), patience).toBe("text");
    expect(await page.getByTestId("ran-arm").inputValue()).toBe("latent");
    expect(await text("speed-value")).toBe("12×");
    await bothRun();
    await expect.poll(() => figure("handoversPerUeMinute"), patience).toMatch(/\d/);
  });

  test("fits a wide map on a wide and on a narrow page, on the scale that the bar says, and widens again", async () => {
    await page.getByTestId("ran-scenario").selectOption("two-cell");
    await expect.poll(() => text("map-scale"), patience).toBe("200 m");
    const map = () =>
      page
        .getByTestId("side-ran")
        .locator("figure")
        .first()
        .evaluate((figure) => {
          const [canvas] = figure.querySelectorAll("canvas");
          const bar = figure.querySelector("[data-testid=map-scale]");
          const pxPerM =
            (bar?.querySelector("i")?.getBoundingClientRect().width ?? 0) /
            parseInt(bar?.textContent ?? "", 10);
          const copy = Object.assign(document.createElement("canvas"), {
            width: canvas.width,
            height: canvas.height,
          });
          const context = copy.getContext("2d", { willReadFrequently: true });
          context?.drawImage(canvas, 0, 0);
          const isDark = (xPx: number): boolean => {
            const { data } = context?.getImageData(xPx - 2, canvas.height / 2 - 30, 4, 60) ?? { data: [] };
            // --ink of the light theme, in which the sites' triangles are drawn.
            return data.some((red, i) => i % 4 === 0 && red === 0x1b && data[i + 1] === 0x1d);
          };
          const middlePx = canvas.width / 2;
          return {
            widthPx: canvas.width,
            // Two sites 500 m apart, whose cells reach 0.72 of that to the sides.
            cellsPx: 2 * (250 + 360) * pxPerM,
            sites: [-250, 250].map((xM) => isDark(Math.round(middlePx + xM * pxPerM))),
            between: isDark(Math.round(middlePx + 60 * pxPerM)),
            overflowPx: document.documentElement.scrollWidth - window.innerWidth,
          };
        });
    for (const width of [1440, 390, 1440]) {
      await page.setViewportSize({ width, height: 1080 });
      await expect.poll(async () => (await map()).widthPx < width, patience).toBe(true);
      await expect.poll(async () => (await map()).sites, patience).toEqual([true, true]);
      const { widthPx, cellsPx, between, overflowPx } = await map();
      expect(between).toBe(false);
      expect(cellsPx).toBeLessThanOrEqual(widthPx - 23);
      expect(cellsPx).toBeGreaterThan(0.7 * widthPx);
      expect(overflowPx).toBe(0);
    }
  });

  test.each(["light", "dark"] as const)("keeps every text readable in the %s theme", async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    const texts = await page.evaluate(measureContrast);
    expect(texts.length).toBeGreaterThan(50);
    expect(texts.filter(({ ratio }) => ratio < 4.5)).toEqual([]);
  });

  test("lets the person choose the theme, and remembers it", async () => {
    await page.emulateMedia({ colorScheme: "light" });
    await page.getByTestId("theme").click();
    expect(await page.locator("html").getAttribute("data-theme")).toBe("dark");
    await page.reload();
    expect(await page.locator("html").getAttribute("data-theme")).toBe("dark");
    await page.getByTestId("theme").click();
    await bothRun();
  });

  test("leads the keyboard through every control, with a ring around the one that has it", async () => {
    await page.getByTestId("play").focus();
    const chips = (side: string, arms: readonly string[]) => arms.map((arm) => `${side}-quick-${arm}`);
    const tiles = (choice: readonly (readonly string[])[]) => choice.map(() => null);
    for (const id of [
      ...["speed", "seed", "restart", "ran-scenario", "ran-arm"],
      ...chips("ran", ["cold", "latent", "whole", "ue-filter"]),
      ...tiles(ranTiles),
      ...["agent-scenario", "agent-arm"],
      ...chips("agent", ["cold", "text", "prefix-cache", "kv", "single"]),
      ...tiles(agentTiles),
    ]) {
      await page.keyboard.press("Tab");
      const focused = page.locator(":focus-visible");
      expect(await focused.getAttribute("data-testid")).toBe(id);
      expect(await focused.evaluate((element) => getComputedStyle(element).outlineStyle)).toBe("solid");
    }
  });

  test("moves nothing on the page by itself, asks nobody else for anything, and complains of nothing", async () => {
    const shifts = await page.evaluate(
      () => (globalThis as unknown as { shifts: { sum: number } }).shifts.sum,
    );
    expect(shifts).toBeLessThan(0.05);
    const { host } = new URL(server.url);
    expect(requested.filter((url) => new URL(url).host !== host)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test("starts in a browser whose language is none that Intl knows", async () => {
    const context = await browser.newContext();
    await context.addInitScript(() => {
      Object.defineProperty(Navigator.prototype, "language", {
        get: () => "en-US@posix",
        configurable: true,
      });
    });
    const other = await context.newPage();
    const errors: string[] = [];
    other.on("pageerror", (error) => errors.push(String(error)));
    await other.goto(server.url);
    await expect.poll(() => other.getByTestId("ran-time").textContent(), patience).toMatch(/^(?!0\.0 s)\d/);
    expect(errors).toEqual([]);
    await context.close();
  });

  test("says so when the server is gone, and finds it again by itself", async () => {
    const { port } = server;
    await server.close();
    await expect.poll(() => text("connection"), patience).toBe("Connection lost");
    await page.getByTestId("connection-notice").waitFor();
    expect(await page.getByTestId("play").isDisabled()).toBe(true);
    server = await serve({ port, log: () => {} });
    await expect.poll(() => text("connection"), patience).toBe("Live");
    await bothRun();
  });
});
