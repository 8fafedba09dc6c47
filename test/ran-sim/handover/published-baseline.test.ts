import { readFileSync } from "node:fs";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { abaPingPongTicks, replayPublishedBaseline } from "../../../ran-sim/handover/published-baseline.ts";
import {
  publishedBaselineArms,
  publishedBaselineParameters,
} from "../../../ran-sim/handover/published-baseline-parameters.ts";
import type { MultiCellTrace } from "../../../ran-sim/trace/multi-cell-trace.ts";
import { readMultiCellTraces } from "../../../ran-sim/trace/read-traces.ts";
import { describeWithShared, sharedPath } from "../../support/shared-data.ts";

/** One list of ../shared/vectors/karlsruhe_3gpp_events.json: the published simulator executed unmodified. */
interface EventList {
  readonly trace: string;
  readonly set: string;
  readonly n_ticks: number;
  readonly ho_exec_start: number[];
  readonly ho_done: number[];
  readonly rlf: number[];
  readonly short_stay: number[];
  readonly serving: [number, number | null][];
  readonly aba_pingpong: number;
}

// Sums over the lists of the file, by set: attempts, completions, failures, short stays, A-B-A returns.
const totals = [
  ["kit_default", "a3-published", 1081, 1047, 33, 521, 370],
  ["set1_480ms_3dB_K4", "a3-set1", 292, 17, 295, 0, 10],
  ["set2_160ms_3dB_K4", "a3-set2", 614, 77, 537, 0, 106],
  ["set3_160ms_2dB_K1", "a3-set3", 738, 197, 542, 14, 149],
  ["set4_80ms_1dB_K1", "a3-set4", 1068, 494, 573, 123, 303],
  ["set5_40ms_-1dB_K0", "a3-set5", 1475, 1327, 147, 764, 542],
] as const;

describeWithShared("the published event lists of Karlsruhe", () => {
  let arms: Record<string, string>;
  let lists: EventList[];
  let traces: Map<string, MultiCellTrace>;

  beforeAll(() => {
    const file = JSON.parse(readFileSync(sharedPath("vectors", "karlsruhe_3gpp_events.json"), "utf8"));
    arms = file.config.arms;
    lists = file.vectors;
    const all = readMultiCellTraces(sharedPath("data", "karlsruhe"));
    traces = new Map(all.map((trace) => [trace.name, trace]));
  }, 60_000);

  test("are 582: 97 traces under 6 arms", () => {
    expect(traces.size).toBe(97);
    expect(new Set(lists.map((list) => `${list.trace} ${list.set}`)).size).toBe(582);
    expect(arms).toEqual(Object.fromEntries(totals.map(([set, arm]) => [set, arm])));
    expect(Object.values(arms)).toEqual([...publishedBaselineArms]);
  });

  test.each(totals)("are reproduced on every tick under %s (%s)", (set, arm, ...expectedTotals) => {
    const sums = [0, 0, 0, 0, 0];
    for (const list of lists.filter((each) => each.set === set)) {
      const trace = traces.get(list.trace) as MultiCellTrace;
      const events = replayPublishedBaseline(trace, publishedBaselineParameters[arm]);
      const { hoExecStart, hoDone, rlf, shortStay, serving, abaPingPong } = events;
      expect(
        [trace.tickCount, hoExecStart, hoDone, rlf, shortStay, serving, abaPingPong.length],
        list.trace,
      ).toEqual([
        list.n_ticks,
        list.ho_exec_start,
        list.ho_done,
        list.rlf,
        list.short_stay,
        list.serving,
        list.aba_pingpong,
      ]);
      for (const [i, ticks] of [hoExecStart, hoDone, rlf, shortStay, abaPingPong].entries()) {
        sums[i] = (sums[i] as number) + ticks.length;
      }
    }
    expect(sums).toEqual(expectedTotals);
  });
});

