// Training, validation and test traces by whole groups, and which rows of a test trace the training has seen.
import { BadInputError, createStream } from "#core";
import type { MultiCellTrace } from "./multi-cell-trace.ts";

export interface TraceSplit {
  readonly train: readonly MultiCellTrace[];
  readonly validation: readonly MultiCellTrace[];
  readonly test: readonly MultiCellTrace[];
}

export interface TraceSplitOptions {
  /** Draws the order in which groups are taken. */
  readonly seed: number;
  /** Shares of the traces' time; what is left is for training. */
  readonly testShare?: number;
  readonly validationShare?: number;
}

/** Traces of a group share road, so a group is never divided. A trace that was read alone is a group of its own. */
export function groupOf(trace: MultiCellTrace): string {
  return trace.group ?? trace.name;
}

/**
 * Returns `traces` in three parts of whole groups, each in the order of `traces`: about `testShare` (0.2) of their time
 * for the test, about `validationShare` (0.1) for the validation, the rest for training. Depends on the seed, and on the
 * names and lengths of the traces, but not on their order.
 *
 * Groups are taken in an order drawn from the seed. One goes to the test where that brings the test closer to its share
 * than leaving it out does; then, of what is left, to the validation in the same way. So a group that is larger than
 * twice a share is never in that part, but that no part is left empty: one that would be gets the smallest group left.
 *
 * Throws a BadInputError for fewer than three groups.
 */
export function splitTraces(traces: readonly MultiCellTrace[], options: TraceSplitOptions): TraceSplit {
  const { seed, testShare = 0.2, validationShare = 0.1 } = options;
  const sizes = new Map<string, number>();
  for (const trace of traces) {
    const group = groupOf(trace);
    sizes.set(group, (sizes.get(group) ?? 0) + trace.tickCount * trace.sampleMs);
  }
  if (sizes.size < 3) {
    throw new BadInputError("one-trace-group", {
      subject: "the split into training, validation and test",
      expected: "traces of at least three groups",
      got: `${sizes.size} in ${traces.length} traces`,
    });
  }
  const totalMs = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  const left = drawnOrder([...sizes.keys()].sort(), seed);
  const test = take(left, sizes, { wantedMs: testShare * totalMs, leave: 2 });
  const validation = take(left, sizes, { wantedMs: validationShare * totalMs, leave: 1 });
  const part = (groups: ReadonlySet<string>) => traces.filter((trace) => groups.has(groupOf(trace)));
  return { train: part(new Set(left)), validation: part(validation), test: part(test) };
}

/** Whether training has seen rows of a trace: the RSRP of all cells equal to 0.01 dB, the rule of `groups.json`. */
export interface KnownRows {
  /** Returns [tick]: 1 where the row, or with `withinMs` one no farther off in time, occurs in the training traces. */
  mask(trace: MultiCellTrace, withinMs?: number): Uint8Array;
  /** Returns the share of the rows of `traces` that occur in the training traces; null without a row. */
  share(traces: readonly MultiCellTrace[]): number | null;
}

export function createKnownRows(training: readonly MultiCellTrace[]): KnownRows {
  const seen = new Set<string>();
  for (const trace of training) {
    for (let tick = 0; tick < trace.tickCount; tick++) seen.add(rowKey(trace, tick));
  }
  const mask = (trace: MultiCellTrace, withinMs = 0): Uint8Array => {
    const known = Uint8Array.from({ length: trace.tickCount }, (_, tick) =>
      seen.has(rowKey(trace, tick)) ? 1 : 0,
    );
    return widen(known, Math.floor(withinMs / trace.sampleMs + 1e-9));
  };
  return {
    mask,
    share(traces) {
      let rows = 0;
      let known = 0;
      for (const trace of traces) {
        rows += trace.tickCount;
        known += mask(trace).reduce((sum, one) => sum + one, 0);
      }
      return rows === 0 ? null : known / rows;
    },
  };
}

function drawnOrder(names: string[], seed: number): string[] {
  const random = createStream(seed, "trace-split");
  for (let i = names.length - 1; i > 0; i--) {
    const j = random.integer(i + 1, i);
    [names[i], names[j]] = [names[j], names[i]];
  }
  return names;
}

/** Takes groups out of `left` for a part of about `wantedMs`: at least one, and all but `leave` at most. */
function take(
  left: string[],
  sizes: ReadonlyMap<string, number>,
  { wantedMs, leave }: { readonly wantedMs: number; readonly leave: number },
): ReadonlySet<string> {
  const taken = new Set<string>();
  const sizeOf = (group: string): number => sizes.get(group) ?? 0;
  let sumMs = 0;
  for (const group of [...left]) {
    const withMs = sumMs + sizeOf(group);
    if (Math.abs(withMs - wantedMs) >= Math.abs(sumMs - wantedMs)) continue;
    if (taken.size === left.length - leave) break;
    taken.add(group);
    sumMs = withMs;
  }
  if (taken.size === 0) taken.add(left.reduce((a, b) => (sizeOf(b) < sizeOf(a) ? b : a)));
  left.splice(0, left.length, ...left.filter((group) => !taken.has(group)));
  return taken;
}

function rowKey({ rsrpDbm, cellIds }: MultiCellTrace, tick: number): string {
  const cellCount = cellIds.length;
  const row = rsrpDbm.subarray(tick * cellCount, (tick + 1) * cellCount);
  return `${cellIds.join()}:${Array.from(row, (dbm) => Math.round(dbm * 100)).join()}`;
}

function widen(mask: Uint8Array, ticks: number): Uint8Array {
  if (ticks === 0) return mask;
  const out = new Uint8Array(mask.length);
  let lastKnown = Number.NEGATIVE_INFINITY;
  for (let tick = 0; tick < mask.length; tick++) {
    if (mask[tick] !== 0) lastKnown = tick;
    if (tick - lastKnown <= ticks) out[tick] = 1;
  }
  let nextKnown = Number.POSITIVE_INFINITY;
  for (let tick = mask.length - 1; tick >= 0; tick--) {
    if (mask[tick] !== 0) nextKnown = tick;
    if (nextKnown - tick <= ticks) out[tick] = 1;
  }
  return out;
}
