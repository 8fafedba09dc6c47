/** Random blockage: now and then something stands between a user and a site, and all of its cells lose power. */

import { BadInputError, createStream } from "#core";

/** Off in all named scenarios. All three are assumed; 38.901 7.6.4 models blockers by geometry instead. */
export interface BlockageParameters {
  /** Episodes per minute on each link between a user and a site. */
  readonly episodesPerMinute: number;
  /** Mean length of an episode; lengths are exponential, cut off at `LONGEST` means. */
  readonly meanDurationS: number;
  /** Additional loss while blocked. */
  readonly lossDb: number;
  /** Time over which the loss comes and goes, linearly in dB, within an episode. 0.1 s when left out. */
  readonly rampS?: number;
}

/** Made by `createBlockage`. */
export interface Blockage {
  /** Writes the loss in dB of every link at `timeS` to `out` [ue, site]. Any time can be asked for, in any order. */
  lossDb(timeS: number, out: Float32Array): void;
}

/** Longest episode in mean durations: exp(-6) = 0.25 % of them would be longer. */
const LONGEST = 6;
/** Expected number of episodes that begin in one slot of time. */
const EPISODES_PER_SLOT = 0.5;
/** More in one slot are left out; a Poisson number of mean 0.5 is above 6 once in a million. */
const MOST_PER_SLOT = 6;

/** Throws BadInputError ("radio-parameter") unless the blockage can be simulated. */
export function checkBlockageParameters(parameters: BlockageParameters, path = "radio.blockage"): void {
  const within = (name: keyof BlockageParameters, least: number, most: number): void => {
    const got = parameters[name] ?? least;
    if (got >= least && got <= most) return;
    const expected = `a number from ${least} to ${most}`;
    throw new BadInputError("radio-parameter", { subject: `${path}.${name}`, expected, got: `${got}` });
  };
  within("episodesPerMinute", 0, 600);
  within("meanDurationS", 0.01, 60);
  within("lossDb", 0, 60);
  within("rampS", 0, 10);
}

/**
 * Returns the blockage of `ueCount` x `siteCount` links under `seed`, purpose "radio/blockage", entity the link.
 *
 * Episodes begin as a Poisson process: time is cut into slots, each with a Poisson number of beginnings drawn for
 * itself, uniform within it. Episodes that overlap do not add up: the greatest loss counts. The share of time that a
 * link is blocked is 1 - exp(-rate duration).
 */
export function createBlockage(
  parameters: BlockageParameters,
  ueCount: number,
  siteCount: number,
  seed: number,
): Blockage {
  checkBlockageParameters(parameters);
  const { episodesPerMinute, meanDurationS, lossDb, rampS = 0.1 } = parameters;
  const draw = createStream(seed, "radio/blockage");
  const ratePerS = episodesPerMinute / 60;
  const slotS = EPISODES_PER_SLOT / ratePerS;
  const longestS = LONGEST * meanDurationS;

  /** Returns the loss at `timeS` due to one episode. */
  const during = (sinceS: number, durationS: number): number => {
    if (sinceS < 0 || sinceS >= durationS) return 0;
    const insideS = Math.min(sinceS, durationS - sinceS);
    return insideS >= rampS ? lossDb : (lossDb * insideS) / rampS;
  };

  return {
    lossDb(timeS, out) {
      if (out.length !== ueCount * siteCount) {
        throw new RangeError(`blockage: expected ${ueCount * siteCount} links, got ${out.length}`);
      }
      out.fill(0);
      if (ratePerS === 0 || lossDb === 0) return;
      // Slots before time 0 count too: a link can be blocked from the start. Steps are unsigned, so they are shifted.
      const last = Math.floor(timeS / slotS);
      const first = Math.floor((timeS - longestS) / slotS);
      const shift = Math.ceil(longestS / slotS) + 1;
      for (let link = 0; link < out.length; link++) {
        for (let slot = first; slot <= last; slot++) {
          const step = slot + shift;
          const count = poisson(EPISODES_PER_SLOT, draw.uniform(link, step, 0));
          for (let episode = 0; episode < count; episode++) {
            const startS = (slot + draw.uniform(link, step, 1 + 2 * episode)) * slotS;
            const stretch = -Math.log(1 - draw.uniform(link, step, 2 + 2 * episode));
            const loss = during(timeS - startS, meanDurationS * Math.min(stretch, LONGEST));
            if (loss > out[link]) out[link] = loss;
          }
        }
      }
    },
  };
}

/** Returns the Poisson number of `mean` whose distribution function first exceeds the uniform `u`. */
function poisson(mean: number, u: number): number {
  let probability = Math.exp(-mean);
  let below = probability;
  let count = 0;
  while (u >= below && count < MOST_PER_SLOT) {
    count++;
    probability *= mean / count;
    below += probability;
  }
  return count;
}
