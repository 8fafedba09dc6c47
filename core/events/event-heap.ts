// What is to come, as columns: a binary heap ordered by (time, order of queueing), so that equal times resolve identically.

/** Columns of the heap's entries; grows as needed. What was taken last stands in `timeS`, `code` and `stamp`. */
export interface EventHeap {
  size: number;
  nextSequence: number;
  atS: Float64Array;
  sequence: Float64Array;
  codes: Int32Array;
  stamps: Int32Array;
  timeS: number;
  code: number;
  stamp: number;
}

/** Returns an empty heap. */
export function createEventHeap(capacity = 64): EventHeap {
  return {
    size: 0,
    nextSequence: 0,
    atS: new Float64Array(capacity),
    sequence: new Float64Array(capacity),
    codes: new Int32Array(capacity),
    stamps: new Int32Array(capacity),
    timeS: Number.NaN,
    code: 0,
    stamp: 0,
  };
}

/** Adds an event at `atS`; `code` and `stamp` are the caller's, signed 32-bit integers. */
export function pushEvent(heap: EventHeap, atS: number, code: number, stamp: number): void {
  if (heap.size === heap.atS.length) grow(heap);
  const sequence = heap.nextSequence++;
  let hole = heap.size++;
  // A new event is the last of its time, so times alone decide.
  while (hole > 0) {
    const parent = (hole - 1) >>> 1;
    if (heap.atS[parent] <= atS) break;
    move(heap, parent, hole);
    hole = parent;
  }
  heap.atS[hole] = atS;
  heap.sequence[hole] = sequence;
  heap.codes[hole] = code;
  heap.stamps[hole] = stamp;
}

/** Takes the first event into `timeS`, `code` and `stamp`. Returns false, changing nothing, when there is none. */
export function takeEvent(heap: EventHeap): boolean {
  if (heap.size === 0) return false;
  heap.timeS = heap.atS[0];
  heap.code = heap.codes[0];
  heap.stamp = heap.stamps[0];
  const size = --heap.size;
  if (size === 0) return true;
  const { atS, sequence } = heap;
  const lastS = atS[size];
  const lastSequence = sequence[size];
  let hole = 0;
  for (;;) {
    let child = 2 * hole + 1;
    if (child >= size) break;
    const right = child + 1;
    if (
      right < size &&
      (atS[right] < atS[child] || (atS[right] === atS[child] && sequence[right] < sequence[child]))
    ) {
      child = right;
    }
    if (lastS < atS[child] || (lastS === atS[child] && lastSequence < sequence[child])) break;
    move(heap, child, hole);
    hole = child;
  }
  if (hole !== size) move(heap, size, hole);
  return true;
}

function move(heap: EventHeap, from: number, to: number): void {
  heap.atS[to] = heap.atS[from];
  heap.sequence[to] = heap.sequence[from];
  heap.codes[to] = heap.codes[from];
  heap.stamps[to] = heap.stamps[from];
}

function grow(heap: EventHeap): void {
  const larger = createEventHeap(2 * heap.atS.length);
  larger.atS.set(heap.atS);
  larger.sequence.set(heap.sequence);
  larger.codes.set(heap.codes);
  larger.stamps.set(heap.stamps);
  Object.assign(heap, {
    atS: larger.atS,
    sequence: larger.sequence,
    codes: larger.codes,
    stamps: larger.stamps,
  });
}
