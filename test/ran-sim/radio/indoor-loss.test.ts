import { expect, test, vi } from "vitest";
import { createStream } from "#core";
import { losProbability } from "../../../ran-sim/radio/los-probability.ts";
import { pathLossDb } from "../../../ran-sim/radio/path-loss.ts";
import { createRadio, type Radio } from "../../../ran-sim/radio/radio.ts";
import { HEX_UMA_RADIO, type RadioParameters } from "../../../ran-sim/radio/radio-parameters.ts";
import { DEFAULT_USER_PLACES } from "../../../ran-sim/radio/radio-users.ts";
import type { UserPlaces } from "../../../ran-sim/radio/user-places.ts";

vi.setConfig({ testTimeout: 60_000 });

const indoors: UserPlaces = { ...DEFAULT_USER_PLACES, indoorShare: 1 };
const oneSite: RadioParameters = { ...HEX_UMA_RADIO, rings: 0, shadowing: false };

/** Returns users around the only site, `distanceM` away each. */
function ring(count: number, distanceM: number) {
  const angle = (i: number): number => (2 * Math.PI * i) / count;
  return {
    xM: Float64Array.from({ length: count }, (_, i) => distanceM * Math.cos(angle(i))),
    yM: Float64Array.from({ length: count }, (_, i) => distanceM * Math.sin(angle(i))),
  };
}

function perSite(radio: Radio, value: "losWeight" | "siteLossDb", { xM, yM }: ReturnType<typeof ring>) {
  const out = new Float32Array(xM.length * radio.siteCount);
  radio[value](xM, yM, out);
  return out;
}

test("an indoor user's loss is the outdoor path loss at its height plus its own penetration loss", () => {
  const users = { ...indoors, floors: "calibration" as const };
  for (const lineOfSight of ["always", "never"] as const) {
    const radio = createRadio({ ...oneSite, users, lineOfSight }, 1);
    const place = ring(60, 200);
    const loss = perSite(radio, "siteLossDb", place);
    for (const [ue, user] of radio.users(60).entries()) {
      if (user.heightM > 13) continue;
      const outdoorDb = pathLossDb("UMa", {
        los: lineOfSight === "always",
        d2dM: 200,
        hBsM: 25,
        hUtM: user.heightM,
        carrierGhz: 3.5,
      });
      expect(loss[ue]).toBeCloseTo(outdoorDb + user.penetrationDb, 3);
    }
  }
});

test("the path loss of a UMa user of 13 m or more lies between those of the environment heights it can have", () => {
  const users = { ...indoors, floors: "calibration" as const };
  const radio = createRadio({ ...oneSite, isdM: 2000, users, lineOfSight: "always" }, 1);
  const place = ring(400, 900);
  const loss = perSite(radio, "siteLossDb", place);
  let raised = 0;
  let high = 0;
  for (const [ue, user] of radio.users(400).entries()) {
    if (user.heightM !== 22.5) continue;
    const link = { los: true, d2dM: 900, hBsM: 25, hUtM: 22.5, carrierGhz: 3.5 };
    const lowDb = pathLossDb("UMa", { ...link, environmentHeightM: 1 });
    const highDb = pathLossDb("UMa", { ...link, environmentHeightM: 21 });
    const got = loss[ue] - user.penetrationDb;
    expect(got).toBeGreaterThan(lowDb - 1e-3);
    expect(got).toBeLessThan(highDb + 1e-3);
    if (got > lowDb + 1) raised++;
    high++;
  }
  expect(high).toBeGreaterThan(4);
  expect(raised).toBeGreaterThan(0);
});

