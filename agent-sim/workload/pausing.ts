import type { Pause } from "#core";

/** Between pauses: some milliseconds of work. */
const STRIDE = 1024;

/** Calls `each` with every item, and lets the caller's event loop turn now and then, so that Ctrl-C is heard. */
export async function forEachPausing<T>(
  items: Iterable<T>,
  each: (item: T) => void,
  pause?: Pause,
): Promise<void> {
  let count = 0;
  for (const item of items) {
    each(item);
    if (++count % STRIDE === 0) await pause?.();
  }
}
