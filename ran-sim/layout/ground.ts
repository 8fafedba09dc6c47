/** The ground that phones move on, and what happens at its edge. */

import { nearestImage, type Torus } from "../radio/layout.ts";

/**
 * "wrap": who leaves on one side enters on the other. "bounce": who meets the edge is reflected. "refuse": nobody may
 * leave, which is checked before the run.
 */
export type Edge = "wrap" | "bounce" | "refuse";

/** A plane that wraps around on a lattice, or a rectangle with an edge rule for each axis. Metres. */
export type Ground =
  | { readonly kind: "torus"; readonly torus: Torus }
  | {
      readonly kind: "rectangle";
      readonly xMinM: number;
      readonly xMaxM: number;
      readonly yMinM: number;
      readonly yMaxM: number;
      readonly xEdge: Edge;
      readonly yEdge: Edge;
    };

/** Brings every place (xM[i], yM[i]) of an unbounded journey onto the ground, in place. "refuse" changes nothing. */
export function foldOnto(ground: Ground, xM: Float64Array, yM: Float64Array): void {
  if (ground.kind === "torus") {
    const place = new Float64Array(2);
    for (let i = 0; i < xM.length; i++) {
      nearestImage(ground.torus, xM[i], yM[i], place);
      xM[i] = place[0];
      yM[i] = place[1];
    }
    return;
  }
  foldAxis(xM, ground.xMinM, ground.xMaxM, ground.xEdge);
  foldAxis(yM, ground.yMinM, ground.yMaxM, ground.yEdge);
}

/** Returns the place of two numbers in 0..1, uniform over the ground when they are. */
export function placeOn(ground: Ground, u: number, v: number): { readonly xM: number; readonly yM: number } {
  if (ground.kind === "torus") {
    const { t1xM, t1yM, t2xM, t2yM } = ground.torus;
    const xM = Float64Array.of(u * t1xM + v * t2xM);
    const yM = Float64Array.of(u * t1yM + v * t2yM);
    foldOnto(ground, xM, yM);
    return { xM: xM[0], yM: yM[0] };
  }
  return {
    xM: ground.xMinM + u * (ground.xMaxM - ground.xMinM),
    yM: ground.yMinM + v * (ground.yMaxM - ground.yMinM),
  };
}

/** Rounding in a projection must not put a place on the edge outside. */
const EDGE_TOLERANCE_M = 1e-6;

/** Returns whether a place is on the ground. On a torus: whether it is in the drawn area around the origin. */
export function isOn(ground: Ground, xM: number, yM: number): boolean {
  if (ground.kind === "torus") {
    const place = new Float64Array(2);
    nearestImage(ground.torus, xM, yM, place);
    return Math.hypot(place[0] - xM, place[1] - yM) < EDGE_TOLERANCE_M;
  }
  return (
    xM >= ground.xMinM - EDGE_TOLERANCE_M &&
    xM <= ground.xMaxM + EDGE_TOLERANCE_M &&
    yM >= ground.yMinM - EDGE_TOLERANCE_M &&
    yM <= ground.yMaxM + EDGE_TOLERANCE_M
  );
}

/** Returns whether somewhere along the edge nobody may leave. */
export function refusesLeaving(ground: Ground): boolean {
  return ground.kind === "rectangle" && (ground.xEdge === "refuse" || ground.yEdge === "refuse");
}

/** Returns the ground in words, for messages. */
export function describeGround(ground: Ground): string {
  if (ground.kind === "torus") {
    return `places in the drawn area, at most ${Math.round(ground.torus.sideM / Math.sqrt(3))} m from the centre`;
  }
  const { xMinM, xMaxM, yMinM, yMaxM } = ground;
  const range = (low: number, high: number): string => `${Math.round(low)} to ${Math.round(high)} m`;
  return `places with x from ${range(xMinM, xMaxM)} and y from ${range(yMinM, yMaxM)}`;
}

function foldAxis(values: Float64Array, low: number, high: number, edge: Edge): void {
  const width = high - low;
  for (let i = 0; i < values.length; i++) {
    const off = values[i] - low;
    switch (edge) {
      case "wrap":
        values[i] = low + off - width * Math.floor(off / width);
        break;
      case "bounce": {
        const turn = off - 2 * width * Math.floor(off / (2 * width));
        values[i] = low + (turn > width ? 2 * width - turn : turn);
        break;
      }
      case "refuse":
        break;
    }
  }
}
