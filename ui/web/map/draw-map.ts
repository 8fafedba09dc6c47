/** Draws cells and phones on a canvas. x points right, y up. */
import { type PhonesFrame, phonePhases } from "../../protocol.ts";
import { homeCopy, type MapScene, nearestCopy } from "./map-scene.ts";
import type { Point } from "./sector-shape.ts";

export interface MapView {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly pxPerM: number;
}

export interface MapInk {
  readonly surface: string;
  readonly ink: string;
  readonly soft: string;
  readonly danger: string;
  readonly font: string;
}

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

/** Returns the view that shows the scene's height. */
export function fitView(scene: MapScene, widthPx: number, heightPx: number): MapView {
  return { widthPx, heightPx, pxPerM: heightPx / (2 * scene.reachM) };
}

/** Draws what does not move. */
export function drawCells(
  context: CanvasRenderingContext2D,
  scene: MapScene,
  view: MapView,
  ink: MapInk,
): void {
  context.fillStyle = ink.surface;
  context.fillRect(0, 0, view.widthPx, view.heightPx);
  for (const [c, copy] of scene.copies.entries()) {
    const own = c === 0;
    for (const cell of scene.cells) {
      const at = { xM: cell.site.xM + copy.xM, yM: cell.site.yM + copy.yM };
      if (!isInView(view, at, scene.isdM)) continue;
      tracePolygon(context, view, at, cell.shape);
      context.fillStyle = `oklch(${cell.colour} / ${own ? 0.2 : 0.07})`;
      context.fill();
      context.strokeStyle = ink.surface;
      context.lineWidth = 1.5;
      context.stroke();
    }
  }
  context.font = `600 10px ${ink.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const { name, site, shape } of scene.cells) {
    const [xPx, yPx] = place(view, labelPlace(site, shape));
    context.fillStyle = ink.soft;
    context.fillText(name, xPx, yPx);
  }
  for (const site of scene.sites) {
    const [xPx, yPx] = place(view, site);
    context.beginPath();
    context.moveTo(xPx, yPx - 6);
    context.lineTo(xPx + 5, yPx + 4);
    context.lineTo(xPx - 5, yPx + 4);
    context.closePath();
    context.fillStyle = ink.ink;
    context.fill();
    context.strokeStyle = ink.surface;
    context.lineWidth = 1.5;
    context.stroke();
  }
}

/** Draws phones, who serves them, and the rings. */
export function drawPhones(
  context: CanvasRenderingContext2D,
  scene: MapScene,
  view: MapView,
  ink: MapInk,
  frame: PhonesFrame,
  rings: readonly Ring[],
): void {
  const { serving, phase } = frame;
  const homes = Array.from(frame.xM, (xM, u) => homeCopy(scene, xM, frame.yM[u]));
  for (const [u, home] of homes.entries()) {
    const cell = scene.cells[serving[u]];
    if (cell === undefined) continue;
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
      const at = { xM: home.xM + copy.xM, yM: home.yM + copy.yM };
      if (!isInView(view, at, 0)) continue;
      drawPhone(context, place(view, at), scene.cells[serving[u]]?.colour, phase[u], ink);
    }
  }
  for (const { phone, age } of rings) {
    const [xPx, yPx] = place(view, homes[phone]);
    context.beginPath();
    context.arc(xPx, yPx, 6 + 14 * age, 0, 2 * Math.PI);
    context.globalAlpha = 1 - age;
    context.strokeStyle = ink.ink;
    context.lineWidth = 2;
    context.stroke();
  }
  context.globalAlpha = 1;
}

function drawPhone(
  context: CanvasRenderingContext2D,
  [xPx, yPx]: readonly [number, number],
  colour: string | undefined,
  phase: number,
  ink: MapInk,
): void {
  const fill = colour === undefined ? ink.surface : `oklch(${colour})`;
  context.beginPath();
  if (phase === PHASE.failed) {
    context.moveTo(xPx - 4, yPx - 4);
    context.lineTo(xPx + 4, yPx + 4);
    context.moveTo(xPx + 4, yPx - 4);
    context.lineTo(xPx - 4, yPx + 4);
    context.strokeStyle = ink.danger;
    context.lineWidth = 2.5;
    context.stroke();
    return;
  }
  const moving = phase === PHASE.preparing || phase === PHASE.executing;
  const unserved = phase === PHASE.idle;
  context.arc(xPx, yPx, moving ? 5 : 4, 0, 2 * Math.PI);
  context.fillStyle = phase === PHASE.executing ? ink.surface : fill;
  context.fill();
  context.strokeStyle = moving ? ink.ink : unserved ? ink.soft : ink.surface;
  context.lineWidth = moving ? 2 : 1.25;
  context.stroke();
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

/** The middle of a sector's own corners. */
function labelPlace(site: Point, shape: readonly Point[]): Point {
  let xM = 0;
  let yM = 0;
  for (const corner of shape) {
    xM += corner.xM / shape.length;
    yM += corner.yM / shape.length;
  }
  return { xM: site.xM + 1.25 * xM, yM: site.yM + 1.25 * yM };
}

function place(view: MapView, { xM, yM }: Point): [number, number] {
  return [view.widthPx / 2 + xM * view.pxPerM, view.heightPx / 2 - yM * view.pxPerM];
}

function isInView(view: MapView, at: Point, marginM: number): boolean {
  const [xPx, yPx] = place(view, at);
  const margin = marginM * view.pxPerM + 8;
  return xPx > -margin && yPx > -margin && xPx < view.widthPx + margin && yPx < view.heightPx + margin;
}
