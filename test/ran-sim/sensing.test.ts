import { describe, expect, test } from "vitest";
import { createStream } from "#core";
import { adaptedFilterCoefficient } from "../../ran-sim/measurement/l3-filter.ts";
import { parseRanScenario } from "../../ran-sim/scenario.ts";
import { createSensing, type Sensing, sinrOfLink } from "../../ran-sim/sensing.ts";
import { worldOf } from "./support/worlds.ts";

const scenarioOf = (measurement: object) => parseRanScenario({ measurement }, "test");

/** One user of one cell whose level is `level(tick)`, measured with k = 4. */
const sensingOf = (measurement: object, level: (tick: number, ue: number) => number, ueCount = 1): Sensing =>
  createSensing(
    worldOf({ ueCount, cellCount: 1, tickCount: 1000, rsrpDbm: level, sinrDb: () => 0 }),
    scenarioOf(measurement),
    { seed: 1, filterCoefficients: [4] },
  );

test.each([40, 120, 240])(
  "the network's periodic reports come every %s ms, to the tick",
  (reportPeriodMs) => {
    const world = worldOf({ cellCount: 1, tickCount: 1000, rsrpDbm: (tick) => -100 + tick, sinrDb: () => 0 });
    const scenario = parseRanScenario(
      { measurement: { errorSigmaDb: 0 }, network: { reportPeriodMs } },
      "test",
    );
    const sensing = createSensing(world, scenario, { seed: 1, filterCoefficients: [] });
    const timesMs: number[] = [];
    for (let tick = 0; tick < 100; tick++) {
      sensing.step(tick);
      if (sensing.hasReport) timesMs.push(tick * 10);
    }
    expect(timesMs).toEqual(
      Array.from({ length: Math.ceil(1000 / reportPeriodMs) }, (_, i) => i * reportPeriodMs),
    );
  },
);

describe("what is made up when it is read", () => {
  const scenario = parseRanScenario({ network: { reportPeriodMs: 120, reportAverageMs: 300 } }, "test");
  const noise = createStream(5, "test");
  const sinrAt = (tick: number, ue: number, cell: number): number => 5 * noise.normal(ue, tick, 2 + cell);
  const world = worldOf({
    ...{ ueCount: 3, cellCount: 2, tickCount: 400 },
    rsrpDbm: (tick, ue, cell) => -90 + 6 * noise.normal(ue, tick, cell),
    sinrDb: sinrAt,
  });
  const create = () => createSensing(world, scenario, { seed: 1, filterCoefficients: [] });

  test("a report read late, or only now and then, is the report of its tick", () => {
    const [prompt, late] = [create(), create()];
    let told = [[0], [0]];
    for (let tick = 0; tick < 400; tick++) {
      prompt.step(tick);
      late.step(tick);
      if (prompt.hasReport) told = [[...prompt.reportedDbm], [...prompt.reportedSinrDb]];
      // The last tick before the next report, of every third report.
      if (tick % 36 === 11) expect([[...late.reportedDbm], [...late.reportedSinrDb]]).toEqual(told);
    }
  });

  test("the mean SINR of one link is that of all links", () => {
    const sensing = create();
    for (let tick = 0; tick < 100; tick++) {
      sensing.step(tick);
      const one = sinrOfLink(sensing.links, 2, 1);
      if (tick % 7 === 0) expect(sensing.links.sinrDb[5]).toBe(one);
      let sum = 0;
      for (let at = Math.max(0, tick - 19); at <= tick; at++) sum += 10 ** (sinrAt(at, 2, 1) / 10);
      expect(one).toBeCloseTo(10 * Math.log10(sum / Math.min(20, tick + 1)), 5);
    }
  });
});

