// Handovers of recorded journeys that training cannot have seen: every KPI of them alone.
import type { Shard, ShardResult, TableRow, Tally, UnitResult } from "#core";
import { createKnownRows, type KnownRows, readTraces, type TraceInput } from "#ran-sim";
import type { Replay } from "./replay.ts";

type MultiCellTrace = Extract<TraceInput, { kind: "multi-cell" }>["traces"][number];

/** A handover is unseen when no row this close to its request occurs in the training traces. */
const WITHIN_MS = 1000;

/**
 * Returns, for each unit of a shard, one more of the scenario `/rows=unseen`: what began at instants farther than a second from any
 * row that traces of other groups hold too. Failures without an attempt count by their own instant.
 */
export function unseenUnits(
  replay: Replay,
  shard: Shard,
  { units, tables }: ShardResult<"ran">,
): UnitResult<"ran">[] {
  const name = shard.key.slice(shard.key.indexOf("/trace=") + "/trace=".length);
  const { known, sampleMs } = knownMask(replay.folder, name);
  const isUnseen = (timeS: number): boolean =>
    known[Math.min(known.length - 1, Math.round((timeS * 1000) / sampleMs))] !== 1;
  return units.map((unit) => {
    const of = (rows: readonly TableRow[] | undefined): readonly TableRow[] =>
      (rows ?? []).filter(({ arm }) => arm === unit.arm);
    return {
      ...unit,
      scenario: `${unit.scenario}/rows=unseen`,
      tallies: talliesOf(of(tables.handovers), of(tables.events), isUnseen),
    };
  });
}

/** Returns the counts and rates of the handovers and failures that `counts` picks by their instant in seconds. */
export function talliesOf(
  handovers: readonly TableRow[],
  events: readonly TableRow[],
  counts: (timeS: number) => boolean,
): Readonly<Record<string, Tally>> {
  const attempts = handovers.filter(({ started_s }) => counts(Number(started_s)));
  const picked = new Set(attempts.map(({ ue, attempt }) => `${ue} ${attempt}`));
  const isPicked = (row: TableRow): boolean => picked.has(`${row.ue} ${row.attempt}`);
  const executed = new Set(
    events
      .filter((row) => (row.type === "handoverCommand" || row.type === "handoverFailure") && isPicked(row))
      .map(({ ue, attempt }) => `${ue} ${attempt}`),
  ).size;
  const completed = attempts.filter(({ outcome }) => outcome === "completed");
  const failed = attempts.filter(
    ({ outcome }) => outcome === "failedState2" || outcome === "failedState3",
  ).length;
  const lost = events.filter((row) => {
    if (row.type === "handoverFailure")
      return !String(row.detail).includes("the source serves on") && isPicked(row);
    return (
      row.type === "radioLinkFailure" && (row.attempt === null ? counts(Number(row.time_s)) : isPicked(row))
    );
  }).length;
  const pingPongs = completed.filter(({ ping_pong }) => ping_pong === true).length;
  const shortStays = completed.filter(({ short_stay }) => short_stay === true).length;
  const once = (sum: number): Tally => ({ sum, weight: 1 });
  return {
    handoverAttempts: once(executed),
    handovers: once(completed.length),
    radioLinkFailures: once(lost),
    handoverFailures: once(failed),
    pingPongs: once(pingPongs),
    shortStays: once(shortStays),
    pingPongRate: { sum: pingPongs, weight: completed.length },
    shortStayRate: { sum: shortStays, weight: executed },
    failuresPerHandover: { sum: lost, weight: executed },
    handoverFailureRate: { sum: failed, weight: failed + completed.length },
  };
}

const folders = new Map<string, readonly MultiCellTrace[]>();
const masks = new Map<string, Uint8Array>();

/** Returns where a trace has a row, within a second, that a trace of another group holds; groups are looked at when first asked for. */
function knownMask(folder: string, name: string): { readonly known: Uint8Array; readonly sampleMs: number } {
  const traces = tracesOf(folder);
  const trace = traces.find((one) => one.name === name);
  if (trace === undefined) throw new RangeError(`no trace "${name}" in ${folder}`);
  const key = (one: MultiCellTrace): string => `${folder}/${one.name}`;
  if (!masks.has(key(trace))) {
    // The rows of all others are some hundred MB: they serve the whole group at once and are let go.
    const rows = rowsOfOthers(traces, trace.group);
    for (const one of traces) {
      if (one.group === trace.group) masks.set(key(one), rows.mask(one, WITHIN_MS));
    }
  }
  return { known: masks.get(key(trace)) as Uint8Array, sampleMs: trace.sampleMs };
}

/** Returns the share of rows that occur in traces of other groups, over all traces of the folder; null without a row. */
export function shareOfKnownRows(folder: string): number | null {
  const traces = tracesOf(folder);
  let count = 0;
  let known = 0;
  for (const group of new Set(traces.map((trace) => trace.group))) {
    const own = traces.filter((trace) => trace.group === group);
    const ticks = own.reduce((sum, { tickCount }) => sum + tickCount, 0);
    count += ticks;
    known += (rowsOfOthers(traces, group).share(own) ?? 0) * ticks;
  }
  return count === 0 ? null : known / count;
}

function rowsOfOthers(traces: readonly MultiCellTrace[], group: string | undefined): KnownRows {
  return createKnownRows(traces.filter((trace) => trace.group !== group));
}

function tracesOf(folder: string): readonly MultiCellTrace[] {
  let traces = folders.get(folder);
  if (traces === undefined) {
    const input = readTraces(folder);
    traces = input.kind === "multi-cell" ? input.traces : [];
    folders.set(folder, traces);
  }
  return traces;
}
