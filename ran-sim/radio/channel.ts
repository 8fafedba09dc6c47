/** The radio environment in time: the maps, and what changes on top of them while users stand still or move. */

import {
  type Blockage,
  type BlockageParameters,
  checkBlockageParameters,
  createBlockage,
} from "./blockage.ts";
import { checkFadingParameters, createFading, type Fading, type FadingParameters } from "./fading.ts";
import { createRadio } from "./radio.ts";
import type { RadioParameters } from "./radio-parameters.ts";
import type { LinkChanges, Radio, RadioOutput, RadioPowers } from "./radio-types.ts";

/** All that a scenario says about the radio. What is left out does not happen. */
export interface ChannelParameters extends RadioParameters {
  readonly fading?: FadingParameters;
  readonly blockage?: BlockageParameters;
}

/** Where and when users are, all [ue]. */
export interface Moment {
  readonly timeS: number;
  readonly xM: Float64Array;
  readonly yM: Float64Array;
  /** Metres moved since time 0; needed for fading only. */
  readonly travelledM?: ArrayLike<number>;
  /** [cell] 0..1, in place of the parameter. */
  readonly load?: ArrayLike<number>;
}

/** Made by `createChannel`. */
export interface Channel {
  readonly radio: Radio;
  /** Writes RSRP, SINR and RSRQ at a moment; any moment, in any order. Without fading and blockage as `Radio.rsrpDbm`. */
  measure(moment: Moment, out: RadioOutput): void;
  /** The same as `Radio.powers`. */
  powers(moment: Moment, out: RadioPowers): void;
}

/** Returns the channel of `ueCount` users under `seed`. Throws BadInputError ("radio-parameter") as `createRadio` does. */
export function createChannel(parameters: ChannelParameters, ueCount: number, seed: number): Channel {
  const { environment, carrierGhz } = parameters;
  if (parameters.fading !== undefined) checkFadingParameters(parameters.fading);
  if (parameters.blockage !== undefined) checkBlockageParameters(parameters.blockage);
  const radio = createRadio(parameters, seed);
  const { siteCount, cellSite, cellCount } = radio;
  const links = { environment, carrierGhz, ueCount, cellSite, siteCount };
  const fading: Fading | null =
    parameters.fading === undefined ? null : createFading(parameters.fading, links, seed);
  const blockage: Blockage | null =
    parameters.blockage === undefined ? null : createBlockage(parameters.blockage, ueCount, siteCount, seed);
  const needsLos = parameters.fading?.kind === "ricean";
  const losShare = new Float32Array(ueCount * siteCount);
  const gainDb = new Float32Array(ueCount * cellCount);
  const lossDb = new Float32Array(ueCount * siteCount);
  const changesAt = ({ timeS, xM, yM, travelledM, load }: Moment): LinkChanges => {
    if (fading !== null) {
      if (travelledM === undefined) throw new RangeError("channel: fading needs travelledM");
      if (needsLos) radio.losWeight(xM, yM, losShare);
      fading.gainDb(travelledM, losShare, gainDb);
    }
    blockage?.lossDb(timeS, lossDb);
    return {
      ...(fading === null ? {} : { gainDb }),
      ...(blockage === null ? {} : { lossDb }),
      ...(load === undefined ? {} : { load }),
    };
  };
  return {
    radio,
    measure: (moment, out) => radio.rsrpDbm(moment.xM, moment.yM, out, changesAt(moment)),
    powers: (moment, out) => radio.powers(moment.xM, moment.yM, out, changesAt(moment)),
  };
}
