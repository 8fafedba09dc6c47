import type { Feeds } from "#core/model";
import type { CellStay } from "../policy/policy.ts";
import { UNHEARD_DBM } from "../policy/trend.ts";
import { LISTED_CELLS } from "../xn/cell-lists.ts";
import { ENTRIES, ENTRY_FEATURES, writeEntries } from "./cell-list-start.ts";
import type { ContextShape } from "./context-shape.ts";
import type { Episode } from "./episodes.ts";
import type { EpisodeShape } from "./objective.ts";
import type { Recording } from "./recording.ts";

/**
 * Where the phones of a recording were served, for models that are trained with the UE History Information. A recording has
 * no serving cell: episodes choose their sources. So a plain rule like event A3 hands each phone over.
 */

/** The other cell must be so much stronger, for so long. */
const OFFSET_DB = 3;
const TIME_TO_TRIGGER_MS = 160;

/** An episode's cells are the source, the target, then the others. */
const TARGET_SLOT = 1;

/** Recordings do not change: the visits of each are found once. */
const found = new WeakMap<Recording, readonly Visits[]>();

/** Returns the feeds of a batch's histories, as `cellListStart` takes them. */
export function historyFeeds(
  episodes: readonly Episode[],
  { slots }: ContextShape,
  { batch, before }: EpisodeShape,
): Feeds {
  const entries = new Float32Array(batch * ENTRIES * ENTRY_FEATURES);
  const ofSlots = new Float32Array(batch * ENTRIES * slots);
  for (const [row, episode] of episodes.entries()) {
    const visits = found.get(episode.recording) ?? visitsOf(episode.recording);
    found.set(episode.recording, visits);
    const arriving = { cell: episode.cells[TARGET_SLOT], stayS: 0 };
    const list = [arriving, ...historyOf(episode, visits[episode.ue], before)];
    writeEntries(entries, ofSlots, row, list, episode.cells);
  }
  return { entries, ofSlots };
}

/** The visits of each phone, oldest first, by the report on which it entered the cell. */
type Visits = readonly { readonly cell: number; readonly report: number }[];

/** Returns the visits of each phone of a recording, [ue]. */
export function visitsOf(recording: Recording): readonly Visits[] {
  const { rsrpDbm, ueCount, cellCount, reportCount, reportPeriodMs } = recording;
  const waits = Math.ceil(TIME_TO_TRIGGER_MS / reportPeriodMs);
  return Array.from({ length: ueCount }, (_, ue) => {
    const visits: { cell: number; report: number }[] = [];
    let better = 0;
    for (let report = 0; report < reportCount; report++) {
      const at = (report * ueCount + ue) * cellCount;
      const serving = visits.at(-1)?.cell;
      let best = 0;
      for (let cell = 1; cell < cellCount; cell++) if (rsrpDbm[at + cell] > rsrpDbm[at + best]) best = cell;
      if (rsrpDbm[at + best] <= UNHEARD_DBM) continue;
      if (serving === undefined) {
        visits.push({ cell: best, report });
        continue;
      }
      better = rsrpDbm[at + best] > rsrpDbm[at + serving] + OFFSET_DB ? better + 1 : 0;
      if (better < waits) continue;
      visits.push({ cell: best, report });
      better = 0;
    }
    return visits;
  });
}

/**
 * Returns the UE History Information of an episode's request, newest first: what the rule did until then. Where it has the
 * phone in another cell than the episode's source, the source is entered `before` reports before the request.
 */
export function historyOf(
  { recording, request, cells }: Pick<Episode, "recording" | "request" | "cells">,
  visits: Visits,
  before: number,
): readonly CellStay[] {
  const [source] = cells;
  const past = visits.filter(({ report }) => report <= request);
  if (past.at(-1)?.cell !== source) {
    const enters = request - before;
    while (past.length > 0 && past[past.length - 1].report >= enters) past.pop();
    if (past.at(-1)?.cell !== source) past.push({ cell: source, report: Math.max(0, enters) });
  }
  const list: CellStay[] = [];
  let left = request;
  for (const { cell, report } of past.toReversed().slice(0, LISTED_CELLS)) {
    list.push({ cell, stayS: ((left - report) * recording.reportPeriodMs) / 1000 });
    left = report;
  }
  return list;
}
