import { expect, test } from "vitest";
import { createStream } from "#core";
import {
  elapsedFeature,
  FEATURES,
  feature,
  gapReports,
  OUTAGE_WITHIN_MS,
  OUTPUTS,
  output,
  rsrpFeature,
  sinrFeature,
} from "../../../ran-sim/learned/context-shape.ts";
import {
  createEpisodeBatch,
  cutEpisodes,
  type Episode,
  fillBatch,
} from "../../../ran-sim/learned/episodes.ts";
import { judgedBefore, judgedInstants, VALID, valid } from "../../../ran-sim/learned/objective.ts";
import type { Recording } from "../../../ran-sim/learned/recording.ts";
import { smallShape } from "../support/context.ts";

const { slots } = smallShape;
const shape = { batch: 3, before: 6, after: 4, judgeEvery: 2 };

/** Times until an outage on either side of every horizon, none in sight, and one that has begun. */
const UNTIL_MS = [0, 10, 250, 260, 600, 610, 1200, 1210, 2000, 2010, Number.POSITIVE_INFINITY];

/** A recording in which every value is told by where it stands, so that each feature can be traced to its report. */
function recordingOf({ ueCount = 2, cellCount = 5, reportCount = 60, reportPeriodMs = 40 } = {}): Recording {
  const random = createStream(3, "episodes-test");
  const fill = (draw: number, low: number, spread: number) =>
    Float32Array.from(
      { length: reportCount * ueCount * cellCount },
      (_, i) => low + spread * random.uniform(i, draw),
    );
  return {
    ueCount,
    cellCount,
    reportCount,
    reportPeriodMs,
    qOutDb: -8,
    rsrpDbm: fill(0, -95, 12),
    sinrDb: fill(1, -5, 20),
    futureRsrpDbm: fill(2, -95, 12),
    futureSinrDb: fill(3, -5, 20),
    untilOutageMs: Float32Array.from(
      { length: reportCount * ueCount * cellCount },
      (_, i) => UNTIL_MS[random.integer(UNTIL_MS.length, i, 4)],
    ),
    delivers: Uint8Array.from({ length: reportCount * ueCount * cellCount }, (_, i) =>
      random.integer(2, i, 6),
    ),
    completionSinrDb: fill(5, -14, 12),
    sameSite: Uint8Array.from({ length: cellCount * cellCount }, (_, i) =>
      Math.floor(i / cellCount) + (i % cellCount) === 1 ? 1 : 0,
    ),
  };
}

const recording = recordingOf();
const episodes = cutEpisodes([recording], smallShape, shape, 40, 1);
const filled = (of: readonly Episode[] = episodes.slice(0, 3)) => {
  const batch = createEpisodeBatch(smallShape, shape);
  fillBatch(batch, of, smallShape, shape);
  return batch;
};
const valueAt = (
  of: Float32Array | Uint8Array,
  { ue }: Episode,
  report: number,
  cell: number,
  from = recording,
) => of[(report * from.ueCount + ue) * from.cellCount + cell];

test("source and target are among the four strongest at the request within 8 dB, and the others follow by level", () => {
  expect(episodes.length).toBe(40);
  for (const episode of episodes) {
    const level = (cell: number) => valueAt(recording.rsrpDbm, episode, episode.request, cell);
    const cells = [...episode.cells];
    const ranked = [0, 1, 2, 3, 4].sort((a, b) => level(b) - level(a));
    const [source, target, ...others] = cells;
    expect(source).not.toBe(target);
    // Away from an edge they are the two strongest.
    const isEdge = level(ranked[1]) > level(ranked[0]) - 8;
    for (const cell of [source, target]) {
      expect(ranked.indexOf(cell)).toBeLessThan(isEdge ? 4 : 2);
      if (isEdge) expect(level(cell)).toBeGreaterThan(level(ranked[0]) - 8);
    }
    expect(others).toEqual(ranked.filter((cell) => cell !== source && cell !== target).slice(0, slots - 2));
  }
});

test("three in ten instants away from any edge are taken too, between the two strongest cells", () => {
  // Phone 0 has one cell 20 dB above the others, phone 1 has all cells at one level.
  const mixed = recordingOf();
  for (let i = 0; i < mixed.rsrpDbm.length; i++) {
    const [ue, cell] = [Math.floor(i / mixed.cellCount) % mixed.ueCount, i % mixed.cellCount];
    mixed.rsrpDbm[i] = ue === 0 && cell !== 3 ? -100 - cell : -80;
  }
  const cut = cutEpisodes([mixed], smallShape, shape, 400, 1);
  const away = cut.filter(({ ue }) => ue === 0);
  for (const { cells } of away) expect([...cells.subarray(0, 2)].sort()).toEqual([0, 3]);
  // 0.3 / (1 + 0.3) of 400 are 92, with a standard deviation of 8.4.
  expect(Math.abs(away.length - 92)).toBeLessThan(34);
  // A phone that hears one cell only has no episode.
  const lone = { ...mixed, rsrpDbm: mixed.rsrpDbm.map((_, i) => (i % mixed.cellCount === 3 ? -80 : -156)) };
  expect(cutEpisodes([lone], smallShape, shape, 20, 1)).toEqual([]);
});

