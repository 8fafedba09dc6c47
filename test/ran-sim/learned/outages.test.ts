import { expect, test } from "vitest";
import { createStream } from "#core";
import { watchOutages } from "../../../ran-sim/learned/outages.ts";
import { type RanParams, ranParams } from "../../../ran-sim/ran-params.ts";
import { parseRanScenario } from "../../../ran-sim/scenario.ts";
import { failsAt, wasInSync } from "../support/served-phone.ts";

const standard = ranParams(parseRanScenario({}, "test"), 10, { procedure: "basic", sendsPayload: false });

/** An indication on every tick; three start T310, two stop it, five ticks and it expires. */
const brief: RanParams = { ...standard, n310: 3, n311: 2, t310Ticks: 5, indicationTicks: 1 };

/** x is out of sync, . in sync, - neither. */
const sinrOf = { x: standard.qOutDb - 1, ".": standard.qInDb + 1, "-": standard.qOutDb + 1 } as const;

/** Returns the ticks until an outage, tick by tick, of cells whose SINRs are drawn as rows of one length. */
function untilOf(rows: readonly string[], params = brief): readonly (readonly number[])[] {
  const tickCount = rows[0].length;
  const watch = watchOutages(params, rows.length, tickCount);
  for (let tick = 0; tick < tickCount; tick++) {
    watch.step(Float64Array.from(rows, (row) => sinrOf[row[tick] as keyof typeof sinrOf]));
  }
  const until = watch.untilOutage();
  return rows.map((_, i) => Array.from({ length: tickCount }, (__, tick) => until[tick * rows.length + i]));
}

const { POSITIVE_INFINITY: never } = Number;
const nothingIn = (row: string) => new Array(row.length).fill(never);

test.each([
  ["a dip of fewer than N310 indications is no outage", "..xx......xx.........."],
  ["an in-sync indication starts the count again", "xx.xx.xx.xx.xx.xx.xx.xx"],
  ["T310 that N311 in-sync indications stop in time is none", "..xxx.....xxx--.......x"],
  ["what is neither in sync nor out of sync is none", "------------------------"],
])("%s", (_, row) => {
  expect(untilOf([row])).toEqual([nothingIn(row)]);
});

test("an outage begins when T310 starts that expires, and lasts until the cell is in sync again", () => {
  //                                          T310 starts at 4, would expire at 9, is over at 12
  expect(untilOf(["..xxxxxxxxx......."])).toEqual([
    [4, 3, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, ...nothingIn("......")],
  ]);
});

test("one in-sync indication alone does not stop T310; two do, whatever is neither lies between them", () => {
  expect(untilOf(["xxx.xxxxx"])).toEqual([[2, 1, 0, 0, 0, 0, 0, 0, 0]]);
  const stopped = "xxx.--.....";
  expect(untilOf([stopped])).toEqual([nothingIn(stopped)]);
});

test("the indication that would stop T310 on the tick on which it expires comes too late, the one before does not", () => {
  expect(untilOf(["xxx---......"])[0].slice(0, 3)).toEqual([2, 1, 0]);
  const inTime = "xxx--.......";
  expect(untilOf([inTime])).toEqual([nothingIn(inTime)]);
});

test("at the end of a trace an outage is one whose T310 expires on its last tick, or on the next whatever that brings", () => {
  expect(untilOf(["..xxxxxxxx"])).toEqual([[4, 3, 2, 1, 0, 0, 0, 0, 0, 0]]);
  expect(untilOf(["..xxxxxxx"])).toEqual([[4, 3, 2, 1, 0, 0, 0, 0, 0]]);
  expect(untilOf(["..xxxxxx"])).toEqual([nothingIn("..xxxxxx")]);
});

test("of spells that follow one another only those in which T310 expires are waited for", () => {
  //            stopped at 4, fatal from 7 to 14, fatal from 17 to the end
  expect(untilOf(["xxx..xxxxxxxx..xxxxxxx"])).toEqual([
    [7, 6, 5, 4, 3, 2, 1, 0, 0, 0, 0, 0, 0, 0, 3, 2, 1, 0, 0, 0, 0, 0],
  ]);
  const [until] = untilOf(["xxxxxxxx..xxx......"]);
  expect(until).toEqual([2, 1, 0, 0, 0, 0, 0, 0, 0, ...nothingIn("..........")]);
});

test("between indications nothing is counted", () => {
  const everyThird = { ...brief, indicationTicks: 3 };
  expect(untilOf(["x..x..x........"], everyThird)[0].slice(0, 7)).toEqual([6, 5, 4, 3, 2, 1, 0]);
  const unseen = ".xx.xx.xx.xx.xx.xx";
  expect(untilOf([unseen], everyThird)).toEqual([nothingIn(unseen)]);
});

test("cells and phones have outages of their own", () => {
  const rows = ["..xxxxxxxxx", "...........", "xxxxxxxxxxx"];
  expect(untilOf(rows)).toEqual(rows.flatMap((row) => untilOf([row])));
});

const random = createStream(1, "outages-test");

/** Returns SINRs that wander about the thresholds and stay on one side for a while, as links do. */
function wandering(run: number, tickCount: number): Float64Array {
  const spell = 1 + random.integer(25, run, 0, 1);
  return Float64Array.from(
    { length: tickCount },
    (_, tick) => -8 + 4 * random.normal(run, Math.floor(tick / spell), 2) + random.normal(run, tick, 3),
  );
}

function untilOutageOf(params: RanParams, sinrDb: Float64Array): Float32Array {
  const watch = watchOutages(params, 1, sinrDb.length);
  for (let tick = 0; tick < sinrDb.length; tick++) watch.step(sinrDb.subarray(tick, tick + 1));
  return watch.untilOutage();
}

test("a phone that one cell serves fails exactly when T310 has run from the first outage on, whatever the link does", () => {
  const ends = { fails: 0, holds: 0 };
  for (let run = 0; run < 400; run++) {
    const params: RanParams = {
      ...standard,
      n310: 1 + random.integer(10, run, 1),
      n311: 1 + random.integer(4, run, 2),
      t310Ticks: random.integer(40, run, 3),
      indicationTicks: 1 + random.integer(3, run, 4),
    };
    const sinrDb = wandering(run, 300);
    const expires = untilOutageOf(params, sinrDb)[0] + params.t310Ticks;
    // What expires on the tick after the last is known, but not seen by the monitor.
    const seen = expires < sinrDb.length ? expires : never;
    expect(failsAt(params, sinrDb, 0)).toBe(seen);
    ends[seen === never ? "holds" : "fails"]++;
  }
  expect(ends.fails).toBeGreaterThan(100);
  expect(ends.holds).toBeGreaterThan(50);
});

test("a phone that comes to a cell which has been in sync long enough to stop T310 fails at the same instant", () => {
  const params: RanParams = { ...standard, t310Ticks: 20 };
  let failures = 0;
  for (let run = 0; run < 100; run++) {
    const sinrDb = wandering(1000 + run, 600);
    const until = untilOutageOf(params, sinrDb);
    for (let from = 50; from < sinrDb.length; from += 50) {
      if (!wasInSync(params, sinrDb, from)) continue;
      const expires = from + until[from] + params.t310Ticks;
      expect(failsAt(params, sinrDb, from)).toBe(expires < sinrDb.length ? expires : never);
      if (expires < sinrDb.length) failures++;
    }
  }
  expect(failures).toBeGreaterThan(50);
});
