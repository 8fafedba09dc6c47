import fc from "fast-check";
import { expect, test } from "vitest";
import type { WireFormat } from "#core";
import {
  CELL_LIST_SIZE,
  historyFormat,
  LISTED_CELLS,
  readCellList,
  trajectoryFormat,
  writeCellList,
} from "../../../ran-sim/xn/cell-lists.ts";

const CELLS = 40;
const SHIPMENT = { entity: 0, sequence: 0 };
const formats: readonly (readonly [name: string, format: WireFormat<Float32Array>, stepS: number])[] = [
  ["the UE History Information", historyFormat(CELLS), 0.1],
  ["the predicted trajectory", trajectoryFormat(CELLS), 1],
];
const lists = fc.array(
  fc.record({ cell: fc.nat(CELLS - 1), stayS: fc.double({ min: 0, max: 4095, noNaN: true }) }),
  { minLength: 1, maxLength: LISTED_CELLS },
);

function rowOfList(list: Parameters<typeof writeCellList>[1]): Float32Array {
  const row = new Float32Array(CELL_LIST_SIZE);
  writeCellList(row, list);
  return row;
}

/** Returns the row that octets are read as, or why there is none. */
function decode(format: WireFormat<Float32Array>, octets: Uint8Array) {
  return format.decode(octets, SHIPMENT);
}

function encode(format: WireFormat<Float32Array>, list: Parameters<typeof writeCellList>[1]): Uint8Array {
  return format.encode(rowOfList(list), SHIPMENT).bytes;
}

test("a row holds a list, of which only the first sixteen entries fit", () => {
  const list = Array.from({ length: 20 }, (_, i) => ({ cell: i, stayS: 2 * i }));
  expect(readCellList(rowOfList(list))).toEqual(list.slice(0, 16));
  expect(readCellList(rowOfList([]))).toEqual([]);
});

test.each(formats)("%s carries cells and their order whole, and stays to half a step", (_, format, stepS) => {
  fc.assert(
    fc.property(lists, (list) => {
      const decoded = decode(format, encode(format, list));
      if (!decoded.ok) throw new Error(decoded.reason);
      const got = readCellList(decoded.content);
      expect(got.map(({ cell }) => cell)).toEqual(list.map(({ cell }) => cell));
      for (const [i, { stayS }] of got.entries()) {
        // 4095 s need 12 of the 24 bits of a float.
        expect(Math.abs(stayS - list[i].stayS)).toBeLessThanOrEqual(stepS / 2 + 1e-3);
      }
    }),
  );
});

test.each(formats)("%s that is cut short anywhere is truncated", (_, format) => {
  const octets = encode(format, [
    { cell: 3, stayS: 7 },
    { cell: 39, stayS: 0 },
  ]);
  for (let length = 0; length < octets.length; length++) {
    expect(decode(format, octets.subarray(0, length))).toEqual({ ok: false, reason: "truncated" });
  }
});

test.each(formats)("%s with more octets, or a cell that is not there, is malformed", (_, format) => {
  const octets = encode(format, [{ cell: 3, stayS: 7 }]);
  expect(decode(format, Uint8Array.of(...octets, 0))).toEqual({ ok: false, reason: "malformed" });
  const more = { history: historyFormat(CELLS + 1), trajectory: trajectoryFormat(CELLS + 1) };
  const wide = format.label.includes("History") ? more.history : more.trajectory;
  const unknown = encode(wide, [{ cell: CELLS, stayS: 7 }]);
  expect(decode(wide, unknown).ok).toBe(true);
  expect(decode(format, unknown)).toEqual({ ok: false, reason: "malformed" });
});

test.each(formats)(
  "%s never throws, of random octets and with flipped bits, and never names a cell that is not there",
  (_, format) => {
    const flips = fc.array(fc.tuple(fc.nat(), fc.nat(7)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), lists, flips, (noise, list, positions) => {
        const octets = encode(format, list);
        for (const [at, bit] of positions) octets[at % octets.length] ^= 1 << bit;
        for (const bytes of [noise, octets]) {
          const decoded = decode(format, bytes);
          if (!decoded.ok) continue;
          for (const { cell, stayS } of readCellList(decoded.content)) {
            expect(cell).toBeLessThan(CELLS);
            expect(stayS).toBeLessThanOrEqual(4095);
          }
        }
      }),
      { numRuns: 1000 },
    );
  },
);

test("of the single bits of a history most cannot flip unseen: the stay is written twice", () => {
  const format = historyFormat(CELLS);
  const octets = encode(format, [
    { cell: 3, stayS: 7.2 },
    { cell: 39, stayS: 100 },
  ]);
  let unseen = 0;
  for (let bit = 0; bit < 8 * octets.length; bit++) {
    const damaged = octets.slice();
    damaged[bit >> 3] ^= 1 << (bit & 7);
    if (decode(format, damaged).ok) unseen++;
  }
  expect(unseen / (8 * octets.length)).toBeLessThan(0.2);
});
