import { linearToDb } from "#core";
import { createUsers, type UserGround } from "../../mobility/users.ts";
import type { RanScenario } from "../../scenario.ts";
import {
  NOT_WRAPPED_M,
  type SyntheticWorld,
  scenarioTicks,
  type WorldOptions,
  worldPresence,
} from "../../world.ts";
import { readInput } from "../input-file.ts";
import type { LayoutOf } from "../layout-schema.ts";
import { createMapField, type MapField } from "./map-field.ts";
import { parseRadioMap, type RadioMap } from "./parse-radio-map.ts";

const NOISE_DENSITY_DBM_PER_HZ = -174;
const LN10_OVER_10 = Math.LN10 / 10;
/** What a picture takes for the site distance, where nobody knows the sites. */
const DRAWN_ISD_M = 200;

/** Returns the ground of a map's world. Throws BadInputError for a map that cannot be read or lacks the channel. */
export function mapGround(layout: LayoutOf<"radio-map">): UserGround {
  return groundOf(createMapField(readMap(layout), { ...layout, deviation: false, seed: 0 }));
}

/**
 * Returns the world of a measured map: levels from its field, SINR = RSRP / (noise + sum of load x RSRP of the other cells of the
 * channel). What of it is measured and what simulated is in README.md. Throws BadInputError as the map's and the phones'
 * parsers do.
 */
export function createMapWorld(
  scenario: RanScenario,
  layout: LayoutOf<"radio-map">,
  seed: number,
  options: WorldOptions,
): SyntheticWorld {
  const map = readMap(layout);
  const field = createMapField(map, { ...layout, seed });
  const phones = createUsers(scenario.mobility, groundOf(field), seed);
  const { cellCount } = field;
  const { load, noiseFigureDb } = scenario.radio;
  // LTE has one subcarrier spacing, TS 36.211 6.12.
  const spacingKhz = map.rat === "lte" ? 15 : scenario.radio.subcarrierSpacingKhz;
  const noiseMw = Math.exp(
    (NOISE_DENSITY_DBM_PER_HZ + linearToDb(spacingKhz * 1e3) + noiseFigureDb) * LN10_OVER_10,
  );
  const cellNames = map.cellIds.map((cellId) => `${cellId}`);
  const place = { xM: new Float64Array(phones.count), yM: new Float64Array(phones.count) };
  const levelDbm = new Float64Array(cellCount);
  const levelMw = new Float64Array(cellCount);
  const { tickMs } = scenario;

  /** Writes what a phone hears where it is, to `levelDbm` and `levelMw`, and returns the sum of what interferes, mW. */
  const hear = (ue: number): number => {
    field.levelsAt(place.xM[ue], place.yM[ue], levelDbm);
    let totalMw = noiseMw;
    for (let cell = 0; cell < cellCount; cell++) {
      levelMw[cell] = Math.exp(levelDbm[cell] * LN10_OVER_10);
      totalMw += load * levelMw[cell];
    }
    return totalMw;
  };
  /** Noise is the least that others can add up to: the bound removes the rounding of the difference. */
  const othersMw = (cell: number, totalMw: number): number =>
    Math.max(noiseMw, totalMw - load * levelMw[cell]);

  return {
    ...worldPresence(phones.presence, tickMs),
    ueCount: phones.count,
    cellCount,
    tickMs,
    tickCount: options.endless === true ? Number.POSITIVE_INFINITY : scenarioTicks(scenario),
    cellNames,
    source: `measured RSRP of ${map.rat} channel ${map.channel}: ${layout.file}`,
    speedMps: phones.speedMps,
    positionsAt: (timeS, out) => phones.positionsAt(timeS, out),
    layout: {
      sites: map.cellIds.map((_, cell) => field.strongestAt(cell)),
      cells: cellNames.map((name, cell) => ({ site: cell, azimuthDeg: Number.NaN, name })),
      isdM: DRAWN_ISD_M,
      latticeM: [
        [NOT_WRAPPED_M, 0],
        [0, NOT_WRAPPED_M],
      ],
    },
    radioAt(tick, out) {
      phones.positionsAt((tick * tickMs) / 1000, place);
      for (let ue = 0; ue < phones.count; ue++) {
        const totalMw = hear(ue);
        const row = ue * cellCount;
        for (let cell = 0; cell < cellCount; cell++) {
          out.rsrpDbm[row + cell] = levelDbm[cell];
          out.sinrDb[row + cell] = levelDbm[cell] - 10 * Math.log10(othersMw(cell, totalMw));
        }
      }
    },
    powersAt(tick, out) {
      phones.positionsAt((tick * tickMs) / 1000, place);
      for (let ue = 0; ue < phones.count; ue++) {
        const totalMw = hear(ue);
        const row = ue * cellCount;
        for (let cell = 0; cell < cellCount; cell++) {
          out.rsrpMw[row + cell] = levelMw[cell];
          out.sinr[row + cell] = levelMw[cell] / othersMw(cell, totalMw);
        }
      }
    },
  };
}

function readMap({ file, channel, leastSquares }: LayoutOf<"radio-map">): RadioMap {
  return readInput(`radio map ${channel} ${leastSquares}`, "layout.file", file, (text, place) =>
    parseRadioMap(text, place, { channel, leastSquares }),
  );
}

function groundOf({ ground, origin }: MapField): UserGround {
  return { ground, path: null, blockM: null, origin };
}
