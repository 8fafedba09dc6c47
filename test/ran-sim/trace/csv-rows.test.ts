import fc from "fast-check";
import { expect, test } from "vitest";
import { readCsvTable } from "../../../ran-sim/trace/csv-rows.ts";

const field = fc.stringMatching(/^[a-z0-9 .+-]{0,6}$/);
const rows = fc.array(fc.array(field, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 12 });

test("text without quotes gives the table that it gives with its first name in quotes, whatever ends its lines", () => {
  fc.assert(
    fc.property(
      rows,
      fc.constantFrom("\n", "\r\n"),
      fc.constantFrom(",", ";", "\t"),
      fc.boolean(),
      (of, end, by, ends) => {
        const tail = `a${by}b${by}c${by}d${end}${of.map((row) => row.join(by)).join(end)}${ends ? end : ""}`;
        const read = (text: string) => {
          try {
            return readCsvTable(text, "a.csv", "trace-multi-cell");
          } catch (error) {
            return String(error);
          }
        };
        expect(read(`time${by}${tail}`)).toEqual(read(`"time"${by}${tail}`));
      },
    ),
    { seed: 7, numRuns: 500 },
  );
});
