import fc from "fast-check";
import { expect, test } from "vitest";
import { boundsOf, fitView, isInView, place, widenBounds } from "../../../../ui/web/map/fit-view.ts";

const metres = fc.double({ min: -4e5, max: 4e5, noNaN: true });
const extent = fc.double({ min: 10, max: 4e5, noNaN: true });
const anyBounds = fc
  .tuple(metres, metres, extent, extent)
  .map(([xM, yM, widthM, heightM]) => ({ fromM: { xM, yM }, toM: { xM: xM + widthM, yM: yM + heightM } }));

test("shows all of any bounds with a margin, undistorted, and is tight in one dimension", () => {
  const pixels = fc.integer({ min: 200, max: 2000 });
  fc.assert(
    fc.property(anyBounds, pixels, pixels, (bounds, widthPx, heightPx) => {
      const view = fitView(bounds, widthPx, heightPx);
      const [left, bottom] = place(view, bounds.fromM);
      const [right, top] = place(view, bounds.toM);
      const gaps = [left, widthPx - right, top, heightPx - bottom];
      for (const gap of gaps) expect(gap).toBeGreaterThan(11.9);
      expect((right - left) / (bounds.toM.xM - bounds.fromM.xM)).toBeCloseTo(view.pxPerM, 6);
      expect((bottom - top) / (bounds.toM.yM - bounds.fromM.yM)).toBeCloseTo(view.pxPerM, 6);
      expect(Math.abs(left - 12) < 0.1 || Math.abs(top - 32) < 0.1).toBe(true);
    }),
  );
});

test.each([
  // A road of 7 km on 684 x 368 pixels is limited by its width, a square of 600 m by the height.
  ["a road", 7000, 2400, (684 - 24) / 7000],
  ["a square", 600, 600, (368 - 64) / 600],
  ["a country", 400_000, 300_000, (368 - 64) / 300_000],
  ["a room", 12, 5, (684 - 24) / 12],
])("fits %s by the dimension that is scarce", (_, widthM, heightM, pxPerM) => {
  const bounds = { fromM: { xM: 0, yM: 0 }, toM: { xM: widthM, yM: heightM } };
  expect(fitView(bounds, 684, 368).pxPerM).toBeCloseTo(pxPerM, 12);
});

test("leaves a narrow map more room below, where the legend has two lines", () => {
  const view = fitView({ fromM: { xM: 0, yM: 0 }, toM: { xM: 100, yM: 100 } }, 366, 1000);
  const tall = fitView({ fromM: { xM: 0, yM: 0 }, toM: { xM: 10, yM: 100 } }, 366, 368);
  expect(view.pxPerM).toBeCloseTo(3.42, 9);
  expect(368 - place(tall, { xM: 0, yM: 0 })[1]).toBeCloseTo(56, 9);
});

test("widens for who leaves, with room to spare, and otherwise stays the very same", () => {
  fc.assert(
    fc.property(anyBounds, fc.array(fc.record({ xM: metres, yM: metres })), (bounds, points) => {
      const wider = widenBounds(bounds, points);
      expect(boundsOf([wider.fromM, wider.toM, ...points])).toEqual({
        fromM: { ...wider.fromM },
        toM: { ...wider.toM },
      });
      expect(widenBounds(wider, points)).toBe(wider);
    }),
  );
  const bounds = { fromM: { xM: 0, yM: 0 }, toM: { xM: 100, yM: 50 } };
  expect(widenBounds(bounds, [{ xM: 20, yM: 20 }])).toBe(bounds);
  expect(widenBounds(bounds, [{ xM: 200, yM: 20 }])).toEqual({ ...bounds, toM: { xM: 220, yM: 50 } });
});

test("knows what is on the canvas, and within a margin of it", () => {
  const view = fitView({ fromM: { xM: 0, yM: 0 }, toM: { xM: 100, yM: 100 } }, 600, 164);
  expect(isInView(view, { xM: 50, yM: 50 }, 0)).toBe(true);
  expect(isInView(view, { xM: 50, yM: 140 }, 0)).toBe(false);
  expect(isInView(view, { xM: 50, yM: 140 }, 10)).toBe(true);
});
