import { createSitePlan } from "./layout/create-plan.ts";
import { radioParameters } from "./layout/plan-radio.ts";
import { createMapWorld } from "./layout/radio-map/map-world.ts";
import type { SitePlan } from "./layout/site-plan.ts";
import { createUsers } from "./mobility/users.ts";
import { createChannel, type Moment } from "./radio/channel.ts";
import type { Radio } from "./radio/radio-types.ts";
import type { RanScenario } from "./scenario.ts";
import {
  NOT_WRAPPED_M,
  type SyntheticWorld,
  scenarioTicks,
  type WorldLayout,
  type WorldOptions,
  worldPresence,
} from "./world.ts";

/**
 * Returns the world of `scenario` under `seed`. Positions are a law of time, so it can be asked for any tick;
 * `tickCount` is warm-up plus duration, or Infinity when `endless`. Making it takes most of a second (shadowing maps).
 * Throws BadInputError for what of a layout or of mobility only its files or both together can show to be wrong.
 */
export function createSyntheticWorld(
  scenario: RanScenario,
  seed: number,
  options: WorldOptions = {},
): SyntheticWorld {
  const { layout, tickMs } = scenario;
  if (layout.kind === "radio-map") return createMapWorld(scenario, layout, seed, options);
  const plan = createSitePlan(layout, scenario.radio);
  const phones = createUsers(scenario.mobility, plan, seed);
  const channel = createChannel(radioParameters(scenario.radio, layout, plan), phones.count, seed);
  const { radio } = channel;
  const cellNames = namesOf(radio, plan);
  const place = { xM: new Float64Array(phones.count), yM: new Float64Array(phones.count) };
  const travelledM = scenario.radio.fading === undefined ? null : new Float64Array(phones.count);
  const momentOf = (tick: number): Moment => {
    const timeS = (tick * tickMs) / 1000;
    phones.positionsAt(timeS, place);
    if (travelledM !== null) phones.travelledM(timeS, travelledM);
    return { timeS, ...place, ...(travelledM === null ? {} : { travelledM }) };
  };
  return {
    layout: layoutOf(radio, plan, cellNames),
    speedMps: phones.speedMps,
    positionsAt: (timeS, out) => phones.positionsAt(timeS, out),
    losShareAt(timeS, out) {
      phones.positionsAt(timeS, place);
      radio.losWeight(place.xM, place.yM, out);
    },
    ...worldPresence(phones.presence, tickMs),
    ueCount: phones.count,
    cellCount: radio.cellCount,
    tickMs,
    tickCount: options.endless === true ? Number.POSITIVE_INFINITY : scenarioTicks(scenario),
    cellNames,
    radioAt: (tick, out) => channel.measure(momentOf(tick), out),
    powersAt: (tick, out) => channel.powers(momentOf(tick), out),
  };
}

/** `3b` is the second cell of site 3; a site with one cell has no letter. */
function namesOf({ cellSite }: Radio, { siteNames }: SitePlan): readonly string[] {
  const sectors = new Map<number, number>();
  for (const site of cellSite) sectors.set(site, (sectors.get(site) ?? 0) + 1);
  const seen = new Map<number, number>();
  return Array.from(cellSite, (site) => {
    const sector = seen.get(site) ?? 0;
    seen.set(site, sector + 1);
    const name = siteNames?.[site] ?? `${site}`;
    return sectors.get(site) === 1 ? name : `${name}${String.fromCharCode(97 + sector)}`;
  });
}

function layoutOf(radio: Radio, { isdM, ground }: SitePlan, names: readonly string[]): WorldLayout {
  const { sites, cellSite, cellAzimuthDeg, torus } = radio;
  const wrapsX = ground.kind === "torus" || ground.xEdge === "wrap";
  const wrapsY = ground.kind === "torus" || ground.yEdge === "wrap";
  return {
    sites: Array.from(sites.xM, (xM, site) => ({ xM, yM: sites.yM[site] })),
    cells: Array.from(cellSite, (site, cell) => ({
      site,
      azimuthDeg: cellAzimuthDeg[cell],
      name: names[cell],
    })),
    isdM,
    latticeM: [
      wrapsX ? [torus.t1xM, torus.t1yM] : [NOT_WRAPPED_M, 0],
      wrapsY ? [torus.t2xM, torus.t2yM] : [0, NOT_WRAPPED_M],
    ],
  };
}
