import fc from "fast-check";
import { expect, test } from "vitest";
import { createEventHeap, pushEvent, takeEvent } from "#core";

test("events come in order of time, and those of one time in the order in which they were queued", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(9), fc.boolean())), (steps) => {
      const heap = createEventHeap(2);
      const waiting: { atS: number; code: number }[] = [];
      for (const [code, [atS, take]] of steps.entries()) {
        pushEvent(heap, atS, code, code + 1);
        waiting.push({ atS, code });
        if (!take) continue;
        waiting.sort((a, b) => a.atS - b.atS || a.code - b.code);
        const first = waiting.shift();
        expect(takeEvent(heap)).toBe(true);
        expect({ atS: heap.timeS, code: heap.code, stamp: heap.stamp }).toEqual({
          ...first,
          stamp: (first?.code ?? 0) + 1,
        });
      }
      waiting.sort((a, b) => a.atS - b.atS || a.code - b.code);
      for (const { code } of waiting) {
        takeEvent(heap);
        expect(heap.code).toBe(code);
      }
      expect(takeEvent(heap)).toBe(false);
    }),
  );
});
