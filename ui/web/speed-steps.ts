/** The speeds that the slider offers, slowest first: its positions are equal steps of feeling, not of number. */
export const speedSteps: readonly number[] = [0.5, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20];

/** Returns the position of the speed nearest to `speed`. */
export function speedPosition(speed: number): number {
  let best = 0;
  for (const [i, step] of speedSteps.entries()) {
    if (Math.abs(step - speed) < Math.abs(speedSteps[best] - speed)) best = i;
  }
  return best;
}
