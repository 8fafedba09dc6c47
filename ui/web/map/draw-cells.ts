/** Draws on a canvas what does not move: the cells and their sites. */
import { isInView, type MapView, place } from "./fit-view.ts";
import type { MapScene } from "./map-scene.ts";
import type { MapInk } from "./read-ink.ts";
import type { Point } from "./site-area.ts";
import { symbolSizes } from "./symbol-sizes.ts";

/** Draws all cells, those that wrap-around repeats paler. */
export function drawCells(
  context: CanvasRenderingContext2D,
  scene: MapScene,
  view: MapView,
  ink: MapInk,
): void {
  const isdPx = scene.isdM * view.pxPerM;
  const { sitePx } = symbolSizes(isdPx, scene.sectors);
  context.fillStyle = ink.surface;
  context.fillRect(0, 0, view.widthPx, view.heightPx);
  for (const [c, copy] of scene.copies.entries()) {
    const own = c === 0;
    for (const cell of scene.cells) {
      const at = { xM: cell.site.xM + copy.xM, yM: cell.site.yM + copy.yM };
      if (!isInView(view, at, isdPx)) continue;
      tracePolygon(context, view, at, cell.shape);
      context.fillStyle = `oklch(${cell.colour} / ${own ? 0.2 : 0.07})`;
      context.fill();
      context.strokeStyle = ink.surface;
      context.lineWidth = 1.5;
      context.stroke();
    }
  }
  for (const site of scene.sites) {
    const [xPx, yPx] = place(view, site);
    context.beginPath();
    context.moveTo(xPx, yPx - sitePx);
    context.lineTo(xPx + 0.85 * sitePx, yPx + 0.65 * sitePx);
    context.lineTo(xPx - 0.85 * sitePx, yPx + 0.65 * sitePx);
    context.closePath();
    context.fillStyle = ink.ink;
    context.fill();
    context.strokeStyle = ink.surface;
    context.lineWidth = 1.5;
    context.stroke();
  }
}

function tracePolygon(
  context: CanvasRenderingContext2D,
  view: MapView,
  at: Point,
  shape: readonly Point[],
): void {
  context.beginPath();
  for (const corner of shape)
    context.lineTo(...place(view, { xM: at.xM + corner.xM, yM: at.yM + corner.yM }));
  context.closePath();
}
