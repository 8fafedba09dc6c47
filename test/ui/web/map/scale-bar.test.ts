import fc from "fast-check";
import { expect, test } from "vitest";
import { scaleBar } from "../../../../ui/web/map/scale-bar.ts";

test.each([
  [0.09, "1 km", 90],
  [0.2, "500 m", 100],
  [5, "20 m", 100],
  [0.0011, "100 km", 110],
  [4e-6, "20,000 km", 80],
  [300, "20 cm", 60],
])("at %d pixels a metre the bar is %s long", (pxPerM, label, widthPx) => {
  const bar = scaleBar(pxPerM, 110);
  expect(bar.label).toBe(label);
  expect(bar.widthPx).toBeCloseTo(widthPx, 9);
});

test("is never longer than allowed, nor shorter than two fifths of that", () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-6, max: 1e3, noNaN: true }), (pxPerM) => {
      const { widthPx } = scaleBar(pxPerM, 110);
      expect(widthPx).toBeLessThanOrEqual(110 * (1 + 1e-9));
      expect(widthPx).toBeGreaterThan(0.4 * 110 * (1 - 1e-9));
    }),
  );
});