test("every episode is of a network of its own level: RSRPs are shifted together, and nothing else changes", () => {
  const shifts = episodes.map(({ levelDb }) => levelDb);
  const mean = shifts.reduce((sum, shift) => sum + shift, 0) / shifts.length;
  const spread = Math.sqrt(shifts.reduce((sum, shift) => sum + (shift - mean) ** 2, 0) / shifts.length);
  // 40 normal draws of deviation 6: their mean and deviation to four standard errors.
  expect(Math.abs(mean)).toBeLessThan((4 * 6) / Math.sqrt(40));
  expect(Math.abs(spread - 6)).toBeLessThan((4 * 6) / Math.sqrt(80));

  const [episode] = episodes;
  const [plain, shifted] = [0, 7].map((levelDb) => filled([{ ...episode, levelDb }]));
  const step = rsrpFeature(7) - rsrpFeature(0);
  const expectShifted = (feed: "before" | "after" | "targets", width: number, place: number) => {
    for (const [i, value] of shifted[feed].entries()) {
      const isLevel = i % width === place && plain[feed][i] !== 0;
      expect(value).toBeCloseTo(plain[feed][i] + (isLevel ? step : 0), 5);
    }
  };
  expectShifted("before", FEATURES, feature.rsrp);
  expectShifted("after", FEATURES, feature.rsrp);
  expectShifted("targets", OUTPUTS, output.rsrpMean);
  for (const feed of ["xn", "listed", "valid"] as const) expect(shifted[feed]).toEqual(plain[feed]);
});

test("every report of an episode lies in its recording", () => {
  for (const { request } of episodes) {
    expect(request - shape.before + 1).toBeGreaterThanOrEqual(0);
    expect(request + gapReports(recording) + shape.after - 1).toBeLessThan(recording.reportCount);
  }
});

test.each([
  [40, 3],
  [120, 1],
  [30, 3],
  [200, 1],
])(
  "at a report every %d ms the first of the target is the %dth after the request: 90 ms later at least",
  (ms, gap) => {
    expect(gapReports({ reportPeriodMs: ms })).toBe(gap);
  },
);

test("the reports of the source end with the request, those of the target begin after the gap and say how long it was", () => {
  const { before, after } = filled();
  const gap = gapReports(recording);
  for (const [row, episode] of episodes.slice(0, 3).entries()) {
    for (const [slot, cell] of episode.cells.entries()) {
      const of = (feed: Float32Array, i: number) => {
        const at = ((i * shape.batch + row) * slots + slot) * FEATURES;
        return [...feed.subarray(at, at + FEATURES)];
      };
      const level = (report: number, of: number) => valueAt(recording.rsrpDbm, episode, report, of);
      const wanted = (report: number, elapsedMs: number) =>
        [
          rsrpFeature(level(report, cell) + episode.levelDb),
          Math.max(
            -3,
            (level(report, cell) - Math.max(...[...episode.cells].map((of) => level(report, of)))) / 10,
          ),
          sinrFeature(valueAt(recording.sinrDb, episode, report, cell)),
          1,
          elapsedFeature(elapsedMs),
        ].map(Math.fround);
      // The level's shift is added before a difference is taken: equal to rounding.
      const expectSame = (got: readonly number[], as: readonly number[]) => {
        for (const [place, value] of got.entries()) expect(value).toBeCloseTo(as[place], 5);
      };
      for (let i = 0; i < shape.before; i++) {
        expectSame(of(before, i), wanted(episode.request - shape.before + 1 + i, 40));
      }
      for (let i = 0; i < shape.after; i++) {
        expectSame(of(after, i), wanted(episode.request + gap + i, i === 0 ? gap * 40 : 40));
      }
    }
  }
});

