/** Draws on a canvas what moves: phones, who serves them, and the handovers just seen; the names of cells above them. */
import { type PhonesFrame, phonePhases } from "../../protocol.ts";
import { isInView, type MapView, place } from "./fit-view.ts";
import { type MapScene, nearestCopy } from "./map-scene.ts";
import type { MapInk } from "./read-ink.ts";
import type { Point } from "./site-area.ts";
import { symbolSizes } from "./symbol-sizes.ts";

/** A handover that was just seen: a ring of `age` 0...1 around the phone. */
export interface Ring {
  readonly phone: number;
  readonly age: number;
}

const PHASE = {
  idle: phonePhases.indexOf("idle"),
  preparing: phonePhases.indexOf("preparing"),
  executing: phonePhases.indexOf("executing"),
  failed: phonePhases.indexOf("re-establishing"),
} as const;

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
  for (const [u, home] of homes.entries()) {
    const cell = scene.cells[serving[u]];
    if (cell === undefined || !isThere(home)) continue;
    context.beginPath();
    context.moveTo(...place(view, home));
    context.lineTo(...place(view, nearestCopy(scene, cell.site, home)));
    context.strokeStyle = `oklch(${cell.colour} / 0.32)`;
    context.lineWidth = 1;
    context.stroke();
  }
  for (const [c, copy] of scene.copies.entries()) {
    context.globalAlpha = c === 0 ? 1 : 0.28;
    for (const [u, home] of homes.entries()) {
      if (!isThere(home)) continue;
      const at = { xM: home.xM + copy.xM, yM: home.yM + copy.yM };
      if (!isInView(view, at, 2 * phonePx)) continue;
      drawPhone(context, place(view, at), phonePx, scene.cells[serving[u]]?.colour, phase[u], ink);
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

function drawPhone(
  context: CanvasRenderingContext2D,
  [xPx, yPx]: readonly [number, number],
  radiusPx: number,
  colour: string | undefined,
  phase: number,
  ink: MapInk,
): void {
  const fill = colour === undefined ? ink.surface : `oklch(${colour})`;
  context.beginPath();
  if (phase === PHASE.failed) {
    context.moveTo(xPx - radiusPx, yPx - radiusPx);
    context.lineTo(xPx + radiusPx, yPx + radiusPx);
    context.moveTo(xPx + radiusPx, yPx - radiusPx);
    context.lineTo(xPx - radiusPx, yPx + radiusPx);
    context.strokeStyle = ink.danger;
    context.lineWidth = 2.5;
    context.stroke();
    return;
  }
  const moving = phase === PHASE.preparing || phase === PHASE.executing;
  const unserved = phase === PHASE.idle;
  context.arc(xPx, yPx, moving ? radiusPx + 1 : radiusPx, 0, 2 * Math.PI);
  context.fillStyle = phase === PHASE.executing ? ink.surface : fill;
  context.fill();
  context.strokeStyle = moving ? ink.ink : unserved ? ink.soft : ink.surface;
  context.lineWidth = moving ? 2 : 1.25;
  context.stroke();
}