test("line of sight of an indoor user is that of the wall facing the site", () => {
  const inside = createRadio({ ...oneSite, users: indoors }, 3);
  const outside = createRadio(oneSite, 3);
  const place = ring(80, 120);
  const share = perSite(inside, "losWeight", place);
  const wall = ring(80, 120);
  for (const [ue, user] of inside.users(80).entries()) {
    const scale = 1 - user.indoorDistanceM / 120;
    wall.xM[ue] *= scale;
    wall.yM[ue] *= scale;
  }
  const outdoorShare = perSite(outside, "losWeight", wall);
  for (let ue = 0; ue < 80; ue++) expect(share[ue]).toBeCloseTo(outdoorShare[ue], 5);
});

test("users above 13 m see the site as often as 7.4.2 says, more than those below", () => {
  // Seven seeds of one site: the ring at 200 m is 25 correlation distances long.
  const users = { ...indoors, floors: "calibration" as const };
  const sum = { low: 0, high: 0, expectedHigh: 0, lowCount: 0, highCount: 0 };
  for (let seed = 1; seed <= 24; seed++) {
    const radio = createRadio({ ...oneSite, isdM: 500, users }, seed);
    const place = ring(400, 200);
    const share = perSite(radio, "losWeight", place);
    for (const [ue, user] of radio.users(400).entries()) {
      if (user.heightM > 19) {
        sum.high += share[ue];
        sum.expectedHigh += losProbability("UMa", 200 - user.indoorDistanceM, user.heightM);
        sum.highCount++;
      } else if (user.heightM < 13) {
        sum.low += share[ue];
        sum.lowCount++;
      }
    }
  }
  expect(sum.highCount).toBeGreaterThan(500);
  expect(Math.abs(sum.high - sum.expectedHigh) / sum.highCount).toBeLessThan(0.06);
  expect(sum.high / sum.highCount).toBeGreaterThan(sum.low / sum.lowCount + 0.1);
});

test("shadowing of indoor links has 7 dB and 7 m, whatever the LOS state", () => {
  // Table 7.5-6, O2I. ISD 500 m holds some 4,400 patches of 7 m: the standard error of sigma is 1.1 %.
  const parameters = { ...HEX_UMA_RADIO, rings: 0, users: indoors };
  const draw = createStream(5, "place");
  const count = 20_000;
  const place = {
    xM: Float64Array.from({ length: count }, (_, i) => 500 * draw.uniform(i)),
    yM: Float64Array.from({ length: count }, (_, i) => 500 * draw.uniform(i, 1)),
  };
  const away = { xM: place.xM.map((x) => x + 7), yM: place.yM };
  const shadow = (radio: Radio, plain: Radio, at: typeof place) => {
    const without = perSite(plain, "siteLossDb", at);
    return perSite(radio, "siteLossDb", at).map((loss, i) => loss - without[i]);
  };
  for (const lineOfSight of ["always", "never"] as const) {
    const radio = createRadio({ ...parameters, lineOfSight }, 1);
    const plain = createRadio({ ...parameters, lineOfSight, shadowing: false }, 1);
    const here = shadow(radio, plain, place);
    const there = shadow(radio, plain, away);
    let square = 0;
    let product = 0;
    for (let i = 0; i < count; i++) {
      square += here[i] ** 2;
      product += here[i] * there[i];
    }
    expect(Math.abs(Math.sqrt(square / count) / 7 - 1)).toBeLessThan(0.04);
    expect(Math.abs(product / square - Math.exp(-1))).toBeLessThan(0.05);
  }
});

test("a moving indoor user meets no jump", () => {
  const radio = createRadio({ ...oneSite, isdM: 1500, users: { ...indoors, floors: "calibration" } }, 2);
  const ues = 40;
  let before: Float32Array | null = null;
  let greatestDb = 0;
  for (let step = 0; step < 800; step++) {
    const place = ring(ues, 60 + step);
    const loss = perSite(radio, "siteLossDb", place);
    if (before !== null) {
      for (let ue = 0; ue < ues; ue++) greatestDb = Math.max(greatestDb, Math.abs(loss[ue] - before[ue]));
    }
    before = loss;
  }
  expect(greatestDb).toBeLessThan(3);
});