describe("sparse SSB bursts", () => {
  const everySecond = { errorSigmaDb: 0, ssb: { periodMs: 20, everyKth: 4 } };

  test("L1 is the mean in mW of the bursts of its period, and nothing between them", () => {
    // Bursts at ticks 0, 8, 16, 24; 200 ms reach back over three of them. What lies between is -60 dBm and must not count.
    const dbm = [-90, -80, -100, -85];
    const sensing = sensingOf(everySecond, (tick) => (tick % 8 === 0 ? dbm[tick / 8] : -60));
    const mean = (...levels: number[]) =>
      10 * Math.log10(levels.reduce((sum, level) => sum + 10 ** (level / 10), 0) / levels.length);
    const expected = [mean(-90), mean(-90, -80), mean(-90, -80, -100), mean(-80, -100, -85)];
    for (let tick = 0; tick < 32; tick++) {
      sensing.step(tick);
      expect(sensing.measuredDbm[0], `tick ${tick}`).toBeCloseTo(expected[Math.floor(tick / 8)], 5);
    }
    expect(sensing.links.rsrpDbm[0]).toBeGreaterThan(-62);
  });

  test("L3 is updated where a burst was measured only, with k adapted to the bursts", () => {
    const sensing = sensingOf(everySecond, (tick) => (tick < 8 ? -80 : -90));
    const a = adaptedFilterCoefficient(4, 80);
    let expected = Number.NaN;
    for (let tick = 0; tick < 100; tick++) {
      sensing.step(tick);
      const measured = sensing.measuredDbm[0];
      if (tick === 0) expected = measured;
      else if (tick % 8 === 0) expected = (1 - a) * expected + a * measured;
      expect(sensing.l3RsrpDbm(4)[0], `tick ${tick}`).toBeCloseTo(expected, 9);
    }
    expect(expected).toBeLessThan(-88);
  });

  test("bursts beyond the L1 period leave one sample in it", () => {
    const sensing = sensingOf({ errorSigmaDb: 0, ssb: { periodMs: 160, everyKth: 4 } }, (tick) => -80 - tick);
    for (let tick = 0; tick < 200; tick++) {
      sensing.step(tick);
      expect(sensing.measuredDbm[0]).toBeCloseTo(-80 - 64 * Math.floor(tick / 64), 5);
    }
  });

  test("bursts no rarer than the ticks change nothing", () => {
    const noise = createStream(3, "test");
    const level = (tick: number): number => -90 + 5 * noise.normal(0, tick);
    const plain = sensingOf({}, level);
    const dense = sensingOf({ ssb: { periodMs: 5, everyKth: 2 } }, level);
    for (let tick = 0; tick < 100; tick++) {
      plain.step(tick);
      dense.step(tick);
      expect(dense.measuredDbm).toEqual(plain.measuredDbm);
      expect(dense.l3RsrpDbm(4)).toEqual(plain.l3RsrpDbm(4));
    }
  });

  test.each([
    ["receiver error alone", 1.216, 0],
    ["fading alone", 0, 3],
    ["both", 1.216, 3],
  ])(
    "the sparser the bursts, the larger the variance of what is measured: %s",
    (_, errorSigmaDb, fadingDb) => {
      const noise = createStream(7, "test");
      const varianceOf = (everyKth: number): number => {
        const sensing = sensingOf(
          { errorSigmaDb, ssb: { periodMs: 20, everyKth } },
          (tick, ue) => -90 + fadingDb * noise.normal(ue, tick),
          400,
        );
        const values: number[] = [];
        for (let tick = 0; tick < 256; tick++) {
          sensing.step(tick);
          if (tick >= 64 && tick % 32 === 0) values.push(...sensing.measuredDbm);
        }
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
      };
      // 5, 3, 2 and 1 bursts in 200 ms.
      const [five, three, two, one] = [2, 4, 8, 16].map(varianceOf);
      expect(three).toBeGreaterThan(1.2 * five);
      expect(two).toBeGreaterThan(1.2 * three);
      expect(one).toBeGreaterThan(1.2 * two);
      if (fadingDb === 0) {
        expect(five).toBeGreaterThan(0.85 * 1.216 ** 2);
        expect(five).toBeLessThan(1.15 * 1.216 ** 2);
        expect(one / five).toBeGreaterThan(4.2);
        expect(one / five).toBeLessThan(5.8);
      }
    },
  );

  test("a period that TS 38.331 does not have is refused with the nearest", () => {
    expect(() => scenarioOf({ ssb: { periodMs: 30 } })).toThrow(
      "test, measurement.ssb.periodMs: expected one of 5, 10, 20, 40, 80, 160 (TS 38.331 6.3), got 30 - the nearest is 20",
    );
    expect(() => scenarioOf({ ssb: { everyKth: 1.5 } })).toThrow("measurement.ssb.everyKth");
    expect(scenarioOf({}).measurement.ssb).toBeUndefined();
  });
});