test("an A-B-A return counts when the stay in B is under the minimum, and not at the minimum", () => {
  const visit = (stayTicks: number): [number, number | null][] => [
    [0, 0],
    [50, null],
    [54, 1],
    [54 + stayTicks, null],
    [58 + stayTicks, 0],
  ];
  expect(abaPingPongTicks(visit(99), 100)).toEqual([157]);
  expect(abaPingPongTicks(visit(100), 100)).toEqual([]);
});

test("coming back to the same cell after a failure is no A-B-A return", () => {
  const serving: [number, number | null][] = [
    [0, 1],
    [40, null],
    [60, 1],
    [90, null],
    [110, 1],
  ];
  expect(abaPingPongTicks(serving, 100)).toEqual([]);
});

test("a phone that starts below Q_in in every cell is never attached", () => {
  const events = replayPublishedBaseline(step(10, 200, -7), publishedBaselineParameters["a3-set5"]);
  expect(events.serving).toEqual([[0, null]]);
  expect(events.rlf).toEqual([]);
});

test("timers last as many milliseconds at another sample period, rounded up to whole ticks", () => {
  // Set 5 has k = 0. The neighbour is 10 dB up from 2000 ms on: TTT 40 + preparation 50 + execution 40 ms.
  const at = (sampleMs: number) => {
    const events = replayPublishedBaseline(
      step(sampleMs, 4000 / sampleMs),
      publishedBaselineParameters["a3-set5"],
    );
    return {
      start: (events.hoExecStart[0] as number) * sampleMs,
      done: (events.hoDone[0] as number) * sampleMs,
    };
  };
  expect(at(10)).toEqual({ start: 2090, done: 2130 });
  expect(at(5)).toEqual(at(10));
  // 50 ms of preparation is 3 ticks of 20 ms and 2 of 40 ms: never shorter than stated.
  expect(at(20)).toEqual({ start: 2100, done: 2140 });
  expect(at(40)).toEqual({ start: 2120, done: 2160 });
});

test("attempts end once: completed, failed or cut off by the end; serving changes alternate in time", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(
          fc.double({ min: -130, max: -60, noNaN: true }),
          fc.double({ min: -130, max: -60, noNaN: true }),
        ),
        {
          minLength: 2,
          maxLength: 40,
        },
      ),
      fc.constantFrom(...publishedBaselineArms),
      (levels, arm) => {
        const tickCount = levels.length * 25;
        const rsrpDbm = Float64Array.from(
          { length: tickCount * 2 },
          (_, i) => levels[Math.floor(i / 50)]?.[i % 2 === 0 ? 0 : 1] as number,
        );
        const sinrDb = rsrpDbm.map((value, i) => value - (rsrpDbm[i ^ 1] as number));
        const trace = { name: "random", cellIds: ["0", "1"], sampleMs: 10, tickCount, rsrpDbm, sinrDb };
        const events = replayPublishedBaseline(trace, publishedBaselineParameters[arm]);
        expect(events.hoDone.length).toBeLessThanOrEqual(events.hoExecStart.length);
        expect(events.shortStay.every((tick) => events.hoExecStart.includes(tick))).toBe(true);
        for (let i = 1; i < events.serving.length; i++) {
          expect(events.serving[i]?.[0]).toBeGreaterThan(events.serving[i - 1]?.[0] as number);
          expect(events.serving[i]?.[1]).not.toBe(events.serving[i - 1]?.[1]);
        }
      },
    ),
    { numRuns: 50 },
  );
});

/** Two cells: the first is 10 dB better until 2000 ms, the second from then on. SINR is `sinrDb` in both, throughout. */
function step(sampleMs: number, tickCount: number, sinrDb = 10): MultiCellTrace {
  const rsrpDbm = new Float64Array(tickCount * 2);
  for (let tick = 0; tick < tickCount; tick++) {
    const late = tick * sampleMs >= 2000;
    rsrpDbm[tick * 2] = late ? -100 : -90;
    rsrpDbm[tick * 2 + 1] = late ? -90 : -100;
  }
  return {
    name: "step",
    cellIds: ["a", "b"],
    sampleMs,
    tickCount,
    rsrpDbm,
    sinrDb: new Float64Array(tickCount * 2).fill(sinrDb),
  };
}
