// The timer of the published baseline: counts ticks, and remembers when it was started and when it was cut short.

/**
 * Idle until started; running counts one a tick and expires on reaching its length; expired until reset.
 * *Pending* means running or expired.
 */
export interface BaselineTimer {
  readonly lengthTicks: number;
  phase: "idle" | "running" | "expired";
  /** Ticks counted since the start; 0 when idle. */
  elapsedTicks: number;
  /** Ticks on which it left idle. */
  readonly startTicks: number[];
  /** Ticks of the resets that found it running, not expired. */
  readonly cutShortTicks: number[];
}

/** Returns an idle timer of `lengthTicks` (at least 1). */
export function createTimer(lengthTicks: number): BaselineTimer {
  return { lengthTicks, phase: "idle", elapsedTicks: 0, startTicks: [], cutShortTicks: [] };
}

/** Starts an idle timer; a running or expired one is left as it is. */
export function startTimer(timer: BaselineTimer, tick: number): void {
  if (timer.phase !== "idle") return;
  timer.phase = "running";
  timer.startTicks.push(tick);
}

/** Counts one tick of a running timer. */
export function countTick(timer: BaselineTimer): void {
  if (timer.phase !== "running") return;
  timer.elapsedTicks++;
  if (timer.elapsedTicks >= timer.lengthTicks) timer.phase = "expired";
}

/** Returns a running or expired timer to idle; an idle one is left as it is. */
export function resetTimer(timer: BaselineTimer, tick: number): void {
  if (timer.phase === "running") timer.cutShortTicks.push(tick);
  timer.phase = "idle";
  timer.elapsedTicks = 0;
}

/** True when the timer is running or expired. */
export function isPending(timer: BaselineTimer): boolean {
  return timer.phase !== "idle";
}
