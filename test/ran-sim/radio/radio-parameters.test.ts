import { expect, test } from "vitest";
import { BadInputError } from "#core";
import { createRadio } from "../../../ran-sim/radio/radio.ts";
import {
  HEX_UMA_RADIO,
  type RadioParameters,
  resourceBlocks,
} from "../../../ran-sim/radio/radio-parameters.ts";
import { DEFAULT_USER_PLACES } from "../../../ran-sim/radio/radio-users.ts";

const LAW = {
  interceptDb: 128.1,
  slopeDb: 37.6,
  minimumDistanceM: 35,
  penetrationDb: 20,
  shadowing: { sigmaDb: 8, correlationDistanceM: 25 },
};

test.each([
  [{ bandwidthMhz: 21 }, "radio.bandwidthMhz: expected one of 5, 10"],
  [{ rings: 3 }, "radio.rings: expected 0, 1 or 2, got 3"],
  [{ load: [0.5] }, "radio.load: expected one number, or one for each of 21 cells, got [0.5]"],
  [{ load: 1.5 }, "radio.load: expected numbers from 0 to 1, got 1.5"],
  [{ isdM: Number.NaN }, "radio.isdM: expected a number from 10 to 10000"],
  [{ release: 15 }, "radio.release: expected one of 16, 17, 18, 19, got 15"],
  [{ interSiteCorrelation: 2 }, "radio.interSiteCorrelation: expected a number from 0 to 1"],
  [{ environment: "RMa", streetWidthM: 4 }, "radio.streetWidthM: expected a number from 5 to 50, got 4"],
  [{ environment: "RMa", buildingHeightM: 51 }, "radio.buildingHeightM: expected a number from 5 to 50"],
  [{ buildingHeightM: 5 }, "radio.buildingHeightM: expected to be left out in UMa"],
  [{ distanceLaw: { ...LAW, slopeDb: -1 } }, "radio.distanceLaw.slopeDb: expected a number from 0 to 100"],
  [
    { distanceLaw: { ...LAW, shadowing: { sigmaDb: 8, correlationDistanceM: 1 } } },
    "radio.distanceLaw.shadowing.correlationDistanceM",
  ],
  [{ distanceLaw: LAW, environment: "UMi" }, "radio.environment: expected to be left out beside"],
  [{ distanceLaw: LAW, lineOfSight: "always" }, "radio.lineOfSight: expected to be left out beside"],
  [{ distanceLaw: LAW, nlosFormula: "optional" }, "radio.nlosFormula: expected to be left out beside"],
  [{ distanceLaw: LAW, users: { ...DEFAULT_USER_PLACES, carShare: 0.1 } }, "radio.users: expected nobody"],
  [{ extraShadowing: { sigmaDb: -1, decorrelationM: 50 } }, "radio.extraShadowing.sigmaDb"],
  [{ users: { ...DEFAULT_USER_PLACES, indoorShare: 0.7, carShare: 0.6 } }, "radio.users.carShare"],
  [
    { environment: "RMa", users: { ...DEFAULT_USER_PLACES, indoorShare: 1, highLossShare: 0.5 } },
    "radio.users.highLossShare",
  ],
  [
    { antenna: { kind: "panel", rows: 0, spacingWavelengths: 0.5, downtiltDeg: 0, boresightsDeg: [0] } },
    "radio.antenna.rows: expected a whole number from 1 to 64, got 0",
  ],
] as const)("parameters %j are refused by name", (change, message) => {
  const create = () => createRadio({ ...HEX_UMA_RADIO, ...change } as RadioParameters, 1);
  expect(create).toThrow(BadInputError);
  expect(create).toThrow(message);
});

test("20 MHz has 106 resource blocks at 15 kHz and 51 at 30 kHz", () => {
  // TS 38.101-1 Table 5.3.2-1.
  expect(resourceBlocks(20, 15)).toBe(106);
  expect(resourceBlocks(20, 30)).toBe(51);
});
