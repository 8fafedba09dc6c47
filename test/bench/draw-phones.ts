/**
 * Prints how long the map of the dashboard takes to draw 5,000 phones of 57 cells in Chromium, median of rounds, raster
 * included: `node .ci/enter.mjs test/bench/draw-phones.ts`
 */
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { findBrowser } from "../browser/find-browser.ts";

const PHONES = 5000;
const SITES = 19;
const ROUNDS = 15;

/** Runs in the page, where `draw` is the module of the renderer. */
const measure = `
  const canvas = document.createElement("canvas");
  canvas.width = 1200; canvas.height = 800;
  const context = canvas.getContext("2d");
  const sites = Array.from({ length: ${SITES} }, (_, i) => ({ xM: 300 * (i % 5), yM: 260 * Math.floor(i / 5) }));
  const cells = Array.from({ length: ${3 * SITES} }, (_, i) => ({
    site: sites[Math.floor(i / 3)], name: String(i), label: null, shape: [], colour: "0.6 0.1 " + ((i * 47) % 360),
  }));
  const scene = { isdM: 300, sectors: 3, cells, sites, copies: [{ xM: 0, yM: 0 }] };
  const view = { widthPx: 1200, heightPx: 800, pxPerM: 0.8, centreM: { xM: 700, yM: 490 } };
  const homes = Array.from({ length: ${PHONES} }, (_, i) => ({ xM: (i * 7919) % 1400, yM: (i * 104729) % 980 }));
  const serving = Int32Array.from(homes, (_, i) => i % cells.length);
  const phase = Uint8Array.from(homes, (_, i) => (i % 50 === 0 ? 2 : i % 91 === 0 ? 3 : i % 333 === 0 ? 4 : 1));
  const ink = { ink: "#111", soft: "#777", surface: "#fff", danger: "#c00", font: "sans-serif" };
  const times = [];
  for (let round = 0; round < ${ROUNDS}; round++) {
    const start = performance.now();
    renderer.drawPhones(context, scene, view, ink, { serving, phase }, homes, []);
    context.getImageData(0, 0, 1, 1);
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[${Math.floor(ROUNDS / 2)}];
`;

const source = process.argv[2] ?? fileURLToPath(new URL("../../ui/web/map/draw-phones.ts", import.meta.url));
const { outputFiles } = await build({
  entryPoints: [source],
  bundle: true,
  write: false,
  format: "iife",
  globalName: "renderer",
  logLevel: "error",
});
const executablePath = await findBrowser();
if (executablePath === null) throw new Error("no browser found; set BATON_BROWSER to the path of a Chromium");
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
try {
  const page = await browser.newPage();
  const medianMs = await page.evaluate(`${outputFiles[0].text};(() => { ${measure} })()`);
  process.stdout.write(`${PHONES} phones: ${Number(medianMs).toFixed(1)} ms a draw\n`);
} finally {
  await browser.close();
}