test("the targets of an instant are the future from its last report on, or from the completion where none has come", () => {
  const { targets, valid: counts } = filled();
  const gap = gapReports(recording);
  const judged = judgedBefore(shape);
  expect(judged).toEqual([1, 3, 5]);
  for (const [row, episode] of episodes.slice(0, 3).entries()) {
    const reports = [
      ...judged.map((i) => episode.request - shape.before + 1 + i),
      ...Array.from({ length: shape.after + 1 }, (_, i) => episode.request + gap - 1 + i),
    ];
    expect(reports.length).toBe(judgedInstants(shape));
    for (const [instant, report] of reports.entries()) {
      const future = (cell: number) => valueAt(recording.futureSinrDb, episode, report, cell);
      const best = Math.max(...[0, 1, 2, 3, 4].map(future));
      for (const [slot, cell] of episode.cells.entries()) {
        const at = (instant * shape.batch + row) * slots + slot;
        const to = at * OUTPUTS;
        const untilMs = valueAt(recording.untilOutageMs, episode, report, cell);
        expect(counts[at * VALID + valid.cell]).toBe(1);
        expect(counts[at * VALID + valid.outage]).toBe(untilMs === 0 ? Math.fround(0.1) : 1);
        expect(targets[to + output.sinrMean]).toBe(Math.fround(sinrFeature(future(cell))));
        expect(targets[to + output.rsrpMean]).toBe(
          Math.fround(rsrpFeature(valueAt(recording.futureRsrpDbm, episode, report, cell) + episode.levelDb)),
        );
        const [within, reached] = [targets.subarray(to + output.outage), targets[to + output.reached]];
        expect([...within.subarray(0, OUTAGE_WITHIN_MS.length)]).toEqual(
          [250, 600, 1200, 2000].map((ms) => (untilMs <= ms ? 1 : 0)),
        );
        const completionDb = valueAt(recording.completionSinrDb, episode, report, cell);
        expect(reached).toBe(untilMs > 0 && completionDb >= -8 ? 1 : 0);
        expect(targets[to + output.delivered]).toBe(valueAt(recording.delivers, episode, report, cell));
        expect(targets[to + output.right]).toBe(future(cell) >= best - 1 ? 1 : 0);
      }
    }
  }
});

test("features hold no report later than their instant: changing the future changes no feature before it", () => {
  const [episode] = episodes;
  const gap = gapReports(recording);
  const changedFrom = (report: number): Episode => {
    const rsrpDbm = recording.rsrpDbm.slice();
    const sinrDb = recording.sinrDb.slice();
    for (let i = report * recording.ueCount * recording.cellCount; i < rsrpDbm.length; i++) {
      rsrpDbm[i] -= 3;
      sinrDb[i] -= 3;
    }
    const future = {
      futureRsrpDbm: new Float32Array(rsrpDbm.length),
      futureSinrDb: new Float32Array(rsrpDbm.length),
    };
    return { ...episode, recording: { ...recording, ...future, rsrpDbm, sinrDb } };
  };
  const plain = filled([episode]);
  expect(filled([changedFrom(episode.request + 1)]).before).toEqual(plain.before);
  const width = shape.batch * slots * FEATURES;
  for (let i = 0; i < shape.after; i++) {
    const { before, after } = filled([changedFrom(episode.request + gap + i)]);
    expect(before).toEqual(plain.before);
    expect(after.subarray(0, i * width)).toEqual(plain.after.subarray(0, i * width));
    expect(after.subarray(i * width, (i + 1) * width)).not.toEqual(
      plain.after.subarray(i * width, (i + 1) * width),
    );
  }
});

test("same-site edges are those between the cells of the slots", () => {
  const { xn } = filled();
  for (const [row, { cells }] of episodes.slice(0, 3).entries()) {
    for (let a = 0; a < slots; a++) {
      for (let b = 0; b < slots; b++) {
        expect(xn[(row * slots + a) * slots + b]).toBe(recording.sameSite[cells[a] * 5 + cells[b]]);
      }
    }
  }
});

test("a world of one cell has no episode, one of 200 cells has as many as are asked for", () => {
  expect(cutEpisodes([recordingOf({ cellCount: 1 })], smallShape, shape, 5, 1)).toEqual([]);
  const many = recordingOf({ cellCount: 200, reportCount: 20 });
  const cut = cutEpisodes([many], smallShape, shape, 5, 1);
  expect(cut.length).toBe(5);
  for (const { cells } of cut) expect(new Set(cells).size).toBe(slots);
});

test("a recording that is shorter than an episode is passed over", () => {
  expect(cutEpisodes([recordingOf({ reportCount: 12 })], smallShape, shape, 5, 1)).toEqual([]);
  expect(cutEpisodes([recordingOf({ reportCount: 12 }), recording], smallShape, shape, 5, 1).length).toBe(5);
});

test("with fewer cells than slots the rest is empty, not listed and not judged", () => {
  const two = recordingOf({ cellCount: 2 });
  const [episode] = cutEpisodes([two], smallShape, shape, 1, 1);
  expect([...episode.cells.subarray(2)]).toEqual([-1, -1]);
  const { valid: counts, before, listed, targets } = filled([episode]);
  expect([...listed.subarray(0, slots)]).toEqual([1, 1, 0, 0]);
  expect(listed.subarray(slots).every((value) => value === 0)).toBe(true);
  for (let instant = 0; instant < judgedInstants(shape); instant++) {
    const at = instant * shape.batch * slots;
    expect([0, 1, 2, 3].map((slot) => counts[(at + slot) * VALID + valid.cell])).toEqual([1, 1, 0, 0]);
    expect(counts.subarray((at + 2) * VALID, (at + 4) * VALID).every((value) => value === 0)).toBe(true);
    expect(targets.subarray((at + 2) * OUTPUTS, (at + 4) * OUTPUTS).every((value) => value === 0)).toBe(true);
  }
  expect(before.subarray(2 * FEATURES, slots * FEATURES).every((value) => value === 0)).toBe(true);
});
