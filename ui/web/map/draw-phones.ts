/** Draws on a canvas what moves: phones, who serves them, and the handovers just seen; the names of cells above them. */
import { type PhonesFrame, phonePhases } from "../../protocol.ts";
import { isInView, type MapView, place } from "./fit-view.ts";
import { type MapScene, nearestCopy } from "./map-scene.ts";
import { layers, type PhoneLayer, phoneSprites } from "./phone-sprites.ts";
import type { MapInk } from "./read-ink.ts";
import type { Point } from "./site-area.ts";
import { symbolSizes } from "./symbol-sizes.ts";

/** A handover that was just seen: a ring of `age` 0...1 around the phone. */
export interface Ring {
  readonly phone: number;
  readonly age: number;
}

/** [phase] in which layer a phone is drawn. */
const layerOf: readonly PhoneLayer[] = phonePhases.map((phase) =>
  phase === "re-establishing" ? "failed" : phase,
);

/** A phone without a place is not there now. */
export function isThere(home: Point): boolean {
  return !Number.isNaN(home.xM);
}

/** Draws phones, who serves them, and the rings. `homes` are their places in the area itself, [user]. */
export function drawPhones(
  context: CanvasRenderingContext2D,
  scene: MapScene,
  view: MapView,
  ink: MapInk,
  { serving, phase }: PhonesFrame,
  homes: readonly Point[],
  rings: readonly Ring[],
): void {
  const { phonePx } = symbolSizes(scene.isdM * view.pxPerM, scene.sectors);
  drawServing(context, scene, view, serving, homes);
  const spriteOf = phoneSprites(phonePx, context.getTransform().a, ink);
  for (const [c, copy] of scene.copies.entries()) {
    context.globalAlpha = c === 0 ? 1 : 0.28;
    // What is about to happen, and what went wrong, lies above the rest.
    for (const layer of layers) {
      for (const [u, home] of homes.entries()) {
        if (layerOf[phase[u]] !== layer || !isThere(home)) continue;
        const at = { xM: home.xM + copy.xM, yM: home.yM + copy.yM };
        if (!isInView(view, at, 2 * phonePx)) continue;
        const { image, sizePx } = spriteOf(layer, scene.cells[serving[u]]?.colour);
        const [xPx, yPx] = place(view, at);
        context.drawImage(image, xPx - sizePx / 2, yPx - sizePx / 2, sizePx, sizePx);
      }
    }
  }
  drawLabels(context, scene, view, ink);
  for (const { xPx, yPx, age } of apart(view, homes, rings)) {
    context.beginPath();
    context.arc(xPx, yPx, 6 + 14 * age, 0, 2 * Math.PI);
    context.globalAlpha = 1 - age;
    context.strokeStyle = ink.ink;
    context.lineWidth = 2;
    context.stroke();
  }
  context.globalAlpha = 1;
}

/** Names stand above the phones, which would hide them on a street or track. */
function drawLabels(context: CanvasRenderingContext2D, scene: MapScene, view: MapView, ink: MapInk): void {
  const { sitePx, labels } = symbolSizes(scene.isdM * view.pxPerM, scene.sectors);
  if (!labels) return;
  context.globalAlpha = 1;
  context.font = `600 10px ${ink.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = 3;
  context.strokeStyle = ink.surface;
  context.fillStyle = ink.soft;
  for (const { name, site, label } of scene.cells) {
    const at = label === null ? site : { xM: site.xM + label.xM, yM: site.yM + label.yM };
    const [xPx, middlePx] = place(view, at);
    const yPx = label === null ? middlePx - sitePx - 8 : middlePx;
    context.strokeText(name, xPx, yPx);
    context.fillText(name, xPx, yPx);
  }
}

/** Returns where the rings stand: one where many are at once in the same place, as those of a train are. */
function apart(
  view: MapView,
  homes: readonly Point[],
  rings: readonly Ring[],
): readonly { readonly xPx: number; readonly yPx: number; readonly age: number }[] {
  const shown: { xPx: number; yPx: number; age: number }[] = [];
  for (const { phone, age } of rings) {
    const [xPx, yPx] = place(view, homes[phone]);
    const isShown = shown.some(
      (other) => Math.hypot(other.xPx - xPx, other.yPx - yPx) < 10 && Math.abs(other.age - age) < 0.3,
    );
    if (!isShown) shown.push({ xPx, yPx, age });
  }
  return shown;
}

/** Draws a line from each phone to the cell that serves it, those of a cell at once. */
function drawServing(
  context: CanvasRenderingContext2D,
  scene: MapScene,
  view: MapView,
  serving: PhonesFrame["serving"],
  homes: readonly Point[],
): void {
  const servedBy: number[][] = scene.cells.map(() => []);
  for (const [u, home] of homes.entries()) if (isThere(home)) servedBy[serving[u]]?.push(u);
  context.lineWidth = 1;
  for (const [c, users] of servedBy.entries()) {
    const { site, colour } = scene.cells[c];
    context.beginPath();
    for (const u of users) {
      context.moveTo(...place(view, homes[u]));
      context.lineTo(...place(view, nearestCopy(scene, site, homes[u])));
    }
    context.strokeStyle = `oklch(${colour} / 0.32)`;
    context.stroke();
  }
}
