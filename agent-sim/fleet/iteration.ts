// How long a server takes for one iteration of its batch: prompts in chunks and one token of every answer under way.
import type { CostFigures } from "../cost/figures.ts";
import type { ModelShape } from "../cost/model.ts";
import { prefillWorkS as curveWorkS } from "../cost/prefill.ts";
import { createPrefillCurve, type PrefillCurve } from "../cost/prefill-curve.ts";

/** How long a step of so many sequences takes, one token each. */
export interface DecodePoint {
  readonly sequences: number;
  readonly stepS: number;
}

/** The speed of a server. */
export interface IterationModel {
  readonly rate: CostFigures["prefill"];
  readonly curve: PrefillCurve;
  /** What an iteration that prefills anything takes besides. */
  readonly prefillFixedS: number;
  /** [sequences] seconds in which so many sequences decode one token each; [0] is 0. */
  readonly decodeStepS: Float64Array;
  /** What each token that stands before a sequence adds to a step in which it decodes. */
  readonly decodeContextS: number;
  /** Whether decoding hides behind a prefill in the same iteration, instead of adding to it. */
  readonly overlaps: boolean;
}

/**
 * Returns the speed of servers with batches of up to `maxSequences`. Points of `decodeSteps` rise in `sequences`. A step takes as
 * long as the first point up to there, is linear between points, and goes on along the last two, or by `sequenceS` for
 * each further sequence where there is one point only; never less than the last point.
 */
export function createIterationModel(options: {
  readonly model: ModelShape;
  readonly figures: Pick<CostFigures, "prefill"> & {
    readonly decode: Pick<CostFigures["decode"], "decodeContextS">;
    readonly decodeSteps: readonly DecodePoint[];
  };
  readonly sequenceS: number;
  readonly maxSequences: number;
  readonly overlaps: boolean;
}): IterationModel {
  const { model, figures, sequenceS, maxSequences, overlaps } = options;
  const { decodeSteps: decode } = figures;
  return {
    rate: figures.prefill,
    curve: createPrefillCurve(model, figures.prefill.points),
    prefillFixedS: figures.prefill.fixedS,
    decodeStepS: Float64Array.from({ length: maxSequences + 1 }, (_, sequences) =>
      sequences === 0 ? 0 : stepSeconds(decode, sequenceS, sequences),
    ),
    decodeContextS: figures.decode.decodeContextS,
    overlaps,
  };
}

function stepSeconds(decode: readonly DecodePoint[], sequenceS: number, sequences: number): number {
  const first = decode[0];
  const last = decode[decode.length - 1];
  if (sequences <= first.sequences) return first.stepS;
  if (decode.length === 1) return first.stepS + (sequences - first.sequences) * sequenceS;
  const above = decode.findIndex((point) => point.sequences >= sequences);
  const high = above === -1 ? last : decode[above];
  const low = decode[decode.indexOf(high) - 1];
  const slope = (high.stepS - low.stepS) / (high.sequences - low.sequences);
  const stepS = low.stepS + slope * (sequences - low.sequences);
  return above === -1 ? Math.max(last.stepS, stepS) : stepS;
}

/**
 * Returns the seconds that computing `tokens` tokens behind `cachedTokens` takes beyond what every iteration takes. A
 * request that is alone and fits into one iteration then takes exactly `prefillSeconds`.
 */
export function prefillWorkS(speed: IterationModel, tokens: number, cachedTokens: number): number {
  return curveWorkS(speed.curve, speed.rate, tokens, cachedTokens);
}

/**
 * Returns the part of a prefill's work that a chunk of `tokens` is, 0..1: its part of the curve over that of `all`, which stand
 * behind `cached` cached ones; `done` of them are computed. Chunks of one prompt sum to 1, so cutting costs nothing but the fixed
 * time of more iterations.
 */
export function chunkShare(
  { curve }: IterationModel,
  tokens: number,
  all: number,
  cached: number,
  done: number,
): number {
  if (tokens === all) return 1;
  const from = curve(cached + done);
  return (curve(cached + done + tokens) - from) / (curve(cached + all) - curve(cached));
}

/**
 * Returns the seconds of an iteration in which `prefillS` of prefill work is done (0 for none) and `sequences` decode, with
 * `contextTokens` tokens before them, all together.
 *
 * The two add up, which is the cautious assumption; with `overlaps` the longer one counts, the limit of decoding that
 * rides along for nothing (Sarathi-Serve, OSDI 2024, section 4: prefill is bound by arithmetic, decoding by memory).
 */
export function iterationS(
  speed: IterationModel,
  prefillS: number,
  sequences: number,
  contextTokens: number,
): number {
  const decodeS = speed.decodeStepS[sequences] + speed.decodeContextS * contextTokens;
  if (prefillS === 0) return decodeS;
  const prefillAllS = speed.prefillFixedS + prefillS;
  return speed.overlaps ? Math.max(prefillAllS, decodeS) : prefillAllS + decodeS;
}

/**
 * Returns the seconds of `iterations` decoding iterations in a row of `sequences` sequences, the first of which takes `firstS`: each has one
 * more token before every sequence.
 */
export function stretchS(
  { decodeContextS }: IterationModel,
  iterations: number,
  sequences: number,
  firstS: number,
): number {
  return iterations * firstS + (decodeContextS * sequences * iterations * (iterations - 1)) / 2;
}
