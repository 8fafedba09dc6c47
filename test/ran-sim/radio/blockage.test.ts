import { expect, test } from "vitest";
import { BadInputError } from "#core";
import { type BlockageParameters, createBlockage } from "../../../ran-sim/radio/blockage.ts";

const parameters: BlockageParameters = { episodesPerMinute: 12, meanDurationS: 1, lossDb: 20, rampS: 0 };
const UES = 100;
const SITES = 5;

function lossAt(timeS: number, change: Partial<BlockageParameters> = {}, seed = 1): Float32Array {
  const out = new Float32Array(UES * SITES);
  createBlockage({ ...parameters, ...change }, UES, SITES, seed).lossDb(timeS, out);
  return out;
}

test.each([
  [12, 1],
  [60, 0.5],
  [3, 4],
])(
  "%d episodes a minute of %d s block a link for 1 - exp(-rate duration) of the time",
  (episodesPerMinute, meanDurationS) => {
    const blockage = createBlockage({ ...parameters, episodesPerMinute, meanDurationS }, UES, SITES, 1);
    const out = new Float32Array(UES * SITES);
    let blocked = 0;
    let count = 0;
    for (let timeS = 0; timeS < 400; timeS += 10 * meanDurationS) {
      blockage.lossDb(timeS, out);
      for (const loss of out) if (loss > 0) blocked++;
      count += out.length;
    }
    // Lengths are cut off at six means: their mean is (1 - exp(-6)) of an uncut one's.
    const expected = 1 - Math.exp((-episodesPerMinute / 60) * meanDurationS * (1 - Math.exp(-6)));
    expect(Math.abs(blocked / count - expected)).toBeLessThan(0.012);
  },
);

test("episodes are as long as their mean says", () => {
  // Rare enough not to overlap: ends per blocked second is 1 / mean duration.
  const blockage = createBlockage({ ...parameters, episodesPerMinute: 1, meanDurationS: 2 }, UES, SITES, 2);
  const before = new Float32Array(UES * SITES);
  const out = new Float32Array(UES * SITES);
  let ends = 0;
  let blockedS = 0;
  for (let timeS = 0; timeS < 120; timeS += 0.1) {
    before.set(out);
    blockage.lossDb(timeS, out);
    for (let link = 0; link < out.length; link++) {
      if (out[link] > 0) blockedS += 0.1;
      else if (before[link] > 0) ends++;
    }
  }
  expect(ends).toBeGreaterThan(300);
  expect(Math.abs(blockedS / ends / 2 - 1)).toBeLessThan(0.15);
});

test("the loss is all or nothing without a ramp, never more than the loss given, and comes and goes on a ramp", () => {
  for (const loss of lossAt(33, { episodesPerMinute: 100 })) expect([0, 20]).toContain(loss);
  const blockage = createBlockage({ ...parameters, rampS: 0.5 }, UES, SITES, 1);
  const out = new Float32Array(UES * SITES);
  const before = new Float32Array(UES * SITES);
  let between = 0;
  let greatestDb = 0;
  for (let timeS = 100; timeS < 110; timeS += 0.01) {
    before.set(out);
    blockage.lossDb(timeS, out);
    for (let link = 0; link < out.length; link++) {
      if (timeS > 100) greatestDb = Math.max(greatestDb, Math.abs(out[link] - before[link]));
      if (out[link] > 0 && out[link] < 20) between++;
    }
  }
  expect(between).toBeGreaterThan(0);
  // 20 dB in 0.5 s, looked at every 10 ms.
  expect(greatestDb).toBeLessThan(0.41);
});

test("any time can be asked for in any order, and links and seeds differ", () => {
  const blockage = createBlockage(parameters, UES, SITES, 1);
  const out = new Float32Array(UES * SITES);
  blockage.lossDb(500, out);
  blockage.lossDb(41, out);
  expect(out).toEqual(lossAt(41));
  expect(lossAt(41, {}, 2)).not.toEqual(lossAt(41));
  expect(new Set(lossAt(41)).size).toBe(2);
  expect(lossAt(41, { episodesPerMinute: 0 }).every((loss) => loss === 0)).toBe(true);
});

test("illegal parameters are refused by name", () => {
  expect(() => lossAt(1, { lossDb: -1 })).toThrow(BadInputError);
  expect(() => lossAt(1, { meanDurationS: 0 })).toThrow(
    "radio.blockage.meanDurationS: expected a number from 0.01 to 60",
  );
});
