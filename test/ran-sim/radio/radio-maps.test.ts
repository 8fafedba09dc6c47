import { expect, test } from "vitest";
import { createRadioMaps } from "../../../ran-sim/radio/radio-maps.ts";
import {
  HEX_UMA_RADIO,
  HEX_UMI_FR2_RADIO,
  placementOf,
  type RadioParameters,
} from "../../../ran-sim/radio/radio-parameters.ts";
import { DEFAULT_USER_PLACES } from "../../../ran-sim/radio/radio-users.ts";
import { createSiteMaps } from "../../../ran-sim/radio/site-maps.ts";

const ONE_SITE: RadioParameters = { ...HEX_UMA_RADIO, rings: 0 };

test("radios that differ in what maps do not depend on share them, and the shared ones are those made anew", () => {
  const { antenna, carrierGhz } = HEX_UMI_FR2_RADIO;
  const others = {
    bandwidthMhz: 40,
    subcarrierSpacingKhz: 15,
    txPowerDbm: 40,
    noiseFigureDb: 5,
    load: 1,
  } as const;
  const maps = createRadioMaps(ONE_SITE, 5);
  expect(createRadioMaps({ ...ONE_SITE, ...others, antenna, carrierGhz }, 5)).toBe(maps);
  const fresh = createSiteMaps({ ...ONE_SITE, ...others, antenna, carrierGhz }, placementOf(ONE_SITE), 5);
  expect(fresh).toEqual(maps);
});

test.each<[string, Partial<RadioParameters>, number]>([
  ["seed", {}, 6],
  ["environment", { environment: "UMi" }, 5],
  ["isdM", { isdM: 400 }, 5],
  ["lineOfSight", { lineOfSight: "never" }, 5],
  ["losTransitionM", { losTransitionM: 9 }, 5],
  ["shadowing", { shadowing: false }, 5],
  ["interSiteCorrelation", { interSiteCorrelation: 0.5 }, 5],
  ["nlosFormula", { nlosFormula: "optional" }, 5],
  ["extraShadowing", { extraShadowing: { sigmaDb: 3, decorrelationM: 40 } }, 5],
  ["users", { users: { ...DEFAULT_USER_PLACES, indoorShare: 0.5 } }, 5],
])("another %s has maps of its own", (_, change, seed) => {
  const maps = createRadioMaps(ONE_SITE, 5);
  const parameters = { ...ONE_SITE, ...change };
  const own = createRadioMaps(parameters, seed);
  expect(own).not.toBe(maps);
  expect(own).toEqual(createSiteMaps(parameters, placementOf(parameters), seed));
});

test("sites elsewhere have maps of their own", () => {
  const placed = placementOf(ONE_SITE);
  const moved = { ...placed, sites: { xM: Float64Array.of(80), yM: Float64Array.of(0) } };
  const own = createRadioMaps({ ...ONE_SITE, placement: moved }, 5);
  expect(own.values).not.toEqual(createRadioMaps(ONE_SITE, 5).values);
});

test("maps of many worlds are not all kept: the first are made anew, alike", () => {
  // Maps of seven sites take 22 MB (512 x 512 nodes, 7 sites, 3 fields of 4 bytes); 96 MB are kept.
  const first = createRadioMaps(HEX_UMA_RADIO, 1);
  for (const seed of [2, 3, 4, 5]) createRadioMaps(HEX_UMA_RADIO, seed);
  const again = createRadioMaps(HEX_UMA_RADIO, 1);
  expect(again).not.toBe(first);
  expect(Buffer.compare(Buffer.from(again.values.buffer), Buffer.from(first.values.buffer))).toBe(0);
}, 60_000);
