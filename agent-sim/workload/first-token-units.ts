// Times to first token whose attribute stands for seconds, and which some instrumentations write in milliseconds.

/** Clocks of span and model may differ by so much. */
const SLACK_MS = 1;

/**
 * Returns a table that hears such times with the spans' durations, and then converts them. A first token after the end of its
 * own span cannot be in seconds: one such call decides for all of its attribute and instrumentation.
 */
export function createFirstTokenUnits() {
  const numbers = new Map<string, number>();
  const areMs: boolean[] = [];
  return {
    /** Returns the number of an attribute of an instrumentation. */
    group(scope: string | null, provider: string | null, name: string): number {
      const key = JSON.stringify([scope, provider, name]);
      const known = numbers.get(key);
      if (known !== undefined) return known;
      numbers.set(key, areMs.length);
      areMs.push(false);
      return areMs.length - 1;
    },
    /** `ms` is the time if the attribute is in seconds; `durationMs` NaN where unknown. */
    hear(group: number, ms: number, durationMs: number): void {
      if (ms > durationMs + SLACK_MS && ms / 1000 <= durationMs + SLACK_MS) areMs[group] = true;
    },
    /** Returns the time in milliseconds; null where it lies after the span's end in either unit. */
    read(group: number, ms: number, durationMs: number): number | null {
      const time = areMs[group] ? ms / 1000 : ms;
      return time > durationMs + SLACK_MS ? null : time;
    },
    isMs: (group: number): boolean => areMs[group],
  };
}

/** Returns whether a time of known unit lies within its span. */
export function isWithinSpan(ms: number, durationMs: number): boolean {
  return !(ms > durationMs + SLACK_MS);
}
