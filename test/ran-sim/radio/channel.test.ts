import { expect, test } from "vitest";
import { createBlockage } from "../../../ran-sim/radio/blockage.ts";
import { type ChannelParameters, createChannel } from "../../../ran-sim/radio/channel.ts";
import { createFading } from "../../../ran-sim/radio/fading.ts";
import { createRadio } from "../../../ran-sim/radio/radio.ts";
import { HEX_UMA_RADIO } from "../../../ran-sim/radio/radio-parameters.ts";

const parameters: ChannelParameters = { ...HEX_UMA_RADIO, rings: 0 };
const xM = Float64Array.of(40, 130, -90);
const yM = Float64Array.of(70, -20, -110);
const travelledM = Float64Array.of(5, 6, 7);
const output = () => ({ rsrpDbm: new Float32Array(9), sinrDb: new Float32Array(9) });

test("without fading and blockage a channel is its radio, bit for bit", () => {
  const expected = output();
  createRadio(parameters, 1).rsrpDbm(xM, yM, expected);
  const got = output();
  createChannel(parameters, 3, 1).measure({ timeS: 9, xM, yM }, got);
  expect(got).toEqual(expected);
});

test("fading and blockage add to the radio's power what they say by themselves", () => {
  const fading = { kind: "ricean" } as const;
  const blockage = { episodesPerMinute: 60, meanDurationS: 2, lossDb: 15 };
  const channel = createChannel({ ...parameters, fading, blockage }, 3, 1);
  const { radio } = channel;
  const plain = output();
  radio.rsrpDbm(xM, yM, plain);
  const losShare = new Float32Array(3);
  radio.losWeight(xM, yM, losShare);
  const gainDb = new Float32Array(9);
  const links = {
    environment: "UMa",
    carrierGhz: 3.5,
    ueCount: 3,
    cellSite: radio.cellSite,
    siteCount: 1,
  } as const;
  createFading(fading, links, 1).gainDb(travelledM, losShare, gainDb);
  const lossDb = new Float32Array(3);
  let blocked = 0;
  for (const timeS of [3, 50, 7, 20]) {
    createBlockage(blockage, 3, 1, 1).lossDb(timeS, lossDb);
    const got = output();
    channel.measure({ timeS, xM, yM, travelledM }, got);
    for (let i = 0; i < 9; i++) {
      const loss = lossDb[Math.floor(i / 3)];
      expect(got.rsrpDbm[i]).toBeCloseTo(plain.rsrpDbm[i] + gainDb[i] - loss, 3);
      if (loss > 0) blocked++;
    }
  }
  expect(blocked).toBeGreaterThan(0);
});

test("a load of the moment takes the place of the parameter", () => {
  const got = output();
  const channel = createChannel(parameters, 3, 1);
  channel.measure({ timeS: 0, xM, yM, load: [0, 0, 0] }, got);
  for (let i = 0; i < 9; i++) expect(got.sinrDb[i]).toBeCloseTo(got.rsrpDbm[i] - channel.radio.noiseDbm, 3);
});

test("fading without distances is a programming error", () => {
  const channel = createChannel({ ...parameters, fading: { kind: "rayleigh" } }, 3, 1);
  expect(() => channel.measure({ timeS: 0, xM, yM }, output())).toThrow("travelledM");
});
