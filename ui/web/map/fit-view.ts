/** From metres to pixels: which part of the plane is in view, and where a point of it lies on the canvas. */
import type { Point } from "./site-area.ts";

/** A rectangle along the axes. */
export interface Bounds {
  readonly fromM: Point;
  readonly toM: Point;
}

export interface MapView {
  readonly widthPx: number;
  readonly heightPx: number;
  /** The same in both directions. */
  readonly pxPerM: number;
  /** What lies in the middle of the canvas. */
  readonly centreM: Point;
}

/** Kept free around what is fitted: above lie the clock and the count, below the legend, which is higher when narrow. */
const INSET_PX = { side: 12, top: 32, bottom: 32, narrowBottom: 56 } as const;
/** 30rem, as in StageFigure.svelte. */
const NARROW_PX = 480;

/** Returns the smallest bounds of some points, of which there is at least one. */
export function boundsOf(points: readonly Point[]): Bounds {
  let [lowX, lowY, highX, highY] = [points[0].xM, points[0].yM, points[0].xM, points[0].yM];
  for (const { xM, yM } of points) {
    lowX = Math.min(lowX, xM);
    lowY = Math.min(lowY, yM);
    highX = Math.max(highX, xM);
    highY = Math.max(highY, yM);
  }
  return { fromM: { xM: lowX, yM: lowY }, toM: { xM: highX, yM: highY } };
}

/**
 * Returns `bounds` when all points lie in them, else wider ones with a tenth to spare: who wanders off the map is
 * followed in a few steps, not by a picture that moves all the time.
 */
export function widenBounds(bounds: Bounds, points: readonly Point[]): Bounds {
  const { fromM, toM } = bounds;
  const { fromM: low, toM: high } = boundsOf([fromM, toM, ...points]);
  const [spareX, spareY] = [(high.xM - low.xM) / 10, (high.yM - low.yM) / 10];
  if (low.xM === fromM.xM && low.yM === fromM.yM && high.xM === toM.xM && high.yM === toM.yM) return bounds;
  return {
    fromM: {
      xM: low.xM < fromM.xM ? low.xM - spareX : low.xM,
      yM: low.yM < fromM.yM ? low.yM - spareY : low.yM,
    },
    toM: {
      xM: high.xM > toM.xM ? high.xM + spareX : high.xM,
      yM: high.yM > toM.yM ? high.yM + spareY : high.yM,
    },
  };
}

/** Returns the view that shows all of `bounds`, as large as both dimensions allow, in the middle of what is kept free. */
export function fitView({ fromM, toM }: Bounds, widthPx: number, heightPx: number): MapView {
  const bottomPx = widthPx <= NARROW_PX ? INSET_PX.narrowBottom : INSET_PX.bottom;
  const pxPerM = Math.min(
    Math.max(1, widthPx - 2 * INSET_PX.side) / (toM.xM - fromM.xM),
    Math.max(1, heightPx - INSET_PX.top - bottomPx) / (toM.yM - fromM.yM),
  );
  const centreM = {
    xM: (fromM.xM + toM.xM) / 2,
    yM: (fromM.yM + toM.yM) / 2 - (bottomPx - INSET_PX.top) / 2 / pxPerM,
  };
  return { widthPx, heightPx, pxPerM, centreM };
}

/** Returns where a point lies on the canvas, in pixels from its upper left corner. */
export function place({ widthPx, heightPx, pxPerM, centreM }: MapView, { xM, yM }: Point): [number, number] {
  return [widthPx / 2 + (xM - centreM.xM) * pxPerM, heightPx / 2 - (yM - centreM.yM) * pxPerM];
}

/** Returns whether a point is on the canvas, or within `marginPx` of it. */
export function isInView(view: MapView, at: Point, marginPx: number): boolean {
  const [xPx, yPx] = place(view, at);
  return (
    xPx > -marginPx && yPx > -marginPx && xPx < view.widthPx + marginPx && yPx < view.heightPx + marginPx
  );
}
