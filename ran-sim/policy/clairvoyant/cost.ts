import { isLateAt, type PhoneFuture } from "./future.ts";

/**
 * Lexicographic cost as two numbers that add: failures, short stays and handovers that the metrics count are in
 * `primary`; what they do not count (the warm-up) and then the ticks served late are in `secondary`, which only chooses
 * among plans of equal counts.
 *
 * | number    | unit of a failure | short stay | handover | late tick |
 * |-----------|-------------------|------------|----------|-----------|
 * | primary   | 2^34              | 2^17       | 1        | -         |
 * | secondary | 2^44              | 2^34       | 2^24     | 1         |
 *
 * Both are exact below 2^53: half a million failures, 131,071 short stays and as many handovers of one phone.
 */
export interface Cost {
  primary: number;
  secondary: number;
}

export const FAILURE = { primary: 2 ** 34, secondary: 2 ** 44 } as const;
export const SHORT_STAY = { primary: 2 ** 17, secondary: 2 ** 34 } as const;
export const HANDOVER = { primary: 1, secondary: 2 ** 24 } as const;

/** Returns whether the first cost is less. */
export function isLess(
  primary: number,
  secondary: number,
  thanPrimary: number,
  thanSecondary: number,
): boolean {
  return primary < thanPrimary || (primary === thanPrimary && secondary < thanSecondary);
}

/** Costs of many states. */
export interface Costs {
  readonly primary: Float64Array;
  readonly secondary: Float64Array;
}

export function createCosts(count: number): Costs {
  return { primary: new Float64Array(count), secondary: new Float64Array(count) };
}

/** Returns `(tick, cell) =>` on how many ticks before `tick` the cell would serve late. */
export function lateTicksBefore(phone: PhoneFuture): (tick: number, cell: number) => number {
  const { tickCount, cellCount } = phone;
  const before = new Int32Array((tickCount + 1) * cellCount);
  for (let tick = 0; tick < tickCount; tick++) {
    for (let cell = 0; cell < cellCount; cell++) {
      const at = tick * cellCount + cell;
      before[at + cellCount] = before[at] + (isLateAt(phone, tick, cell) ? 1 : 0);
    }
  }
  return (tick, cell) => before[tick * cellCount + cell];
}
