import { type Awaitable, BadInputError, forgetFailed, type Pause, type StateBatch, whenReady } from "#core";
import { createLookupTable, type LookupRows, type LookupTable, lookupRows } from "./policy/lookup-table.ts";
import type { RanScenario } from "./scenario.ts";
import type { MultiCellTrace } from "./trace/multi-cell-trace.ts";
import { groupOf } from "./trace/trace-split.ts";
import { createTraceWorld } from "./trace-world.ts";
import { collectStates, joinStates } from "./training.ts";

/** What arms learn from recorded journeys: for each trace from all traces of other groups over the same cells. */

/** Seeds the draws of a trace's own (noise, shuffled, the link): one for all, since the traces differ. */
export const REPLAY_SEED = 1;

/** Returns a function that gives a trace the states of all traces outside its group, each trace run once. */
export function createStatesOfOthers(
  traces: readonly MultiCellTrace[],
  scenario: RanScenario,
): (held: MultiCellTrace, of: string, pause?: Pause) => Awaitable<StateBatch> {
  const ofTrace = new Map<string, Awaitable<StateBatch>>();
  const ofGroup = new Map<string, Awaitable<StateBatch>>();
  const collect = (trace: MultiCellTrace, of: string, pause?: Pause): Awaitable<StateBatch> => {
    const key = `${of} ${trace.name}`;
    const known = ofTrace.get(key);
    if (known !== undefined) return known;
    const states = collectStates(createTraceWorld(trace), scenario, REPLAY_SEED, of, pause);
    ofTrace.set(key, states);
    return forgetFailed(states, () => ofTrace.delete(key));
  };
  return (held, of, pause) => {
    const group = `${of} ${groupOf(held)}`;
    const known = ofGroup.get(group);
    if (known !== undefined) return known;
    const others = othersOf(held, traces);
    // Side by side, so that they share the runs of a model.
    const collected = allReady(others.map((one) => collect(one, of, pause)));
    const joined = whenReady(collected, (batches) => {
      const states = joinStates(batches, batches[0]?.size ?? 0);
      if (states.count >= 2) return states;
      throw new BadInputError("one-trace-group", {
        subject: `trace ${held.name}`,
        expected: "other groups of the same cells, with a phone near a cell edge, to fit the compression on",
        got: `${states.count} states in ${others.length} traces`,
        remedy: "replay the arms cold, whole and raw, which need no fit",
      });
    });
    ofGroup.set(group, joined);
    return forgetFailed(joined, () => ofGroup.delete(group));
  };
}

/**
 * Returns a function that gives a trace the table of all traces outside its group over the same cells. Throws a
 * BadInputError when these hold no row.
 */
export function createTablesOfOthers(
  traces: readonly MultiCellTrace[],
  scenario: RanScenario,
): (held: MultiCellTrace) => LookupTable {
  const rowsOf = new Map<MultiCellTrace, LookupRows>();
  const ofOthers = new Map<string, LookupTable>();
  const collect = (trace: MultiCellTrace): LookupRows => {
    const rows = rowsOf.get(trace) ?? lookupRows(createTraceWorld(trace), scenario);
    rowsOf.set(trace, rows);
    return rows;
  };
  return (held) => {
    const key = JSON.stringify([groupOf(held), held.cellIds]);
    let table = ofOthers.get(key);
    if (table === undefined) {
      const others = othersOf(held, traces);
      const journeys = others.map(collect);
      if (journeys.every(({ bestCell }) => bestCell.length === 0)) {
        throw new BadInputError("one-trace-group", {
          subject: `trace ${held.name}, arm lookup`,
          expected: "other groups over the same cells, with traces longer than a second",
          got: `${others.length} traces`,
          remedy: "leave the arm out, or put traces of the same cells beside it",
        });
      }
      table = createLookupTable(journeys);
      ofOthers.set(key, table);
    }
    return table;
  };
}

/** A row has a place for each cell: only traces of the same cells can teach this one. */
function othersOf(held: MultiCellTrace, traces: readonly MultiCellTrace[]): readonly MultiCellTrace[] {
  const cells = held.cellIds.join();
  return traces.filter((one) => groupOf(one) !== groupOf(held) && one.cellIds.join() === cells);
}

function allReady(batches: readonly Awaitable<StateBatch>[]): Awaitable<readonly StateBatch[]> {
  return batches.some((batch) => batch instanceof Promise)
    ? Promise.all(batches)
    : (batches as readonly StateBatch[]);
}

/** Throws a BadInputError when the traces are all of one group, so that no arm can learn from others. */
export function requireSeveralGroups(
  name: string,
  traces: readonly MultiCellTrace[],
  learning: readonly string[],
): void {
  const groups = new Set(traces.map(groupOf));
  if (groups.size > 1) return;
  throw new BadInputError("one-trace-group", {
    subject: `${name}, arms ${learning.join(", ")}`,
    expected:
      "traces of at least two groups: these arms learn from other groups than the one they are tested on",
    got: `${groups.size} group of ${traces.length} traces`,
    remedy: "replay the arms cold, whole and raw, which learn from no trace",
  });
}
