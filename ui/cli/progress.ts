import type { Progress } from "#core";
import type { Context } from "./context.ts";

/** Shows how far a run is: one line, redrawn, on a terminal; nothing where notes are written to a file. */
export function progressLine(
  context: Context,
  quiet: boolean,
): { readonly show: (progress: Progress) => void; readonly end: () => void } {
  if (quiet || !context.terminal) return { show: () => {}, end: () => {} };
  return {
    show({ shard, done, total, secondsLeft }) {
      const left = secondsLeft === null ? "" : `, ${duration(secondsLeft)} left`;
      context.note(`\r\x1b[2K${done} of ${total} (${shard.key})${left}`);
    },
    end: () => context.note("\r\x1b[2K"),
  };
}

/** Returns `45 s`, `3 min 20 s` or `2 h 5 min`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
