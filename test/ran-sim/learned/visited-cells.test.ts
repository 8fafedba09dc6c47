import { expect, test } from "vitest";
import { ENTRIES, ENTRY_FEATURES } from "../../../ran-sim/learned/cell-list-start.ts";
import type { Episode } from "../../../ran-sim/learned/episodes.ts";
import type { Recording } from "../../../ran-sim/learned/recording.ts";
import { historyFeeds, historyOf, visitsOf } from "../../../ran-sim/learned/visited-cells.ts";
import { smallShape } from "../support/context.ts";

const [REPORTS, CELLS] = [100, 4];

/** One phone: cell 0 is best until report 30, then cell 1 until 60, then cell 2; one glance at cell 3 at report 45. */
function walking(reportPeriodMs = 40): Recording {
  const best = (report: number) => (report < 30 ? 0 : report === 45 ? 3 : report < 60 ? 1 : 2);
  const rsrpDbm = Float32Array.from({ length: REPORTS * CELLS }, (_, i) =>
    i % CELLS === best(Math.floor(i / CELLS)) ? -70 : -90,
  );
  const none = new Float32Array(REPORTS * CELLS);
  return {
    ...({ futureRsrpDbm: none, futureSinrDb: none, sinrDb: none } as unknown as Recording),
    ueCount: 1,
    cellCount: CELLS,
    reportCount: REPORTS,
    reportPeriodMs,
    rsrpDbm,
    sameSite: new Uint8Array(CELLS * CELLS),
  };
}

test("a phone is handed over when another cell was better for 160 ms, not at a glance", () => {
  expect(visitsOf(walking())).toEqual([
    [
      { cell: 0, report: 0 },
      { cell: 1, report: 33 },
      { cell: 2, report: 63 },
    ],
  ]);
  expect(visitsOf(walking(160))[0].map(({ report }) => report)).toEqual([0, 30, 45, 46, 60]);
});

const episodeOf = (request: number, source: number): Episode =>
  ({ recording: walking(), ue: 0, request, cells: Int16Array.of(source, 3, -1, -1) }) as unknown as Episode;

test("a history is newest first, and its stays fill the time", () => {
  const [visits] = visitsOf(walking());
  const history = historyOf(episodeOf(90, 2), visits, 25);
  expect(history.map(({ cell }) => cell)).toEqual([2, 1, 0]);
  for (const [i, seconds] of [1.08, 1.2, 1.32].entries()) expect(history[i].stayS).toBeCloseTo(seconds, 10);
});

test("where the rule has the phone elsewhere, the episode's source is entered as many reports ago as it has", () => {
  const [visits] = visitsOf(walking());
  const history = historyOf(episodeOf(90, 0), visits, 40);
  expect(history.map(({ cell }) => cell)).toEqual([0, 1, 0]);
  for (const [i, seconds] of [1.6, 0.68, 1.32].entries()) expect(history[i].stayS).toBeCloseTo(seconds, 10);
  // The rule's cell of 40 reports ago is the source itself: it goes on.
  expect(historyOf(episodeOf(50, 0), visits, 40)[0].stayS).toBeCloseTo(2, 10);
});

test("no history looks beyond its request", () => {
  const [visits] = visitsOf(walking());
  expect(historyOf(episodeOf(40, 1), visits, 25)).toEqual(
    historyOf(episodeOf(40, 1), visits.slice(0, 2), 25),
  );
});

test("the feeds of a batch say which entry is of which slot", () => {
  const { slots } = smallShape;
  const episode = { batch: 1, before: 25, after: 2, judgeEvery: 5 };
  const { entries, ofSlots } = historyFeeds([episodeOf(90, 2)], smallShape, episode) as Record<
    string,
    Float32Array
  >;
  const present = Array.from({ length: ENTRIES }, (_, i) => entries[i * ENTRY_FEATURES]);
  // The target, and three cells visited, of which the source alone has a slot.
  expect(present.reduce((sum, value) => sum + value)).toBe(4);
  expect(Array.from(ofSlots.subarray(0, 2 * slots))).toEqual([0, 1, 0, 0, 1, 0, 0, 0]);
  expect(Math.max(...ofSlots.subarray(2 * slots))).toBe(0);
});
