import fc from "fast-check";
import { expect, test } from "vitest";
import { createNearestRow } from "../../../ran-sim/policy/lookup-nearest-row.ts";

test("the tree finds the row that looking at every row finds, the lowest of equally near ones", () => {
  // Few different values, so that rows and distances often tie.
  const level = fc.integer({ min: -4, max: 4 });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }).chain((dimensions) => {
        const row = fc.array(level, { minLength: dimensions, maxLength: dimensions });
        return fc.record({ rows: fc.array(row, { minLength: 1, maxLength: 120 }), point: row });
      }),
      ({ rows, point }) => {
        const distances = rows.map((row) => row.reduce((sum, value, d) => sum + (value - point[d]) ** 2, 0));
        const nearest = createNearestRow(Float64Array.from(rows.flat()), point.length);
        expect(nearest(Float64Array.from(point))).toBe(distances.indexOf(Math.min(...distances)));
      },
    ),
  );
});

test("without a row there is nothing to find", () => {
  expect(() => createNearestRow(new Float64Array(), 3)).toThrow(RangeError);
});
